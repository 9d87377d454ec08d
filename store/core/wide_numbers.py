"""Whole numbers of 128 bits in little room: 16 bytes each, where a Python int takes 44."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LOW = 2**64 - 1


class WideNumbers:
    """A sequence of numbers from 0 to 2**128 - 1.

    Args:
        high: The upper 64 bits of each.
        low: The lower 64 bits of each.
    """

    __slots__ = ("_high", "_low")

    def __init__(self, high: array[int], low: array[int]) -> None:
        self._high, self._low = high, low

    @classmethod
    def of(cls, numbers: Iterable[int]) -> WideNumbers:
        """Return the sequence of some numbers."""
        some = list(numbers)
        return cls(array("Q", [each >> 64 for each in some]), array("Q", [each & _LOW for each in some]))

    def __len__(self) -> int:
        return len(self._high)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> WideNumbers: ...
    def __getitem__(self, index: int | slice) -> int | WideNumbers:
        if isinstance(index, slice):
            return WideNumbers(self._high[index], self._low[index])
        return self._high[index] << 64 | self._low[index]

    def __iter__(self) -> Iterator[int]:
        return (high << 64 | low for high, low in zip(self._high, self._low, strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WideNumbers) and (self._high, self._low) == (other._high, other._low)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def extend(self, other: WideNumbers) -> None:
        """Take in further numbers at the end."""
        self._high.extend(other._high)
        self._low.extend(other._low)


def packed(numbers: Iterable[int]) -> array[int] | WideNumbers:
    """Return numbers in as little room as they need."""
    some = list(numbers)
    try:
        return array("q", some)
    except OverflowError:
        return WideNumbers.of(some)


def joined_numbers(parts: Sequence[array[int] | WideNumbers]) -> array[int] | WideNumbers:
    """Return sequences laid end to end."""
    if any(isinstance(part, WideNumbers) and len(part) for part in parts):
        wide = WideNumbers.of(())
        for part in parts:
            wide.extend(part if isinstance(part, WideNumbers) else WideNumbers.of(part))
        return wide
    narrow = array("q")
    for part in parts:
        narrow.extend(part)
    return narrow
