"""The transcript's cache asks for whole pages with their neighbours, and holds few."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from store.records import Message, MessageCursor, MessageSlice
from tui.model.message_pages import HELD, PAGE, PageCache


def message(number: int) -> Message:
    return Message(str(number), "c", "user", f"text {number}", None, MessageCursor(number, number))


def part(total: int, start: int, stop: int) -> MessageSlice:
    return MessageSlice("c", start, total, 0, tuple(map(message, range(start, stop))))


@given(st.integers(1, 6000), st.data())
@settings(deadline=None, max_examples=60)
def test_what_is_asked_for_fills_what_is_seen(total: int, data: st.DataObject) -> None:
    cache = PageCache(total)
    for _ in range(data.draw(st.integers(1, 12))):
        first = data.draw(st.integers(0, total - 1))
        last = min(total - 1, first + data.draw(st.integers(0, 100)))
        asked = 0
        while (wanted := cache.missing(first, last)) is not None:
            cache.fill(part(total, *wanted))
            asked += 1
            assert asked <= 4, "every answer brings a page"
        for ordinal in range(first, last + 1):
            held = cache.get(ordinal)
            assert held is not None
            assert held.cursor.tie == ordinal
        for ordinal in (first - 1, last + 1):
            if 0 <= ordinal < total:
                assert cache.neighbour(ordinal) is not None
        cache.evict(first)
        assert len(cache) <= HELD * PAGE
        assert cache.is_held(first)


def test_growing_asks_for_the_last_page_again() -> None:
    cache = PageCache(70)
    cache.fill(part(70, 0, 70))
    assert cache.missing(0, 69) is None
    cache.grow(75)
    assert cache.missing(0, 74) == (63, 75)


def test_a_longer_reading_replaces_only_the_same_message() -> None:
    cache = PageCache(70)
    cache.fill(part(70, 0, 70))
    assert cache.replace(replace(message(3), content="text 3, and more"))
    held = [cache.get(at) for at in (2, 3, 4)]
    assert [each.content for each in held if each] == ["text 2", "text 3, and more", "text 4"]
    assert not cache.replace(message(500))


def test_the_next_turn_is_where_one_begins_or_where_nothing_is_held() -> None:
    cache = PageCache(200)
    cache.fill(part(200, 0, 65))
    assert cache.next_turn(1, 1) == 2
    assert cache.next_turn(63, 1) == 64, "what is not held may begin one"
    assert cache.next_turn(0, -1) is None
    assert cache.next_turn(199, 1) is None
