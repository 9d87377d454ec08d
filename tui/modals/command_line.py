"""One line to type a command that reads what is shown; its words are split as a shell would, and no shell runs it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.text.visible import one_line
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from textual.app import ComposeResult

HINT = "A program and its arguments, such as wc -w; no shell, so no > and no |."


class CommandScreen(ModalScreen["str | None"]):
    """Asks for a command; returns it as typed, ``None`` if the reader went back.

    Args:
        what: What will be piped to it, in a few words.
        last: The last command.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "close", show=False)]

    def __init__(self, what: str, last: str) -> None:
        super().__init__()
        self._what = what
        self._last = one_line(last)

    def compose(self) -> ComposeResult:
        """Lay the line out."""
        with Vertical(id="command", classes="sheet"):
            yield Entry(self._last, "command")
            yield Static(Content(HINT), classes="facts")

    def on_mount(self) -> None:
        """Name the frame and go to the line."""
        frame = self.query_one("#command", Vertical)
        frame.border_title = Content(f"Pipe {self._what} to")
        frame.border_subtitle = Content("enter runs it · esc closes")
        entry = self.query_one(Entry)
        entry.focus()
        entry.action_select_all()

    def on_input_submitted(self) -> None:
        """Return the command, unless it cannot be split into words."""
        typed = self.query_one(Entry).value.strip()
        facts = self.query_one(".facts", Static)
        try:
            words = shlex.split(typed)
        except ValueError:
            facts.add_class("-error")
            facts.update(Content("A quote is open, or a \\ stands at the end."))
            return
        if words:
            self.dismiss(typed)
