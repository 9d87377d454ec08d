"""The questions of a conversation as rows of one line, newest first, drawn where they are seen.

Knows where each question lies; asks for its text with ``Seen`` when it comes into sight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from store.domain.query import excerpt
from store.domain.search_results import Places
from store.records import MessageCursor
from tui.text import times
from tui.text.message.preview import preview_text
from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.text.wrap import pad as pad_text
from tui.widgets.found_rows import FoundRows
from tui.widgets.paint import painted_row

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from textual.strip import Strip

    from store.domain.query import Query

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


class QuestionList(FoundRows[MessageCursor, QuestionRow]):
    """Questions.

    Args:
        now: The time.
        tz: The reader's zone.
        here: The message that the reader came from; the question nearest before it is selected first.
    """

    @dataclass
    class Picked(Message):
        """The reader wants to read a question."""

        cursor: MessageCursor

    def __init__(self, now: datetime, tz: tzinfo, here: MessageCursor | None = None) -> None:
        super().__init__("questions", now, tz)
        self._here = here
        self._places = Places()
        self._chosen: MessageCursor | None = None
        """The question that the reader selected, which stays selected while others are found."""

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

    # What a list of rows asks for.

    @property
    def length(self) -> int:
        """Return the number of questions."""
        return len(self._places)

    def key_at(self, index: int) -> MessageCursor:
        """Return the place of a question."""
        return self._places[index]

    @property
    def selected(self) -> MessageCursor | None:
        """Return the place of the selected question, ``None`` if there is none."""
        return self._places[self._selected] if len(self._places) else None

    def select_index(self, index: int) -> None:
        """Select the question at a position, or the nearest one."""
        if len(self._places):
            self._selected = min(max(0, index), len(self._places) - 1)
            self._chosen = self._places[self._selected]
            self.show_index(self._selected)
            self.refresh()

    def pick(self) -> None:
        """Say that the selected question was picked."""
        if self.selected is not None:
            self.post_message(self.Picked(self.selected))

    # Paint.

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        number, width = y + self.scroll_offset.y, self.size.width
        if number >= len(self._places):
            return painted_row([], width, self._palette())
        is_selected = number == self._selected
        under = ("selected",) if is_selected else ()
        question = self._known.get(self._places[number])
        head = [self._palette.segment("▌" if is_selected else " ", *under, *(["mark"] if is_selected else []))]
        if width >= ROOMY:
            turn = f"#{question.turn:,}" if question is not None and question.turn is not None else ""
            head.append(self._palette.segment(f"{pad_text(turn, NUMBER_WIDTH, 'right')} ", *under, "muted"))
        age = times.relative(question.written_at, self._now, self._tz) if question is not None else ""
        tail = self._palette.segment(f"{pad_text(age, TIME_WIDTH, 'right')} ", *under, "muted")
        room = max(1, width - tail.cell_length - sum(segment.cell_length for segment in head))
        text = "…" if question is None else self._shown(question.text, room)
        segments = [*head, *self._marked(text, room, (*under, "text")), tail]
        return painted_row(segments, width, self._palette(*under))

    def _shown(self, text: str, room: int) -> str:
        """Return a question on one line, from where it has what was looked for."""
        if self._query is not None and self._query.words:
            return fit(one_line(excerpt(text, self._query, room).text), room)
        return fit(preview_text("user", text), room)
