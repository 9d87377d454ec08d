"""Three documents side by side where two people changed one field: what it was, what they made of it, what you want."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from store import documents
from tui.screens.preview import value_text
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from tui.messages import RowPicked

COLUMNS = (Column("", 1), Column("", 11, share=1), Column("", 14, share=4))
ASK = "Both of you changed this. Pick a value for each field; s saves."


class ThreeWayScreen(ModalScreen["frozenset[str] | None"]):
    """Asks whose value each contested field takes; returns the names where yours wins, ``None`` if it was left.

    Args:
        base: The document that was shown.
        theirs: What is stored by now.
        mine: What the edit makes of it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", show=False),
        Binding("s,ctrl+o", "save", show=False),
        Binding("escape", "dismiss(None)", show=False),
    ]

    def __init__(self, base: str, theirs: str, mine: str) -> None:
        super().__init__()
        self._was, self._theirs, self._mine = (
            {field.name: field.value_text for field in documents.fields(text)} for text in (base, theirs, mine)
        )
        self._contested = list(documents.merge(base, theirs, mine).conflicts)
        names = {change.name: "agent" for change in documents.changes(base, theirs)}
        names |= {change.name: "you" for change in documents.changes(base, mine)}
        self._merged = {name: who for name, who in names.items() if name not in self._contested}
        self._picked: dict[str, bool] = {}
        self._places: list[tuple[str, bool] | None] = []

    def compose(self) -> ComposeResult:
        """Lay the documents out."""
        with Vertical(id="three-way", classes="sheet"):
            yield Table(*COLUMNS)
            yield Static(Content(ASK), classes="facts")

    def on_mount(self) -> None:
        """Name the frame."""
        frame = self.query_one("#three-way", Vertical)
        frame.border_title = Content("The metadata changed meanwhile")
        frame.border_subtitle = Content("enter picks · s saves · esc goes back")
        self._show()
        self.query_one(Table).focus()

    def action_pick(self) -> None:
        """Take the selected value for its field."""
        self.query_one(Table).action_pick()

    def on_row_picked(self, event: RowPicked) -> None:
        """Take the picked value for its field."""
        place = self._places[event.index]
        if place is not None:
            self._picked[place[0]] = place[1]
            self._show()

    def action_save(self) -> None:
        """Return whose values were picked, once every field has one."""
        missing = [name for name in self._contested if name not in self._picked]
        if missing:
            count = f"{len(missing):,} field{' has' if len(missing) == 1 else 's have'}"
            self.query_one(".facts", Static).update(Content(f"✗ {count} no value yet: pick with enter."))
        else:
            self.dismiss(frozenset(name for name, is_mine in self._picked.items() if is_mine))

    def _show(self) -> None:
        rows: list[Row] = []
        self._places = []

        def add(row: Row, place: tuple[str, bool] | None = None) -> None:
            rows.append(row)
            self._places.append(place)

        for name in self._contested:
            add(Row((name or "(no name)",), is_fixed=True))
            add(Row(("", "it was", _value(self._was, name)), "muted", is_fixed=True))
            for who, values, is_mine in (("the agent", self._theirs, False), ("you", self._mine, True)):
                mark = "●" if self._picked.get(name) is is_mine else "○"
                add(Row((mark, who, _value(values, name))), (name, is_mine))
        if self._merged:
            add(Row(("Merged by themselves",), "muted", is_fixed=True))
        for name, who in self._merged.items():
            values = self._mine if who == "you" else self._theirs
            add(Row(("●", name, f"{_value(values, name)}  {who}"), "muted", is_fixed=True))
        self.query_one(Table).show(rows)


def _value(values: Mapping[str, str], name: str) -> str:
    return value_text(values[name]) if name in values else "(no such field)"
