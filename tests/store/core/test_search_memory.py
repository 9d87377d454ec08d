"""What a search remembers holds for one state of the file, and has a bound."""

from __future__ import annotations

from store.core import search_memory
from store.core.search_memory import KeptState, UndecidedRows


def test_what_is_known_of_another_state_is_forgotten_and_added_to_no_more() -> None:
    kept = KeptState(UndecidedRows)
    before = kept.at(1)
    before.note("range", [1, 2])
    assert kept.at(1).within("range") is not None
    after = kept.at(2)
    before.note("later", [3])
    assert after.within("range") is None is after.within("later")


def test_ranges_are_remembered_as_long_as_there_is_room() -> None:
    rows = UndecidedRows()
    rows.note("first", range(search_memory.MOST_ROWS - 1))
    rows.note("too large", range(2))
    rows.note("empty", ())
    assert len(rows.within("first") or ()) == search_memory.MOST_ROWS - 1
    assert rows.within("too large") is None
    empty = rows.within("empty")
    assert empty is not None
    assert len(empty) == 0
