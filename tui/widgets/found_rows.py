"""The base of the lists of what was looked for: rows that come into sight ask for what is not known of them yet.

It knows no store: it asks with ``Seen``, and is told with ``describe``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual.message import Message

from tui.text.lines import Line, Span
from tui.text.shown_matches import shown_matches
from tui.text.wrap import Row
from tui.widgets.paint import pad, paint_text
from tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from rich.segment import Segment

    from store.domain.query import Query

K = TypeVar("K")
V = TypeVar("V")


class FoundRows(RowList, Generic[K, V], can_focus=False):
    """What was found; the selected row is marked. Keys go by way of the screen, whose field keeps the focus.

    Args:
        styles: The first part of the names of its styles.
        now: The time.
        tz: The reader's zone.
    """

    @dataclass
    class Seen(Message):
        """Rows came into sight of which no more is known than their keys."""

        keys: list[Any]

    def __init__(self, styles: str, now: datetime, tz: tzinfo) -> None:
        super().__init__(styles)
        self._now = now
        self._tz = tz
        self._query: Query | None = None
        self._known: dict[K, V] = {}
        self._asked: set[K] = set()
        self._selected = 0

    def key_at(self, index: int) -> K:
        """Return the key of a row."""
        raise NotImplementedError

    def describe(self, known: Mapping[K, V]) -> None:
        """Take in what was asked for."""
        self._known.update(known)
        self.refresh()

    @property
    def index(self) -> int:
        """Return the position of the selected row."""
        return self._selected

    def show_index(self, index: int) -> None:
        """Bring a row into sight, and ask for what is not known there."""
        super().show_index(index)
        self._ask()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what comes into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def _ask(self) -> None:
        top = round(self.scroll_y) // self.row_height
        seen = [self.key_at(index) for index in range(top, min(top + self.room + 2, self.length))]
        unknown = [key for key in seen if key not in self._asked]
        if unknown:
            self._asked.update(unknown)
            self.post_message(self.Seen(unknown))

    def _marked(self, text: str, room: int, styles: tuple[str, ...]) -> list[Segment]:
        """Return a text with what matched marked, padded to its room."""
        marks = shown_matches(text, self._query) if self._query is not None else []
        line = Line(text, tuple(Span(start, end, "match") for start, end in marks))
        segments = paint_text(line, Row(0, 0, len(text), ""), self._palette, under=styles)
        return pad(segments, room, self._palette(*styles))
