"""Numbers of 128 bits come out as they went in, and sort and slice like a list."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from store.core.wide_numbers import WideNumbers, joined_numbers, packed

WIDE = [0, 1, 2**63, 2**64, 2**127 + 5, 2**128 - 1]


def test_wide_numbers_are_a_sequence() -> None:
    held = WideNumbers.of(WIDE)
    assert list(held) == WIDE
    assert [held[place] for place in range(-6, 6)] == WIDE * 2
    assert list(held[1:4]) == WIDE[1:4]
    assert [bisect_left(held, number) for number in WIDE] == [0, 1, 2, 3, 4, 5]


def test_numbers_take_as_little_room_as_they_need() -> None:
    assert packed([-1, 2**63 - 1]) == array("q", [-1, 2**63 - 1])
    assert packed(WIDE) == WideNumbers.of(WIDE)


def test_parts_are_joined_whatever_room_they_take() -> None:
    assert list(joined_numbers([packed([1, 2]), packed(WIDE), packed([])])) == [1, 2, *WIDE]
    assert joined_numbers([packed([1]), packed([2])]) == array("q", [1, 2])
