"""What a pane says when it has nothing to show: nothing yet, no match, or could not read."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui.text.visible import visible


class EmptyState(Static):
    """A few quiet words in the middle of a pane, and the key that leads on."""

    ALLOW_SELECT = False

    def say(self, title: str, hint: str, *, is_error: bool = False) -> None:
        """Show a title and, below it, what to do."""
        self.set_class(is_error, "-error")
        mark = "✗ " if is_error else ""
        self.update(Content.assemble((mark + visible(title), "bold"), "\n\n", visible(hint)))
