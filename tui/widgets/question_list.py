"""The questions of a conversation as rows of one line, newest first, drawn where they are seen.

Knows where each question lies; asks for its text with ``Seen`` when it comes into sight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message
from textual.strip import Strip

from store.domain.query import excerpt
from store.domain.search_results import Places
from tui.text import times
from tui.text.lines import Line, Span
from tui.text.message.preview import preview_text
from tui.text.shown_matches import shown_matches
from tui.text.visible import one_line
from tui.text.wrap import Row, fit
from tui.text.wrap import pad as pad_text
from tui.widgets.paint import pad, paint_text
from tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from rich.segment import Segment

    from store.domain.query import Query
    from store.records import MessageCursor

NUMBER_WIDTH, TIME_WIDTH = 8, 8
ROOMY = 40
"""Columns from which a row has room for the number of its turn."""


class QuestionRow(NamedTuple):
    """What is shown of a question."""

    text: str
    """As stored."""
    written_at: datetime | None
    turn: int | None
    """The number of its turn from 1; ``None`` if it is not known."""


class QuestionList(RowList, can_focus=False):
    """Questions; the selected one is marked. Keys go by way of the screen, whose field keeps the focus.

    Args:
        now: The time.
        tz: The reader's zone.
        here: The message that the reader came from; the question nearest before it is selected first.
    """

    @dataclass
    class Seen(Message):
        """Questions came into sight whose texts are not known."""

        cursors: list[MessageCursor]

    @dataclass
    class Picked(Message):
        """The reader wants to read a question."""

        cursor: MessageCursor

    def __init__(self, now: datetime, tz: tzinfo, here: MessageCursor | None = None) -> None:
        super().__init__("questions")
        self._now = now
        self._tz = tz
        self._here = here
        self._query: Query | None = None
        self._places = Places()
        self._questions: dict[MessageCursor, QuestionRow] = {}
        self._asked: set[MessageCursor] = set()
        self._chosen: MessageCursor | None = None
        """The question that the reader selected, which stays selected while others are found."""
        self._selected = 0

    # What is shown.

    def show(self, query: Query, places: Places) -> None:
        """Show questions; what the reader selected stays selected as long as the same is looked for."""
        if query is not self._query:
            self._query, self._chosen = query, None
        self._places = places
        stays_with = self._chosen if self._chosen is not None or query.words else self._here
        number = places.number(stays_with) if stays_with is not None else 0
        old, self._selected = self._selected, min(number, max(0, len(places) - 1))
        self.fit_rows()
        if self._selected != old:
            self.show_index(self._selected)
        self._ask()

    def describe(self, questions: Mapping[MessageCursor, QuestionRow]) -> None:
        """Take in texts that were asked for."""
        self._questions.update(questions)
        self.refresh()

    # What a list of rows asks for.

    @property
    def length(self) -> int:
        """Return the number of questions."""
        return len(self._places)

    @property
    def index(self) -> int:
        """Return the position of the selected question."""
        return self._selected

    def select_index(self, index: int) -> None:
        """Select the question at a position, or the nearest one."""
        if len(self._places):
            self._selected = min(max(0, index), len(self._places) - 1)
            self._chosen = self._places[self._selected]
            self.show_index(self._selected)
            self.refresh()

    def pick(self) -> None:
        """Say that the selected question was picked."""
        if len(self._places):
            self.post_message(self.Picked(self._places[self._selected]))

    def show_index(self, index: int) -> None:
        """Bring a row into sight, and ask for what is not known there."""
        super().show_index(index)
        self._ask()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what comes into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def _ask(self) -> None:
        top = round(self.scroll_y)
        seen = [self._places[number] for number in range(top, min(top + self.room + 1, len(self._places)))]
        unknown = [cursor for cursor in seen if cursor not in self._asked]
        if unknown:
            self._asked.update(unknown)
            self.post_message(self.Seen(unknown))

    # Paint.

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        number, width = y + self.scroll_offset.y, self.size.width
        if number >= len(self._places):
            return Strip.blank(width, self._palette())
        is_selected = number == self._selected
        under = ("selected",) if is_selected else ()
        question = self._questions.get(self._places[number])
        head = [self._palette.segment("▌" if is_selected else " ", *under, *(["mark"] if is_selected else []))]
        if width >= ROOMY:
            turn = f"#{question.turn:,}" if question is not None and question.turn is not None else ""
            head.append(self._palette.segment(f"{pad_text(turn, NUMBER_WIDTH, 'right')} ", *under, "muted"))
        age = times.relative(question.written_at, self._now, self._tz) if question is not None else ""
        tail = self._palette.segment(f"{pad_text(age, TIME_WIDTH, 'right')} ", *under, "muted")
        room = max(1, width - tail.cell_length - sum(segment.cell_length for segment in head))
        text = "…" if question is None else self._shown(question.text, room)
        segments = [*head, *self._marked(text, room, (*under, "text")), tail]
        return Strip(segments).crop_extend(0, width, self._palette(*under))

    def _shown(self, text: str, room: int) -> str:
        """Return a question on one line, from where it has what was looked for."""
        if self._query is not None and self._query.words:
            return fit(one_line(excerpt(text, self._query, room).text), room)
        return fit(preview_text("user", text), room)

    def _marked(self, text: str, room: int, styles: tuple[str, ...]) -> list[Segment]:
        marks = shown_matches(text, self._query) if self._query is not None else []
        line = Line(text, tuple(Span(start, end, "match") for start, end in marks))
        return pad(
            paint_text(line, Row(0, 0, len(text), ""), self._palette, under=styles), room, self._palette(*styles)
        )
