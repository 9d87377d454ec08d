"""Where two changed one field: what it was, what the agent made of it, what you want; and whose value it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.commands import Scope, bindings
from tui.modals.change_preview import value_text
from tui.modals.sheet import Sheet
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from store.domain.metadata_json import Change, Merge

COLUMNS = (Column("", 1), Column("", 11, share=1), Column("", 14, share=4))
ASK = "You and the agent both changed this. Pick one of the two values."


class ThreeWayScreen(Sheet["frozenset[str]"]):
    """Asks whose value each contested field takes; returns the names where yours wins, ``None`` if it was left.

    Args:
        merge: Both sets of changes in one document, and the fields in conflict.
        theirs: What was changed meanwhile.
        mine: What the edit changes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.CONFLICT)]

    def __init__(self, merge: Merge, theirs: Sequence[Change], mine: Sequence[Change]) -> None:
        self._contested = merge.conflicts
        names = {conflict.name for conflict in self._contested}
        self._merged = [(change, "the agent") for change in theirs if change.name not in names]
        self._merged += [(change, "you") for change in mine if change.name not in names]
        self._picked: dict[str, bool] = {}
        self.table = Table(*COLUMNS)
        hint = "{window-pick} picks · {conflict-save} saves · {window-close} goes back"
        super().__init__("three-way", "The metadata changed meanwhile", hint, field=self.table)
        self.say(ASK)
        self._show()

    def on_table_picked(self, event: Table.Picked) -> None:
        """Take the picked value for its field."""
        match event.row_id:
            case (str(name), bool(is_mine)):
                self._picked[name] = is_mine
                self._show()

    def action_save(self) -> None:
        """Return whose values were picked, once every field has one."""
        missing = len(self._contested) - len(self._picked)
        if missing:
            count = f"{missing:,} field{' has' if missing == 1 else 's have'}"
            self.say(f"✗ {count} no value yet: pick with enter.")
        else:
            self.dismiss(frozenset(name for name, is_mine in self._picked.items() if is_mine))

    def _show(self) -> None:
        rows: list[Row] = []
        for conflict in self._contested:
            name = conflict.name
            rows.append(Row((name or "(no name)",), is_fixed=True))
            rows.append(Row(("", "it was", _value(conflict.base, "(absent)")), "muted", is_fixed=True))
            for who, value, is_mine in (("the agent", conflict.theirs, False), ("you", conflict.mine, True)):
                mark = "●" if self._picked.get(name) is is_mine else "○"
                rows.append(Row((mark, who, _value(value)), id=(name, is_mine)))
            rows.append(Row(("",), is_fixed=True))
        if self._merged:
            rows.append(Row(("Merged by themselves",), is_fixed=True))
        for change, who in self._merged:
            rows.append(Row(("●", f"{change.name} · {who}", _value(change.after)), "muted", is_fixed=True))
        self.table.show(rows)


def _value(value: str | None, absent: str = "(deleted)") -> str:
    return absent if value is None else value_text(value)
