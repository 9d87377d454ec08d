"""How far some work is, and a way to stop it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

WIDTH = 32
"""Columns of the bar."""
_EVERY_S = 0.1


class ProgressScreen(ModalScreen[None]):
    """Shows how far work is; escape asks for its end, which whoever does the work sees to.

    Args:
        title: What is being done.
        things: What is counted, such as ``messages``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+c", "stop", show=False)]

    def __init__(self, title: str, things: str) -> None:
        super().__init__()
        self._heading = title
        self._things = things
        self._is_over = False
        self._next_at = 0.0
        self.is_stopped = False
        """Whether the reader wants no more of it."""

    def compose(self) -> ComposeResult:
        """Lay the progress out."""
        with Vertical(id="progress", classes="sheet"):
            yield Static()

    def on_mount(self) -> None:
        """Name the frame."""
        frame = self.query_one("#progress", Vertical)
        frame.border_title = Content(self._heading)
        frame.border_subtitle = Content("esc stops")

    def report(self, done: int, total: int) -> None:
        """Show how far it is, some times a second."""
        now = time.monotonic()
        if now < self._next_at or not self.is_mounted:
            return
        self._next_at = now + _EVERY_S
        full = WIDTH * min(done, total) // total if total else 0
        self.query_one(Static).update(
            Content.assemble(
                ("━" * full, "$accent"), ("━" * (WIDTH - full), "$panel"), f"  {done:,} of {total:,} {self._things}"
            )
        )

    def action_stop(self) -> None:
        """Ask for the end."""
        self.is_stopped = True
        self.query_one("#progress", Vertical).border_subtitle = Content("stopping …")

    def end(self) -> None:
        """Go away, as soon as no other screen lies above."""
        self._is_over = True
        if self.is_current:
            self.dismiss(None)

    def on_screen_resume(self) -> None:
        """Go away if that was due meanwhile."""
        if self._is_over:
            self.dismiss(None)
