"""``clawback import``: a new database of an export, or one sentence and nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from store.errors import ImportRefused
from store.opening import create_from_rows
from tui.cli.export import amount, path_of
from tui.cli.output import say
from tui.cli.stopping import STOPPED, stoppable
from tui.export.job import Stopped
from tui.export.json_reader import rows
from tui.text.units import people_path
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_LINE = 1 << 30
"""Characters of a line at most; SQLite takes values of a billion bytes."""


def run(source: str, target: str) -> int | None:
    """Make a new database of an export; return the exit status."""
    path, shown = path_of(target), visible(people_path(path_of(source)))
    if sys.stderr.isatty():
        click.echo("Importing …", err=True)
    try:
        with stoppable(lambda: rows(_lines(source, shown), shown)) as read:
            imported = create_from_rows(path, read, shown)
    except Stopped:
        click.echo("Stopped; nothing was imported.", err=True)
        return STOPPED
    except FileExistsError as error:
        raise click.ClickException(
            f"{visible(str(error.filename))} exists; an import makes a new file, so choose another name."
        ) from None
    except OSError as error:
        raise click.ClickException(
            f"{visible(str(path))} cannot be made ({error.strerror}); choose another."
        ) from None
    say(f"{visible(str(path))} holds {amount(imported.conversations, imported.messages)}.")
    if imported.is_loose:
        say("Some rows break the rules of IronClaw's tables; the file keeps them without, for reading only.")
    return None


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
