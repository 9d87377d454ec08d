"""The base of the modals that only show something: a frame that scrolls."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.modals.sheet import Sheet, T

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.content import Content


class Panel(Sheet[T]):
    """A text to read, and keys to scroll it.

    Args:
        name: What the style sheet calls the frame.
        title: What stands on its upper edge, as stored.
        hint: What stands on its lower edge: the keys.
        text: What is shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("space,pagedown", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, name: str, title: str, hint: str, text: Content | str = "", *, is_filled: bool = True) -> None:
        super().__init__(
            name, title, hint, frame=VerticalScroll(id=name, classes="sheet", can_focus=False), is_filled=is_filled
        )
        self.text = Static(text)

    def compose(self) -> ComposeResult:
        """Lay the panel out."""
        with self.frame:
            yield self.text

    def action_scroll(self, rows: int) -> None:
        """Scroll by rows."""
        self.frame.scroll_relative(y=rows, animate=False)
