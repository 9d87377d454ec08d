"""One line to say where in a conversation to go: a date, a time, the first or last message, a position, a turn."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from store.domain.moments import TurnPlace, parse_place
from store.errors import NotUnderstood
from tui.text import times
from tui.text.visible import visible
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from datetime import tzinfo

    from textual.app import ComposeResult
    from textual.widgets import Input

    from store.domain.moments import Destination

HINT = "3 Jan · yesterday 9:00 · last monday · 2026-03-14T09:00Z · first · last · 1200 · #12"


class GoToScreen(ModalScreen["Destination | None"]):
    """Asks for a place in the conversation, and returns it.

    Args:
        total: How many messages there are.
        now: The time.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "close", show=False)]

    def __init__(self, total: int, now: datetime, tz: tzinfo) -> None:
        super().__init__()
        self._total = total
        self._now = now
        self._tz = tz

    def compose(self) -> ComposeResult:
        """Lay the line out."""
        with Vertical(id="go-to", classes="sheet"):
            yield Entry(placeholder="a date, a time, first, last, a number, or # and a turn")
            yield Static(Content(HINT), classes="facts")

    def on_mount(self) -> None:
        """Name the frame and go to the line."""
        frame = self.query_one("#go-to", Vertical)
        frame.border_title = Content("Go to")
        frame.border_subtitle = Content("enter goes there · esc stays")
        self.query_one(Entry).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say which place is meant."""
        if not event.value.strip():
            self._tell(HINT)
            return
        try:
            self._tell(f"→ {self._words(self._parse(event.value))}")
        except NotUnderstood:
            self._tell(HINT)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the place, or say why it is none."""
        try:
            self.dismiss(self._parse(event.value))
        except NotUnderstood as error:
            self._tell(str(error), is_error=True)

    def _parse(self, text: str) -> Destination:
        return parse_place(text, self._now, self._tz)

    def _words(self, place: Destination) -> str:
        if isinstance(place, datetime):
            return times.full(place, self._tz)
        if isinstance(place, TurnPlace):
            return f"turn {place.number:,}"
        if place < 0 or place >= self._total:
            return "the newest message"
        return f"message {place + 1:,} of {self._total:,}" if place else "the start of the conversation"

    def _tell(self, text: str, *, is_error: bool = False) -> None:
        facts = self.query_one(".facts", Static)
        facts.set_class(is_error, "-error")
        facts.update(Content(visible(text)))
