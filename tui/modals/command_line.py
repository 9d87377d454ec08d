"""One line to type a command that reads what is shown; its words are split as a shell would, and no shell runs it."""

from __future__ import annotations

import shlex

from tui.modals.sheet import Sheet
from tui.text.visible import one_line
from tui.widgets.entry import Entry

HINT = "A program and its arguments, such as wc -w; no shell, so no > and no |."


class CommandScreen(Sheet[str]):
    """Asks for a command; returns it as typed, ``None`` if the reader went back.

    Args:
        what: What will be piped to it, in a few words.
        last: The last command.
    """

    def __init__(self, what: str, last: str) -> None:
        self._entry = Entry(one_line(last), "command")
        super().__init__(
            "command", f"Pipe {what} to", "{window-pick} runs it · {window-close} closes", field=self._entry
        )
        self.say(HINT)

    def on_mount(self) -> None:
        """Let what is typed first take the place of the last command."""
        self._entry.action_select_all()

    def on_input_submitted(self) -> None:
        """Return the command, unless it cannot be split into words."""
        typed = self._entry.value.strip()
        try:
            words = shlex.split(typed)
        except ValueError:
            self.say("A quote is open, or a \\ stands at the end.", is_error=True)
            return
        if words:
            self.dismiss(typed)
