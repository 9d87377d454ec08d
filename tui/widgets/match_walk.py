"""The matches of what is sought in the messages of a transcript, and the one that the reader is at."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from tui.widgets.message_layout import own_lines
from tui.widgets.paint import MATCH, MATCH_HERE

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.domain.query import Query
    from store.records import MessageCursor
    from tui.widgets.message_layout import Layout, RowStore

_KEPT = 64
"""Messages whose matches are remembered at most."""


class Part(NamedTuple):
    """A part of a match on one logical line of a message."""

    line: int
    start: int
    end: int
    number: int
    """Which match of the message it belongs to, from 0."""


class MatchCount(NamedTuple):
    """The matches of one message."""

    number: int
    """Which of them is shown, from 0."""
    of: int
    """How many are in what was read of the message."""
    is_whole: bool
    """Whether all of it was read."""


class MatchWalk:
    """Finds the matches of laid-out messages.

    Args:
        lay_out: Returns the layout of the message at a position, ``None`` if it is not held.
        rows: Folds, opens and switches messages.
    """

    def __init__(self, lay_out: Callable[[int], Layout | None], rows: RowStore) -> None:
        self._lay_out = lay_out
        self._rows = rows
        self._query: Query | None = None
        # Each with its layout, which keeps the identity in the key from being given to another one.
        self._found: dict[int, tuple[Layout, list[Part]]] = {}
        self._here: MessageCursor | None = None
        self._number = 0

    def seek(self, query: Query | None) -> bool:
        """Look for something else, ``None`` for nothing; return whether it is something else."""
        if query is self._query:
            return False
        self._query, self._here = query, None
        self._found.clear()
        return True

    def go_to(self, cursor: MessageCursor, number: int) -> None:
        """Be at a match of a message, by its number from 0, or from its last match back if negative."""
        self._here, self._number = cursor, number

    def count(self, ordinal: int) -> int:
        """Return how many matches a message shows."""
        parts = self._parts(self._lay_out(ordinal))
        return parts[-1].number + 1 if parts else 0

    def number(self, ordinal: int) -> int:
        """Return which match of its message the reader is at, from 0."""
        count = self.count(ordinal)
        return self._number + count if self._number < 0 else min(self._number, max(0, count - 1))

    def row(self, ordinal: int, cursor: MessageCursor) -> int:
        """Return the row of the match that the reader is at, or of the first one of a message; 0 for none.

        What hides the matches is opened, or shown as it was written.
        """
        row = self._row(ordinal, cursor)
        for change in (self._rows.toggle, self._rows.switch_markup):
            if row is not None:
                return row
            change(cursor)
            if (row := self._row(ordinal, cursor)) is None:
                change(cursor)
        return row or 0

    def on_line(self, layout: Layout, line: int, cursor: MessageCursor | None) -> list[tuple[int, int, str]]:
        """Return what to mark on a line of a message: where it starts and ends, and the name of the style."""
        parts = self._parts(layout)
        here = -1
        if parts and cursor is not None and cursor == self._here:
            count = parts[-1].number + 1
            here = self._number + count if self._number < 0 else min(self._number, count - 1)
        marks = [part for part in parts if part.line == line]
        return [(part.start, part.end, MATCH_HERE if part.number == here else MATCH) for part in marks]

    def _row(self, ordinal: int, cursor: MessageCursor) -> int | None:
        layout = self._lay_out(ordinal)
        parts = self._parts(layout)
        if layout is None or not parts:
            return None
        wanted = self.number(ordinal) if cursor == self._here else 0
        part = next(each for each in parts if each.number == wanted)
        return layout.row_at(part.line, part.start)

    def _parts(self, layout: Layout | None) -> list[Part]:
        """Return the matches of a message, one that goes on over a line break by its parts."""
        if layout is None or self._query is None:
            return []
        known = self._found.get(id(layout))
        if known is None:
            if len(self._found) >= _KEPT:
                del self._found[next(iter(self._found))]
            known = self._found[id(layout)] = (layout, _parts(layout, self._query))
        return known[1]


def _parts(layout: Layout, query: Query) -> list[Part]:
    from tui.text.shown_matches import shown_matches

    own = own_lines(layout.view)
    texts = [layout.view.lines[number].text for number in own]
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    parts: list[Part] = []
    at = 0
    for number, (start, end) in enumerate(shown_matches("\n".join(texts), query)):
        while starts[at + 1] <= start:
            at += 1
        line = at
        while line < len(texts) and starts[line] < end:
            low, high = max(start - starts[line], 0), min(end - starts[line], len(texts[line]))
            if low < high:
                parts.append(Part(own[line], low, high, number))
            line += 1
    return parts
