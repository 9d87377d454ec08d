"""Stop long work of the command line by ctrl+c, or from outside, at a moment that leaves nothing half done."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from tui.export.job import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

STOPPED = 130
"""Exit status of work that ctrl+c ended."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopping() -> Iterator[asyncio.Event]:
    """Hand out what is set when the work shall end; for work in an event loop, which looks at it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in _SIGNALS:
        loop.add_signal_handler(each, stop.set)
    try:
        yield stop
    finally:
        for each in _SIGNALS:
            loop.remove_signal_handler(each)


@contextmanager
def stoppable(read: Callable[[], Iterator[T]]) -> Iterator[Callable[[], Iterator[T]]]:
    """Hand out the same reading, but ended with ``Stopped``; for work without an event loop.

    Only while something is read: what comes before takes a moment, and what was read to its end is put in its place.
    A signal must interrupt a read that waits, so that its handler raises.
    """
    is_asked = is_reading = False

    def stop(number: int, frame: object) -> None:
        nonlocal is_asked, is_reading
        is_asked = True
        if is_reading:
            # Once: a second ctrl+c must not break the tidying up.
            is_reading = False
            raise Stopped

    def reading() -> Iterator[T]:
        nonlocal is_reading
        is_reading = True
        try:
            if is_asked:
                raise Stopped
            yield from read()
        finally:
            is_reading = False

    before = {each: signal.signal(each, stop) for each in _SIGNALS}
    try:
        yield reading
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
