"""Where a fault of our own ends a feature and not the program."""

from __future__ import annotations

import traceback
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message
    from textual.timer import Timer

DRAWS = {"render", "render_line", "render_lines"}
"""Functions that draw."""
FRAMES = 8
"""Frames of a fault that are told, the innermost."""


@runtime_checkable
class FaultReporter(Protocol):
    """An application that tells of faults, and keeps what was typed when one happened."""

    def report_fault(self, where: object, error: Exception) -> None:
        """Tell of a fault in one sentence, and end what it happened in."""

    def keep_draft(self, name: str, typed: str) -> None:
        """Keep what was typed where a fault ended what it was typed into; an empty text keeps nothing."""

    def take_draft(self, name: str) -> str:
        """Return what was kept under a name, and keep it no more; empty if there is nothing."""


class FaultBoundary(MessagePump):
    """A mixin for widgets and screens: what handlers, timers and callbacks raise is reported, and they go on."""

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message; Textual has no public place around all kinds of handlers."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            self._report(error)

    def set_timer(self, delay: float, callback: Callable[[], Any] | None = None, **options: Any) -> Timer:
        """Call something after so many seconds."""
        return super().set_timer(delay, self._guarded(callback), **options)

    def set_interval(self, interval: float, callback: Callable[[], Any] | None = None, **options: Any) -> Timer:
        """Call something every so many seconds."""
        return super().set_interval(interval, self._guarded(callback), **options)

    def _guarded(self, callback: Callable[[], Any] | None) -> Callable[[], Any] | None:
        """Return a callback that reports what it raises: timers call it outside of the widget's queue."""
        if callback is None:
            return None

        async def guarded() -> None:
            try:
                result = callback()
                if isawaitable(result):
                    await result
            except Exception as error:
                self._report(error)

        return guarded

    def _report(self, error: Exception) -> None:
        if not isinstance(self.app, FaultReporter):
            raise error
        self.app.report_fault(self, error)


def is_of_drawing(error: BaseException) -> bool:
    """Tell whether an error was raised while the screen was drawn or laid out."""
    codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    return any(code.co_name in DRAWS or code.co_filename.endswith("_compositor.py") for code in codes)


def places_of(error: BaseException | None) -> list[str]:
    """Return where a fault happened, the innermost last; no value, since those may be message texts."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:] if error is not None else []
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} in {frame.name}" for frame in frames]


def report_of(error: BaseException) -> str:
    """Return a report of a fault, without any value."""
    return "\n".join([type(error).__name__, *places_of(error)]) + "\n"
