"""The line under a pane to look for something in it: what is typed, and at its right what came of it."""

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


class QueryBar(FaultBoundary, Horizontal):
    """A field, and at its right what was found.

    Args:
        use: What its ids begin with.
        sign: What stands before the field.
        placeholder: What stands in the field while nothing is typed.
    """

    @dataclass
    class Typed(Message):
        """Something else is to be looked for."""

        text: str

    class Accepted(Message):
        """The reader wants to go on to what was found."""

    def __init__(self, use: str = "find", sign: str = "/", placeholder: str = "find in this conversation") -> None:
        super().__init__()
        self._sign = sign
        self.entry = Entry(placeholder=placeholder, id=f"{use}-entry")
        self.count = Static(id=f"{use}-count", classes="count")

    def compose(self) -> ComposeResult:
        """Lay the line out."""
        yield Static(self._sign, classes="sign")
        yield self.entry
        yield self.count

    def put(self, text: str) -> None:
        """Put a text into the field without saying that it was typed."""
        with self.prevent(Entry.Changed):
            self.entry.value = one_line(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is to be looked for."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Say that the field is done with."""
        event.stop()
        self.post_message(self.Accepted())

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Say at the right what was found, or why nothing was looked for."""
        self.count.set_class(is_error, "-error")
        self.count.update(Content(one_line(text)))
