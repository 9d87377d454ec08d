"""Where two changed one field: what it was, what the agent made of it, what you want; and whose value it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from store.domain import metadata_json as documents
from tui.modals.change_preview import value_text
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.widgets.messages import RowPicked

COLUMNS = (Column("", 1), Column("", 11, share=1), Column("", 14, share=4))
ASK = "You and the agent both changed this. Pick one of the two values."


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
        merged = documents.merge(base, theirs, mine)
        self._contested = merged.conflicts
        names = {conflict.name for conflict in merged.conflicts}
        agents, yours = documents.changes(base, theirs), documents.changes(base, mine)
        self._merged = [(change, "the agent") for change in agents if change.name not in names]
        self._merged += [(change, "you") for change in yours if change.name not in names]
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
        missing = len(self._contested) - len(self._picked)
        if missing:
            count = f"{missing:,} field{' has' if missing == 1 else 's have'}"
            self.query_one(".facts", Static).update(Content(f"✗ {count} no value yet: pick with enter."))
        else:
            self.dismiss(frozenset(name for name, is_mine in self._picked.items() if is_mine))

    def _show(self) -> None:
        rows: list[Row] = []
        self._places = []

        def add(row: Row, place: tuple[str, bool] | None = None) -> None:
            rows.append(row)
            self._places.append(place)

        for conflict in self._contested:
            name = conflict.name
            add(Row((name or "(no name)",), is_fixed=True))
            add(Row(("", "it was", _value(conflict.base, "(absent)")), "muted", is_fixed=True))
            for who, value, is_mine in (("the agent", conflict.theirs, False), ("you", conflict.mine, True)):
                mark = "●" if self._picked.get(name) is is_mine else "○"
                add(Row((mark, who, _value(value))), (name, is_mine))
            add(Row(("",), is_fixed=True))
        if self._merged:
            add(Row(("Merged by themselves",), is_fixed=True))
        for change, who in self._merged:
            add(Row(("●", f"{change.name} · {who}", _value(change.after)), "muted", is_fixed=True))
        self.query_one(Table).show(rows)


def _value(value: str | None, absent: str = "(deleted)") -> str:
    return absent if value is None else value_text(value)
