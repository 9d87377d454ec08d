"""The base of the modals that only show something: a frame that scrolls."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.commands import Scope, bindings
from tui.modals.sheet import Sheet, T

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content


class Panel(Sheet[T]):
    """A text to read, and keys to scroll it.

    Args:
        name: What the style sheet calls the frame.
        title: What stands on its upper edge, as stored.
        hint: What stands on its lower edge: the keys.
        text: What is shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ROWS)]

    def __init__(self, name: str, title: str, hint: str, text: Content | str = "", *, is_filled: bool = True) -> None:
        super().__init__(
            name, title, hint, frame=VerticalScroll(id=name, classes="sheet", can_focus=False), is_filled=is_filled
        )
        self.text = Static(text)

    def compose(self) -> ComposeResult:
        """Lay the panel out."""
        with self.frame:
            yield self.text

    def action_move(self, rows: int) -> None:
        """Scroll by rows."""
        self.frame.scroll_relative(y=rows, animate=False, immediate=True)

    def action_half_pages(self, count: int) -> None:
        """Scroll by half pages."""
        self.frame.scroll_relative(y=count * max(1, self.frame.size.height // 2), animate=False, immediate=True)

    def action_end(self, direction: int) -> None:
        """Scroll to the end, or to the start (-1)."""
        (self.frame.scroll_end if direction > 0 else self.frame.scroll_home)(animate=False, immediate=True)
