"""What the panes of the browser lie in, side by side or, where one has room, one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal

if TYPE_CHECKING:
    from textual.events import Resize

BOTH = 72
"""Columns of a terminal from which both panes have room."""


class Panes(Horizontal):
    """The list and what is read; together they cover it, so that nothing of its own is painted."""

    BLANK = True

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self._shows_reading = False

    @property
    def shows_reading(self) -> bool:
        """Tell whether what is read is shown where one pane has room; else the list is."""
        return self._shows_reading

    def show_reading(self, *, is_shown: bool) -> None:
        """Show what is read, or the list, where one pane has room."""
        self._shows_reading = is_shown
        self._lay_out(self.size.width)

    def on_resize(self, event: Resize) -> None:
        """Show one pane where both have no room."""
        self._lay_out(event.size.width)

    def _lay_out(self, width: int) -> None:
        # A class styles all below anew; where both panes are seen, nothing depends on this one.
        self.set_class(self._shows_reading and width < BOTH, "-reading")
