"""A modal that asks one plain question before something is done that cannot be taken back by looking away."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from tui.commands import Scope, bindings
from tui.modals.sheet import Sheet
from tui.text.visible import visible
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class Question(Sheet[bool]):
    """A question with two answers; escape and the first one are no.

    Args:
        title: What it is about, in a few words.
        text: The question and what the answer leads to.
        yes: What is done, as on a button.
        no: What is done instead.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.QUESTION)]

    def __init__(self, title: str, text: str, *, yes: str, no: str) -> None:
        self.text = Static(Content(visible(text)))
        self.table = Table(Column("", 1), Column("", 12, share=1))
        super().__init__("question", title, "{window-pick} answers · {window-close} is no", field=self.table)
        self.table.show([Row(("n", no), id=False), Row(("y", yes), id=True)])

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with self.frame:
            yield self.text
            yield self.table

    def on_table_picked(self, event: Table.Picked) -> None:
        """Return the picked answer."""
        self.dismiss(event.row_id is True)

    def action_close(self) -> None:
        """Answer no."""
        self.dismiss(False)
