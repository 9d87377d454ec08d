"""A modal that asks one plain question before something is done that cannot be taken back by looking away."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.text.visible import one_line, visible
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.widgets.messages import RowPicked


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
        Binding("enter", "pick", show=False),
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
            yield Table(Column("", 1), Column("", 12, share=1))

    def on_mount(self) -> None:
        """Name the frame and rest on no."""
        frame = self.query_one("#question", Vertical)
        frame.border_title = Content(one_line(self._heading))
        frame.border_subtitle = Content("enter answers · esc is no")
        table = self.query_one(Table)
        table.show([Row(answer) for answer in zip("ny", self._answers, strict=True)])
        table.focus()

    def action_pick(self) -> None:
        """Return the selected answer."""
        self.query_one(Table).action_pick()

    def on_row_picked(self, event: RowPicked) -> None:
        """Return the picked answer."""
        self.dismiss(event.index == 1)
