"""A few words on one row, one of them picked with the left and right keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.commands import binding
from tui.widgets.fault_boundary import FaultBoundary

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.geometry import Size


class Choice(FaultBoundary, Widget, can_focus=True):
    """The words side by side; the picked one is marked.

    Args:
        words: What can be picked.
        picked: The position of the word to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [binding("choice-previous"), binding("choice-next")]
    ALLOW_SELECT = False

    words: reactive[tuple[str, ...]] = reactive((), layout=True)
    """What can be picked."""
    picked: reactive[int] = reactive(0)
    """The position of the picked word."""

    @dataclass
    class Picked(Message):
        """Another word was picked."""

        choice: Choice
        index: int
        """The position of the word."""

    def __init__(self, words: tuple[str, ...], picked: int = 0, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.set_reactive(Choice.words, words)
        self.set_reactive(Choice.picked, picked)

    def action_step(self, step: int) -> None:
        """Pick the next or previous word, around the ends."""
        self.picked = (self.picked + step) % len(self.words)

    def watch_picked(self) -> None:
        """Say which word is picked."""
        self.post_message(self.Picked(self, self.picked))

    def on_click(self, event: events.Click) -> None:
        """Pick the clicked word."""
        start = 0
        for index, word in enumerate(self.words):
            end = start + len(word) + 2
            if start <= event.x < end:
                self.picked = index
            start = end

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the cells of all words."""
        return sum(len(word) + 2 for word in self.words)

    def render(self) -> Content:
        """Return the row."""
        parts: list[tuple[str, str]] = []
        for index, word in enumerate(self.words):
            is_picked = index == self.picked
            style = (
                "bold $text-accent" if is_picked and self.has_focus else "bold" if is_picked else "$foreground 55%"
            )
            parts.append((f"{'▪' if is_picked else ' '}{word} ", style))
        return Content.assemble(*parts)
