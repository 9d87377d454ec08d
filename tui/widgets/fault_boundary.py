"""Where a fault of our own ends a feature and not the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from textual.message import Message


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
    """A mixin for widgets and screens: what their handlers, timers and callbacks raise is reported, and they go on.

    Drawing is not within it: Textual itself takes what a screen that cannot be drawn raises.
    """

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message; Textual has no public place around all kinds of handlers."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if not isinstance(self.app, FaultReporter):
                raise
            self.app.report_fault(self, error)
