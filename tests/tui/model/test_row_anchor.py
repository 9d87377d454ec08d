"""Rows come and go around the selected one, or the one on top; only who chose none stays with the newest."""

from __future__ import annotations

import pytest

from store.records import ConversationPage
from tests.tui.widgets.world import FIVE, NOW, conversation
from tui.model.conversation_window import ConversationWindow
from tui.model.row_anchor import RowAnchor


def window() -> ConversationWindow:
    held = ConversationWindow(total=10)
    held.start(ConversationPage(tuple(map(conversation, range(10))), has_newer=False, has_older=False))
    return held


@pytest.mark.parametrize(
    ("selected", "top", "stays_newest", "wanted", "moved"),
    [
        (3, 0, False, 4, 1),
        (0, 0, False, 1, 1),
        (0, 0, True, 0, 0),
        (3, 0, True, 4, 1),
        (0, 2, True, 1, 1),
        (8, 2, False, 8, 1),
    ],
    ids=["chosen", "chosen at the top", "nothing chosen", "moved down", "scrolled away", "out of sight"],
)
def test_a_row_that_comes_in_above_moves_what_is_seen_along(
    selected: int, top: int, stays_newest: bool, wanted: int, moved: int
) -> None:
    held = window()
    anchor = RowAnchor(held, selected, top, 5, stays_newest=stays_newest)
    risen = conversation(7, written=NOW + FIVE)
    held.put(risen)
    assert (anchor.selected, anchor.rows_moved) == (wanted, moved)
    assert anchor.has_moved(risen)
    assert not anchor.has_moved(conversation(2))
    assert anchor.follows == (wanted == 0)


def test_a_row_that_is_gone_leaves_the_next_one_selected() -> None:
    held = window()
    anchor = RowAnchor(held, 3, 0, 5, stays_newest=False)
    held.remove("c3")
    assert held.get(anchor.selected) == conversation(4)
    held.remove("c9")
    last = RowAnchor(held, 7, 0, 20, stays_newest=False)
    held.remove("c8")
    assert held.get(last.selected) == conversation(7)
