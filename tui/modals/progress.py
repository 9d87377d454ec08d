"""How far some work is, and a way to stop it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.modals.sheet import Sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

WIDTH = 32
"""Columns of the bar."""
_EVERY_S = 0.1


class ProgressScreen(Sheet[None]):
    """Shows how far work is; escape asks for its end, which whoever does the work sees to.

    Args:
        title: What is being done.
        things: What is counted, such as ``messages``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "close", show=False)]

    def __init__(self, title: str, things: str) -> None:
        super().__init__("progress", title, "{window-close} stops")
        self.bar = Static()
        self.is_stopped = False
        """Whether the reader wants no more of it."""
        self._things = things
        self._next_at = 0.0

    def compose(self) -> ComposeResult:
        """Lay the progress out."""
        with self.frame:
            yield self.bar

    def report(self, done: int, total: int) -> None:
        """Show how far it is, some times a second."""
        now = time.monotonic()
        if now < self._next_at:
            return
        self._next_at = now + _EVERY_S
        full = WIDTH * min(done, total) // total if total else 0
        self.bar.update(
            Content.assemble(
                ("━" * full, "$accent"), ("━" * (WIDTH - full), "$panel"), f"  {done:,} of {total:,} {self._things}"
            )
        )

    def action_close(self) -> None:
        """Ask for the end."""
        self.is_stopped = True
        self.set_hint("stopping …")

    def end(self) -> None:
        """Go away, as soon as no other screen lies above."""
        self.dismiss(None)
