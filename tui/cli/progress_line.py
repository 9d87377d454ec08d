"""How far some work is, on one line of stderr that is kept up to date."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import click

from tui.export.job import Stopped

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from types import TracebackType

_EVERY_S = 0.1


class StatusLine:
    """A line of stderr, if that is a terminal, whose texts replace each other; ``with`` takes it away at the end.

    Args:
        is_shown: Whether to show anything.
    """

    def __init__(self, *, is_shown: bool = True) -> None:
        self._is_shown = is_shown and sys.stderr.isatty()
        self._next_at = time.monotonic() + _EVERY_S
        self._width = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the text away."""
        if self._width:
            click.echo(f"\r{' ' * self._width}\r", err=True, nl=False)

    def show(self, text: Callable[[], str]) -> None:
        """Show a text if a moment has gone by since the one before; it is asked for only then."""
        if self._is_shown and time.monotonic() >= self._next_at:
            self.show_now(text())

    def show_now(self, text: str) -> None:
        """Show a text that stays for longer."""
        if self._is_shown:
            click.echo(f"\r{text.ljust(self._width)}", err=True, nl=False)
            self._next_at, self._width = time.monotonic() + _EVERY_S, len(text)


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
    with StatusLine(is_shown=is_shown) as status:

        def report(done: int, total: int) -> None:
            if stop.is_set():
                raise Stopped
            status.show(lambda: f"{word} {done:,} of {total:,} {things}; ctrl+c stops.")

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
