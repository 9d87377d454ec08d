"""``clawback import``: a new database of an export, or one sentence and nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from store.errors import ImportRefused
from store.opening import create_from_rows
from tui.cli.export import amount, path_of
from tui.cli.output import say
from tui.cli.progress_line import StatusLine, time_left
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
    try:
        with (
            StatusLine() as status,
            stoppable(lambda: rows(_told(_lines(source, shown), _size(source), status), shown)) as read,
        ):
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


def _told(lines: Iterator[str], size: int, status: StatusLine) -> Iterator[str]:
    """Yield the same lines, and tell how far they are.

    Args:
        lines: They.
        size: How many bytes they are, mostly ASCII; 0 where nobody knows.
        status: Where to tell it.
    """
    began, read, number = time.monotonic(), 0, 0

    def text() -> str:
        parts = [f"Imported {number:,} rows"]
        if size:
            parts += [f"{min(99, 100 * read // size)} %", time_left(read, size, time.monotonic() - began)]
        return f"{', '.join(filter(None, parts))}; ctrl+c stops."

    for line in lines:
        yield line
        number += 1
        read += len(line)
        status.show(text)
    status.show_now(f"Imported {number:,} rows, now their indexes …")


def _size(source: str) -> int:
    try:
        return path_of(source).stat().st_size
    except OSError:
        return 0


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
