"""Where the reader is: a message and a row of it, never a scroll offset.

Pure: knows numbers only. The anchor is the row at the top of the screen. Loading, measuring, folding and resizing
change what is around it, never the anchor itself, so the line being read stands still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.model.row_heights import HeightIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LAST_ROW = -1
"""The row of an anchor that waits on a message not yet held: its last row, once it is known."""


class Place(NamedTuple):
    """One row on the screen: which message, which row of it."""

    ordinal: int
    row: int


class Bookmark(NamedTuple):
    """Where a reader was in a conversation, to come back to."""

    anchor: Place
    current: int
    follows: bool
    revision: int


class Viewport:
    """The visible rows of a sequence of messages.

    Args:
        measure: Returns the rows a message takes, or ``None`` if it is not held.
    """

    def __init__(self, measure: Callable[[int], int | None]) -> None:
        self._measure = measure
        self.heights = HeightIndex(0)
        self.anchor = Place(0, 0)
        self.height = 0
        """Rows of the screen."""
        self.follows = True
        """Whether the end stays at the bottom when messages come or sizes change."""

    @property
    def total(self) -> int:
        """Return the number of messages."""
        return len(self.heights)

    @property
    def top(self) -> int:
        """Return the number of rows above the screen."""
        return self.heights.start(self.anchor.ordinal) + max(0, self.anchor.row) if self.total else 0

    def reset(self, total: int, estimate: int = 6) -> None:
        """Start over with so many unmeasured messages, at the end."""
        self.heights = HeightIndex(total, estimate)
        self.anchor = Place(max(0, total - 1), LAST_ROW)
        self.follows = True

    def remeasure(self) -> None:
        """Forget every height, as when the width changed; the anchored message stays on top."""
        self.heights = HeightIndex(self.total, self._mean())

    def rows(self, ordinal: int) -> int | None:
        """Return the rows of a message, measuring it if it is held, ``None`` otherwise."""
        if not 0 <= ordinal < self.total:
            return None
        rows = self._measure(ordinal)
        if rows is not None and not (self.heights.is_measured(ordinal) and self.heights[ordinal] == rows):
            self.heights.set(ordinal, rows)
        return rows

    def places(self) -> Iterator[Place]:
        """Yield the rows on the screen from the top; a message not held takes one row, its ``LAST_ROW``."""
        ordinal, row = self.anchor
        left = self.height
        while left > 0 and 0 <= ordinal < self.total:
            rows = self.rows(ordinal)
            if rows is None:
                yield Place(ordinal, LAST_ROW)
                left -= 1
                if ordinal > self.anchor.ordinal:
                    return
            else:
                for index in range(max(0, row), min(rows, max(0, row) + left)):
                    yield Place(ordinal, index)
                    left -= 1
            ordinal, row = ordinal + 1, 0

    def settle(self) -> None:
        """Bring the anchor into bounds after something around it changed."""
        if not self.total:
            self.anchor = Place(0, 0)
            return
        if not self.height:
            # Nothing is measured for a screen that has no size yet; its first one settles this.
            return
        if self.follows:
            self.anchor = self._end()
            return
        ordinal, row = self.anchor
        ordinal = min(max(0, ordinal), self.total - 1)
        rows = self.rows(ordinal)
        if rows is not None:
            row = rows - 1 if row == LAST_ROW else min(max(0, row), rows - 1)
        self.anchor = Place(ordinal, row)
        self._pull_down()

    def move(self, delta: int) -> int:
        """Scroll by rows, up if negative; return the rows moved.

        Stops at both ends, and one row into messages that are not held yet.
        """
        moved = self._up(-delta) if delta < 0 else self._down(delta)
        self.follows = delta > 0 and self.is_at_end
        return moved

    def seek(self, ordinal: int, row: int = 0) -> None:
        """Put a row of a message at the top of the screen, or as near as the end allows."""
        self.follows = False
        self.anchor = Place(ordinal, row)
        self.settle()

    def reveal(self, ordinal: int) -> None:
        """Scroll as little as needed to bring a held message into view, its first row above all."""
        above = self.heights.start(ordinal) - self.top
        below = above + (self.rows(ordinal) or 1) - self.height
        if above < 0:
            self.seek(ordinal)
        elif below > 0:
            self.move(min(below, above))

    def to_end(self) -> None:
        """Go to the end and stay there."""
        self.follows = True
        self.settle()

    @property
    def is_at_end(self) -> bool:
        """Tell whether the last row of the last message is on the screen."""
        left = self.height + max(0, self.anchor.row)
        if not self.height:
            return True
        if self.total - self.anchor.ordinal > left:
            return False
        for ordinal in range(self.anchor.ordinal, self.total):
            rows = self.rows(ordinal)
            if rows is None or rows > left:
                return False
            left -= rows
        return True

    @property
    def is_at_start(self) -> bool:
        """Tell whether the first row of the first message is at the top."""
        return self.anchor == Place(0, 0)

    def _up(self, count: int) -> int:
        ordinal, row = self.anchor
        left = count
        if row == LAST_ROW:
            return 0
        while left > 0:
            if row >= left:
                row, left = row - left, 0
            elif ordinal == 0:
                row, left = 0, left - row
                break
            else:
                left -= row + 1
                ordinal -= 1
                rows = self.rows(ordinal)
                if rows is None:
                    row = LAST_ROW
                    break
                row = rows - 1
        self.anchor = Place(ordinal, row)
        return count - left

    def _down(self, count: int) -> int:
        before = self.top
        ordinal, row = self.anchor
        left = count
        while left > 0:
            rows = self.rows(ordinal)
            if rows is None:
                break
            if row + left < rows:
                row, left = row + left, 0
            elif ordinal + 1 >= self.total:
                row, left = rows - 1, 0
            else:
                left -= rows - row
                ordinal, row = ordinal + 1, 0
        self.anchor = Place(ordinal, row)
        self._pull_down()
        return self.top - before

    def _pull_down(self) -> None:
        """Leave no room below the last message, or below the first one that is not held, that rows could fill."""
        ordinal, row = self.anchor
        left = self.height + max(0, row)
        while left > 0 and ordinal < self.total:
            rows = self.rows(ordinal)
            left -= rows or 1
            if rows is None:
                break
            ordinal += 1
        if left > 0 and self.anchor.row != LAST_ROW:
            self.anchor = self._end(min(ordinal, self.total - 1))

    def _end(self, ordinal: int | None = None) -> Place:
        """Return the anchor that puts the last row of a message, by default the last, at the bottom of the screen."""
        ordinal = self.total - 1 if ordinal is None else ordinal
        left, last = self.height, ordinal
        while ordinal >= 0:
            rows = self.rows(ordinal)
            if rows is None and ordinal < last:
                return Place(ordinal + 1, 0)
            rows = rows or 1
            if rows >= left:
                return Place(ordinal, rows - left)
            left -= rows
            ordinal -= 1
        return Place(0, 0)

    def _mean(self) -> int:
        return max(1, round(self.heights.rows / self.total)) if self.total else 6
