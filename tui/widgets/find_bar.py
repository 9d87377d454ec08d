"""The line under the transcript to look for something in it: what to find, and which of how many is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.text.visible import one_line
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widgets import Input


class FindBar(Horizontal):
    """A field, and at its right what was found."""

    class Typed(Message):
        """Something else is to be found."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Accepted(Message):
        """The reader wants to walk through what was found."""

    def compose(self) -> ComposeResult:
        """Lay the line out."""
        yield Static("/", classes="slash")
        yield Entry(placeholder="find in this conversation", id="find-entry")
        yield Static(id="find-count")

    @property
    def entry(self) -> Entry:
        """Return the field."""
        return self.query_one(Entry)

    def put(self, text: str) -> None:
        """Put a text into the field without saying that it was typed."""
        with self.prevent(Entry.Changed):
            self.entry.value = one_line(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is to be found."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Say that the field is done with."""
        event.stop()
        self.post_message(self.Accepted())

    def tell(self, text: str, *, is_error: bool = False) -> None:
        """Say at the right which match is shown, or why nothing was looked for."""
        count = self.query_one("#find-count", Static)
        count.set_class(is_error, "-error")
        count.update(Content(one_line(text)))
