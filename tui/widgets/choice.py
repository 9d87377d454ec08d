"""A few words on one row, one of them picked with the left and right keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.widgets.messages import ChoicePicked

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.geometry import Size


class Choice(Widget, can_focus=True):
    """The words side by side; the picked one is marked.

    Args:
        words: What can be picked.
        picked: The position of the word to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", show=False),
        Binding("right,l,space", "step(1)", show=False),
    ]
    ALLOW_SELECT = False

    picked: reactive[int] = reactive(0)
    """The position of the picked word."""

    def __init__(self, words: tuple[str, ...], picked: int = 0, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._words = words
        self.set_reactive(Choice.picked, picked)

    def action_step(self, step: int) -> None:
        """Pick the next or previous word, around the ends."""
        self.picked = (self.picked + step) % len(self._words)

    def watch_picked(self) -> None:
        """Tell whoever listens."""
        self.post_message(ChoicePicked())

    def on_click(self, event: events.Click) -> None:
        """Pick the clicked word."""
        start = 0
        for index, word in enumerate(self._words):
            end = start + len(word) + 2
            if start <= event.x < end:
                self.picked = index
            start = end

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the cells of all words."""
        return sum(len(word) + 2 for word in self._words)

    def render(self) -> Content:
        """Return the row."""
        parts: list[tuple[str, str]] = []
        for index, word in enumerate(self._words):
            is_picked = index == self.picked
            style = (
                "bold $text-accent" if is_picked and self.has_focus else "bold" if is_picked else "$foreground 55%"
            )
            parts.append((f"{'▪' if is_picked else ' '}{word} ", style))
        return Content.assemble(*parts)
