"""The order of messages, learnt in steps, is what sorting them all would give."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from store import MessageCursor
from store.core.message_order import MessageOrder
from store.domain.timestamps import EPOCH
from store.records import UNREADABLE

instants = st.one_of(st.integers(0, 40), st.just(UNREADABLE))


def learn(order: MessageOrder, keys: list[tuple[int, int]], step: int) -> None:
    """Feed an order as a timeline does: rows by descending row number, each step oldest row first."""
    by_row = sorted(keys, key=lambda key: key[1])
    while by_row:
        order.prepend(by_row[-step:])
        by_row = by_row[:-step]
    order.complete()


def whole(order: MessageOrder) -> list[tuple[int, int]]:
    run = order.span(0, order.total)
    return list(zip(run.instants, run.ties, strict=True))


@given(st.lists(instants, max_size=60), st.lists(instants, max_size=10), st.integers(1, 20))
def test_any_mix_ends_sorted(old: list[int], new: list[int], step: int) -> None:
    keys = [(instant, row) for row, instant in enumerate([*old, *new], start=1)]
    order = MessageOrder(len(old))
    learn(order, keys[: len(old)], step)
    order.append(keys[len(old) :])
    assert whole(order) == sorted(keys)
    assert order.total == len(keys)
    for place, (instant, row) in enumerate(sorted(keys)):
        assert order.position(instant, row) == place
        assert order.position(instant, row + 1000) is None
    for instant in (0, 20, 41):
        assert order.place(EPOCH + timedelta(microseconds=instant)) == sum(key[0] < instant for key in keys)
        assert order.place(MessageCursor(instant, 7)) == sum(key < (instant, 7) for key in keys)


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(1, 20))
def test_rows_in_order_never_move(gaps: list[int], step: int) -> None:
    keys, moment = [], 0
    for row, gap in enumerate(gaps, start=1):
        moment += gap
        keys.append((moment, row))
    order = MessageOrder(len(keys))
    by_row = list(keys)
    while by_row:
        order.prepend(by_row[-step:])
        by_row = by_row[:-step]
        known = order.span(order.offset, order.total)
        assert list(zip(known.instants, known.ties, strict=True)) == keys[order.offset :]
    order.complete()
    assert order.revision == 0


@given(st.lists(instants, min_size=1, max_size=40), st.integers(1, 20))
def test_a_move_of_known_positions_changes_the_revision(times: list[int], step: int) -> None:
    keys = [(instant, row) for row, instant in enumerate(times, start=1)]
    order = MessageOrder(len(keys))
    by_row = list(keys)
    while by_row:
        revision = order.revision
        seen = {place: order.span(place, place + 1).last for place in range(order.offset, order.total)}
        order.prepend(by_row[-step:])
        by_row = by_row[:-step]
        moved = any(order.span(place, place + 1).last != key for place, key in seen.items())
        assert not moved or order.revision != revision


def test_a_wrong_total_is_put_right() -> None:
    order = MessageOrder(5)
    order.prepend([(1, 1), (2, 2)])
    order.complete()
    assert (order.total, order.revision) == (2, 1)
    order = MessageOrder(1)
    order.prepend([(1, 1), (2, 2)])
    assert (order.total, order.revision) == (2, 1)
