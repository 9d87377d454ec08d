"""``clawback import``: a new database of an export, or one sentence and nothing. Used by ``cli``."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING

import click

from store.errors import ImportRefused
from store.moving import create_from_rows
from tui.export.reading import rows
from tui.exports import amount, path_of
from tui.text.units import people_path
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_LINE = 1 << 30
"""Characters of a line at most; SQLite takes values of a billion bytes."""


def run(source: str, target: str) -> None:
    """Make a new database of an export."""
    path, shown = path_of(target), visible(people_path(path_of(source)))
    if sys.stderr.isatty():
        click.echo("Importing …", err=True)
    try:
        imported = create_from_rows(path, lambda: rows(_lines(source, shown), shown))
    except FileExistsError as error:
        raise click.ClickException(
            f"{visible(str(error.filename))} exists; an import makes a new file, so choose another name."
        ) from None
    except OSError as error:
        raise click.ClickException(
            f"{visible(str(path))} cannot be made ({error.strerror}); choose another."
        ) from None
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "an error")
        raise click.ClickException(f"SQLite could not make {visible(str(path))} ({name}).") from None
    click.echo(f"{visible(str(path))} holds {amount(imported.conversations, imported.messages)}.")
    if imported.is_loose:
        click.echo("Some rows break the rules of IronClaw's tables; the file keeps them without, for reading only.")


def _lines(source: str, shown: str) -> Iterator[str]:
    try:
        with path_of(source).open(encoding="utf-8", newline="\n") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE:
                    raise ImportRefused(f"Line {number:,} of {shown} is too long; nothing was imported.")
                yield line
    except UnicodeDecodeError:
        raise ImportRefused(f"Line {number + 1:,} of {shown} is no text; nothing was imported.") from None
    except OSError as error:
        raise ImportRefused(f"{shown} cannot be read ({error.strerror}); check the path.") from None
