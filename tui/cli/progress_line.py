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
def status_line(*, is_shown: bool = True) -> Iterator[Callable[[Callable[[], str]], None]]:
    """Hand out what shows a text in the place of the one before, if a moment has gone by; it goes at the end.

    The text is asked for only then.

    Args:
        is_shown: Whether to show anything, if stderr is a terminal.
    """
    is_shown = is_shown and sys.stderr.isatty()
    next_at = time.monotonic() + _EVERY_S
    width = 0

    def show(text: Callable[[], str]) -> None:
        nonlocal next_at, width
        if is_shown and time.monotonic() >= next_at:
            line = text()
            click.echo(f"\r{line.ljust(width)}", err=True, nl=False)
            next_at, width = time.monotonic() + _EVERY_S, len(line)

    try:
        yield show
    finally:
        if width:
            click.echo(f"\r{' ' * width}\r", err=True, nl=False)


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
    with status_line(is_shown=is_shown) as show:

        def report(done: int, total: int) -> None:
            if stop.is_set():
                raise Stopped
            show(lambda: f"{word} {done:,} of {total:,} {things}; ctrl+c stops.")

        yield report


def time_left(done: int, total: int, taken_s: float) -> str:
    """Return how long work will go on that takes its time evenly, such as ``2 min left``; empty at its beginning.

    Args:
        done: How much is done.
        total: How much there is.
        taken_s: How long that has taken, in seconds.
    """
    if not done or taken_s < 1:
        return ""
    left = max(0, total - done) / done * taken_s
    return f"{left / 60:.0f} min left" if left > 90 else f"{left:.0f} s left"
