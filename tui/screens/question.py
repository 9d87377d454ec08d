"""A modal that asks one plain question before something is done that cannot be taken back by looking away."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.text.visible import one_line, visible

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Question(ModalScreen[bool]):
    """A question with two answers; escape and the first one are no.

    Args:
        title: What it is about, in a few words.
        text: The question and what the answer leads to.
        yes: What is done, as on a button.
        no: What is done instead.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q", "dismiss(False)", "no", show=False),
        Binding("y", "dismiss(True)", "yes", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, title: str, text: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._heading = title
        self._text = text
        self._answers = (no, yes)

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(id="question", classes="sheet"):
            yield Static(Content(visible(self._text)))
            yield OptionList(
                *(Option(Content(f"{key}  {one_line(text)}")) for key, text in zip("ny", self._answers, strict=True)),
                markup=False,
            )

    def on_mount(self) -> None:
        """Name the frame and rest on no."""
        frame = self.query_one("#question", Vertical)
        frame.border_title = Content(one_line(self._heading))
        frame.border_subtitle = Content("enter answers · esc is no")
        self.query_one(OptionList).focus()

    def action_move(self, step: int) -> None:
        """Go to the other answer."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the answer."""
        self.dismiss(bool(event.option_index))
