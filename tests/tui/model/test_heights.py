"""The height index agrees with a plain list of numbers, whatever is done to it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.model.row_heights import HeightIndex

heights = st.lists(st.integers(0, 30), max_size=300)


def starts(rows: list[int]) -> list[int]:
    total, before = 0, []
    for each in rows:
        before.append(total)
        total += each
    return [*before, total]


@given(heights, st.integers(1, 12), st.integers(0, 200))
@settings(deadline=None)
def test_agrees_with_a_plain_sum(measured: list[int], estimate: int, extra: int) -> None:
    index = HeightIndex(len(measured), estimate)
    for ordinal, rows in enumerate(measured):
        if rows:
            index.set(ordinal, rows)
    index.extend(extra)
    plain = [rows or estimate for rows in measured] + [estimate] * extra
    assert [index[ordinal] for ordinal in range(len(index))] == plain
    assert [index.start(ordinal) for ordinal in range(len(plain) + 1)] == starts(plain)
    assert index.rows == sum(plain)


@given(heights.filter(bool), st.integers(1, 12), st.data())
@settings(deadline=None)
def test_finds_the_message_that_a_row_falls_into(measured: list[int], estimate: int, data: st.DataObject) -> None:
    index = HeightIndex(len(measured), estimate)
    for ordinal, rows in enumerate(measured):
        if rows:
            index.set(ordinal, rows)
    row = data.draw(st.integers(0, index.rows - 1))
    ordinal, within = index.find(row)
    assert index.start(ordinal) + within == row
    assert 0 <= within < index[ordinal]


@given(heights.filter(bool), st.data())
@settings(deadline=None)
def test_a_message_set_after_growing_counts_once(measured: list[int], data: st.DataObject) -> None:
    index = HeightIndex(0, 5)
    plain: list[int] = []
    for rows in measured:
        index.extend(1)
        plain.append(5)
        ordinal = data.draw(st.integers(0, len(plain) - 1))
        index.set(ordinal, rows + 1)
        plain[ordinal] = rows + 1
    assert index.rows == sum(plain)
    assert index.start(len(plain)) == sum(plain)
