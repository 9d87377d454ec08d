"""What searches of a file know of it from those before, as long as nothing is written to it."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from store.ironclaw0.known_titles import Titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.ironclaw0.sqlite.search_sql import Range, Scope, Total

MOST_ROWS = 500_000
"""Row numbers that are remembered, of 8 bytes each."""


class UndecidedRows:
    """The messages for which ``LIKE`` cannot tell whether they have a word, in ranges that were read already."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, int], array[int]] = {}
        self._room = MOST_ROWS

    def within(self, span: Range) -> Sequence[int] | None:
        """Return those of a range, ``None`` if they are not known."""
        return self._rows.get((span.low, span.high))

    def note(self, span: Range, rows: Iterable[int]) -> None:
        """Remember those of a range, if there is room."""
        found = array("q", rows)
        if len(found) <= self._room and (span.low, span.high) not in self._rows:
            self._room -= len(found)
            self._rows[span.low, span.high] = found


class Remembered:
    """What is known of one state of the file."""

    def __init__(self) -> None:
        self.titles = Titles[int]()
        self.totals: dict[Scope, Total] = {}
        self.undecided = UndecidedRows()


class SearchMemory:
    """Keeps what is known of the state of the file that was seen last."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._remembered = Remembered()

    def at(self, version: int) -> Remembered:
        """Return what is known of a state of the file: a search that began before adds to what it had then."""
        if version != self._version:
            self._version, self._remembered = version, Remembered()
        return self._remembered
