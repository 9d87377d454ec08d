"""How far some work is, on one line of stderr that is kept up to date."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tui.export.job import Stopped

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

_EVERY_S = 0.1


@contextmanager
def progress_line(
    word: str, things: str, stop: asyncio.Event, *, is_shown: bool = True
) -> Iterator[Callable[[int, int], None]]:
    """Hand out a report of what is done, and of how much; it raises ``Stopped`` once the work shall end.

    Args:
        word: What is done, such as ``Exported``.
        things: What is counted, such as ``messages``.
        stop: Set when the work shall end.
        is_shown: Whether to show anything, if stderr is a terminal.
    """
    is_shown = is_shown and sys.stderr.isatty()
    next_at = time.monotonic() + _EVERY_S
    width = 0

    def report(done: int, total: int) -> None:
        nonlocal next_at, width
        if stop.is_set():
            raise Stopped
        if is_shown and time.monotonic() >= next_at:
            line = f"{word} {done:,} of {total:,} {things}; ctrl+c stops."
            click.echo(f"\r{line.ljust(width)}", err=True, nl=False)
            next_at, width = time.monotonic() + _EVERY_S, len(line)

    try:
        yield report
    finally:
        if width:
            click.echo(f"\r{' ' * width}\r", err=True, nl=False)
