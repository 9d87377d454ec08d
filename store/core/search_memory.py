"""What searches of a file find out for those that follow, as long as nothing is written to the file."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

Known = TypeVar("Known")
Total = TypeVar("Total")

MOST_ROWS = 500_000
"""Row numbers that are remembered, of 8 bytes each."""


class UndecidedRows:
    """The rows for which ``LIKE`` cannot tell whether they have a word, in ranges that were read already."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, array[int]] = {}
        self._room = MOST_ROWS

    def within(self, span: Hashable) -> Sequence[int] | None:
        """Return those of a range, ``None`` if they are not known."""
        return self._rows.get(span)

    def note(self, span: Hashable, rows: Iterable[int]) -> None:
        """Remember those of a range, if there is room."""
        found = array("q", rows)
        if len(found) <= self._room and span not in self._rows:
            self._room -= len(found)
            self._rows[span] = found


class Searched(Generic[Total]):
    """What is known of one state of a file."""

    def __init__(self) -> None:
        self.undecided = UndecidedRows()
        self.totals: dict[Hashable, Total] = {}
        """How many messages there are, by where a search looks."""


class KeptState(Generic[Known]):
    """Keeps what is known of the state of a file that was seen last.

    Args:
        begin: Makes what nothing is known by yet.
    """

    def __init__(self, begin: Callable[[], Known]) -> None:
        self._begin = begin
        self._version: int | None = None
        self._known = begin()

    @property
    def last(self) -> Known:
        """Return what is known of the state that was seen last."""
        return self._known

    def at(self, version: int) -> Known:
        """Return what is known of a state of the file: a search that began before adds to what it had then."""
        if version != self._version:
            self._version, self._known = version, self._begin()
        return self._known
