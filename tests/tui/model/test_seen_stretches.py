"""What was on the screen is one stretch as soon as no message between was left out, whatever the direction."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.records import MessageCursor
from tui.model.seen_stretches import SeenStretches

SCREENS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6)), min_size=1, max_size=20)


def cursor(position: int) -> MessageCursor:
    return MessageCursor(1000 + position, position)


@given(SCREENS)
def test_a_stretch_is_what_was_seen_around_the_screen_without_a_gap(screens: list[tuple[int, int]]) -> None:
    stretches, seen = SeenStretches(), set()
    for first, more in screens:
        last = first + more
        seen |= set(range(first, last + 1))
        whole = stretches.add("c", first, last, cursor(last))
        start, stop = first, last
        while start - 1 in seen:
            start -= 1
        while stop + 1 in seen:
            stop += 1
        assert whole == (start, stop, cursor(stop))


def test_of_another_conversation_or_order_nothing_is_known() -> None:
    stretches = SeenStretches()
    stretches.add(("c", 1), 0, 9, cursor(9))
    assert stretches.add(("c", 2), 10, 12, cursor(12)).first == 10
