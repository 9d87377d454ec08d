"""What a search found: conversations as rows of two lines with what matched marked, drawn where they are seen.

Knows records, never the store: it asks for conversations with ``Seen``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.strip import Strip

from store.domain.query import excerpt
from tui.text import times
from tui.text.lines import Line, Span
from tui.text.shown_matches import shown_matches
from tui.text.visible import one_line
from tui.text.wrap import Row, fit
from tui.text.wrap import pad as pad_text
from tui.widgets.paint import pad, paint_text
from tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo

    from rich.segment import Segment

    from store.domain.query import Query
    from store.domain.search_results import Finding
    from store.records import Conversation

CHANNEL_WIDTH, HITS_WIDTH, TIME_WIDTH = 9, 9, 8
ROOMY = 56
"""Columns from which the channel stands beside the title."""
LINES = 2
"""Lines of a row."""


class Results(RowList, can_focus=False):
    """Findings; the selected one is marked. Keys go by way of the screen, whose field keeps the focus.

    Args:
        now: The time.
        tz: The reader's zone.
        opened: The conversation that is selected as soon as the first query finds it, if nothing else is chosen.
    """

    @dataclass
    class Seen(Message):
        """Findings came into sight whose conversations are not known."""

        ids: list[str]

    @dataclass
    class Picked(Message):
        """The reader wants to read a finding."""

        finding: Finding

    def __init__(self, now: datetime, tz: tzinfo, opened: str | None = None) -> None:
        super().__init__("results")
        self._opened = opened
        self._now = now
        self._tz = tz
        self._query: Query | None = None
        self._findings: Sequence[Finding] = ()
        self._conversations: dict[str, Conversation] = {}
        self._asked: set[str] = set()
        self._selected = 0
        self._is_chosen = False

    # What is shown.

    def show(self, query: Query | None, findings: Sequence[Finding]) -> None:
        """Show findings; the one that the reader chose stays selected and in its place, else the first is."""
        chosen = self.selected.conversation_id if self.selected is not None and self._is_chosen else self._opened
        if query is not self._query:
            if self._query is not None:
                self._opened = None
            self._query, self._is_chosen, chosen = query, False, self._opened
        old, self._findings = self._selected, findings
        found = (i for i, each in enumerate(findings) if each.conversation_id == chosen) if chosen is not None else ()
        index = next(iter(found), min(old, max(0, len(findings) - 1)) if self._is_chosen else 0)
        self._selected = index
        self.fit_rows()
        if self._is_chosen and index != old:
            self.scroll_to(y=self.scroll_y + (index - old) * LINES, animate=False, immediate=True)
        elif chosen is not None:
            self.show_index(index)
        self._ask()

    def describe(self, conversations: Mapping[str, Conversation]) -> None:
        """Take in conversations that were asked for."""
        self._conversations.update(conversations)
        self.refresh()

    @property
    def selected(self) -> Finding | None:
        """Return the selected finding."""
        return self._findings[self._selected] if self._selected < len(self._findings) else None

    def move(self, step: int) -> None:
        """Select another finding."""
        self.action_move(step)

    def page(self, half_pages: int) -> None:
        """Move the selection by half pages."""
        self.action_half_pages(half_pages)

    # What a list of rows asks for.

    @property
    def length(self) -> int:
        """Return the number of findings."""
        return len(self._findings)

    @property
    def index(self) -> int:
        """Return the position of the selected finding."""
        return self._selected

    @property
    def row_height(self) -> int:
        """Return the lines of a row."""
        return LINES

    def select_index(self, index: int) -> None:
        """Select the finding at a position, or the nearest one; it stays selected while others are found."""
        if self._findings:
            self._is_chosen = True
            self._selected = min(max(0, index), len(self._findings) - 1)
            self.show_index(self._selected)
            self.refresh()

    def pick(self) -> None:
        """Say that the selected finding was picked."""
        if self.selected is not None:
            self.post_message(self.Picked(self.selected))

    def show_index(self, index: int) -> None:
        """Bring a row into sight, and ask for what is not known there."""
        super().show_index(index)
        self._ask()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what comes into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def _ask(self) -> None:
        top = round(self.scroll_y) // LINES
        seen = self._findings[top : top + self.room + 2]
        unknown = [each.conversation_id for each in seen if each.conversation_id not in self._asked]
        if unknown:
            self._asked.update(unknown)
            self.post_message(self.Seen(unknown))

    # Paint.

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        index, part = divmod(y + self.scroll_offset.y, LINES)
        width = self.size.width
        if index >= len(self._findings):
            return Strip.blank(width, self._palette())
        finding = self._findings[index]
        under = ("selected",) if index == self._selected else ()
        draw = self._excerpt_line if part else self._title_line
        segments = [
            self._palette.segment("▌" if under else " ", *under, *(["mark"] if under else [])),
            *draw(finding, width - 2, under),
        ]
        return Strip(segments).crop_extend(0, width, self._palette(*under))

    def _title_line(self, finding: Finding, width: int, under: tuple[str, ...]) -> list[Segment]:
        row = self._conversations.get(finding.conversation_id)
        hits = f"{finding.hits:,} hit{'' if finding.hits == 1 else 's'}" if finding.hits else "title"
        channel = pad_text(one_line(row.channel if row else ""), CHANNEL_WIDTH)
        age = times.relative(row.last_activity, self._now, self._tz) if row else ""
        tail = [self._palette.segment("  ", *under)]
        if width >= ROOMY:
            tail += [self._palette.segment(f"{channel} ", *under, "channel")]
        tail += [
            self._palette.segment(pad_text(hits, HITS_WIDTH, "right"), *under, "hits"),
            self._palette.segment(pad_text(age, TIME_WIDTH, "right"), *under, "muted"),
        ]
        room = max(1, width - sum(segment.cell_length for segment in tail))
        title = fit(one_line(row.full_title), room) if row else "…"
        styles = (*under, "title", *(f"{name}-title" for name in under))
        return [*self._marked(title, room, styles), *tail]

    def _excerpt_line(self, finding: Finding, width: int, under: tuple[str, ...]) -> list[Segment]:
        room = max(1, width - 2)
        text = finding.excerpt if self._query is None else excerpt(finding.excerpt, self._query, room).text
        indent = self._palette.segment("  ", *under)
        return [indent, *self._marked(fit(one_line(text), room), room, (*under, "muted"))]

    def _marked(self, text: str, room: int, styles: tuple[str, ...]) -> list[Segment]:
        marks = shown_matches(text, self._query) if self._query is not None else []
        line = Line(text, tuple(Span(start, end, "match") for start, end in marks))
        segments = paint_text(line, Row(0, 0, len(text), ""), self._palette, under=styles)
        return pad(segments, room, self._palette(*styles))
