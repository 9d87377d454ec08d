"""One line to say where in a conversation to go: a date, a time, the first or last message, a position, a turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.domain.moments import Stretch, TurnPlace, parse_place
from store.errors import NotUnderstood
from tui.config.date_order import date_order
from tui.modals.sheet import Sheet
from tui.text.times import stretch_words
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from textual.widgets import Input

    from store.domain.moments import Destination

HINT = "3 Jan · yesterday 9:00 · 3 days ago · 2026-03-14T09:00Z · first · last · 1200 · #12"


class GoToScreen(Sheet["Destination"]):
    """Asks for a place in the conversation, and returns it.

    Args:
        total: How many messages there are.
        now: The time.
        tz: The reader's zone.
    """

    def __init__(self, total: int, now: datetime, tz: tzinfo) -> None:
        self._total = total
        self._now = now
        self._tz = tz
        entry = Entry(placeholder="a date, a time, first, last, a number, or # and a turn")
        super().__init__("go-to", "Go to", "{window-pick} goes there · {window-close} stays", field=entry)
        self.say(HINT)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say which place is meant."""
        try:
            self.say(f"→ {self._words(self._parse(event.value))}" if event.value.strip() else HINT)
        except NotUnderstood:
            self.say(HINT)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the place, or say why it is none."""
        try:
            self.dismiss(self._parse(event.value))
        except NotUnderstood as error:
            self.say(str(error), is_error=True)

    def _parse(self, text: str) -> Destination:
        return parse_place(text, self._now, self._tz, date_order(), self._total)

    def _words(self, place: Destination) -> str:
        if isinstance(place, Stretch):
            return stretch_words(place, self._tz)
        if isinstance(place, TurnPlace):
            return f"turn {place.number:,}"
        if place < 0 or place >= self._total:
            return "the newest message"
        return f"message {place + 1:,} of {self._total:,}" if place else "the start of the conversation"
