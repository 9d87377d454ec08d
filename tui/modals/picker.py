"""A modal that offers a few things by name and returns the one picked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult


class Picker(ModalScreen[str | None]):
    """A short list of choices.

    Args:
        title: What is being picked.
        choices: Pairs of a key to return and the text to show.
        picked: The key that is highlighted first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "close", key_display="esc"),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], picked: str | None = None) -> None:
        super().__init__()
        self._heading = title
        self._choices = list(choices)
        self._picked = picked

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        with Vertical(id="picker"):
            yield OptionList(*(Option(Content(one_line(text))) for _, text in self._choices), markup=False)

    def on_mount(self) -> None:
        """Name the frame and highlight what is picked now."""
        frame = self.query_one("#picker", Vertical)
        frame.border_title = Content(one_line(self._heading))
        frame.border_subtitle = Content("enter picks · esc closes")
        keys = [key for key, _ in self._choices]
        options = self.query_one(OptionList)
        options.highlighted = keys.index(self._picked) if self._picked in keys else 0
        options.focus()

    def action_move(self, step: int) -> None:
        """Highlight the next or previous choice."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the picked choice."""
        self.dismiss(self._choices[event.option_index][0])
