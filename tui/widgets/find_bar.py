"""The line under the transcript to look for something in it: what to find, and which of how many is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.text.visible import one_line
from tui.widgets.entry import Entry
from tui.widgets.fault_boundary import FaultBoundary

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widgets import Input


class FindBar(FaultBoundary, Horizontal):
    """A field, and at its right what was found."""

    @dataclass
    class Typed(Message):
        """Something else is to be found."""

        text: str

    class Accepted(Message):
        """The reader wants to walk through what was found."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.entry = Entry(placeholder="find in this conversation", id="find-entry")
        self.count = Static(id="find-count")

    def compose(self) -> ComposeResult:
        """Lay the line out."""
        yield Static("/", classes="slash")
        yield self.entry
        yield self.count

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

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Say at the right which match is shown, or why nothing was looked for."""
        self.count.set_class(is_error, "-error")
        self.count.update(Content(one_line(text)))
