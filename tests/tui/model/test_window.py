"""The list's window is always one run of the whole list, wherever it is extended and whatever it drops."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.records import Conversation, ConversationCursor, ConversationPage, Count, Kind
from tui.model import conversation_window as module
from tui.model.conversation_window import ConversationWindow, End


def conversation(number: int) -> Conversation:
    return Conversation(
        id=f"c{number}",
        channel="test",
        user_id="default",
        title=f"number {number}",
        kind=Kind.CHAT,
        total=Count(1),
        preview=None,
        started_at=None,
        last_activity=None,
        cursor=ConversationCursor(10_000 - number, number),
    )


def number_of(row: Conversation) -> int:
    return int(row.id[1:])


def page(total: int, start: int, stop: int) -> ConversationPage:
    start, stop = max(0, start), min(total, stop)
    return ConversationPage(tuple(map(conversation, range(start, stop))), has_newer=start > 0, has_older=stop < total)


@given(st.integers(1, 200), st.booleans(), st.lists(st.tuples(st.sampled_from(End), st.integers(1, 30)), max_size=40))
@settings(deadline=None)
def test_rows_and_positions_agree_with_the_whole_list(
    total: int, from_oldest: bool, steps: list[tuple[End, int]]
) -> None:
    window = ConversationWindow(total=total)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "HELD", 60)
        window.start(page(total, total - 20, total) if from_oldest else page(total, 0, 20))
        for end, count in steps:
            first, last = number_of(window.rows[0]), number_of(window.rows[-1])
            if end is End.OLDER and not window.reaches_oldest:
                window.extend(end, page(total, last + 1, last + 1 + count))
            elif end is End.NEWER and not window.reaches_newest:
                window.extend(end, page(total, first - count, first))
            numbers = [number_of(row) for row in window.rows]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert window.first == numbers[0]
            assert len(numbers) <= 60 + 30
            assert window.reaches_newest == (numbers[0] == 0)
            assert window.reaches_oldest == (numbers[-1] == total - 1)
            assert window.length == total


def test_asks_for_the_end_that_comes_near_once() -> None:
    window = ConversationWindow()
    window.total = 500
    window.start(page(500, 0, 50))
    assert window.wanted(0, 10, 20) is None
    assert window.wanted(25, 35, 20) is End.OLDER
    window.in_flight = End.OLDER
    assert window.wanted(25, 35, 20) is None


def test_a_row_that_comes_twice_is_held_once() -> None:
    window = ConversationWindow()
    window.total = 500
    window.start(page(500, 0, 50))
    window.extend(End.OLDER, page(500, 40, 90))
    assert len({row.id for row in window.rows}) == len(window.rows) == 90
