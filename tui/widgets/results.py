"""What a search found: conversations as rows of two lines with what matched marked, drawn where they are seen.

Knows records, never the store: it asks for conversations with ``Seen``, by their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from store.domain.query import excerpt
from store.records import Conversation
from tui.text import times
from tui.text.units import counted
from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.text.wrap import pad as pad_text
from tui.widgets.found_rows import FoundRows
from tui.widgets.paint import painted_row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from rich.segment import Segment
    from textual.strip import Strip

    from store.domain.query import Query
    from store.domain.search_results import Finding

CHANNEL_WIDTH, HITS_WIDTH, TIME_WIDTH = 9, 9, 8
ROOMY = 56
"""Columns from which the channel stands beside the title."""
LINES = 2
"""Lines of a row."""


class Results(FoundRows[str, Conversation]):
    """Findings.

    Args:
        now: The time.
        tz: The reader's zone.
        opened: The conversation that is selected as soon as the first query finds it, if nothing else is chosen.
    """

    @dataclass
    class Picked(Message):
        """The reader wants to read a finding."""

        finding: Finding

    def __init__(self, now: datetime, tz: tzinfo, opened: str | None = None) -> None:
        super().__init__("results", now, tz)
        self._opened = opened
        self._findings: Sequence[Finding] = ()
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

    @property
    def selected(self) -> Finding | None:
        """Return the selected finding."""
        return self._findings[self._selected] if self._selected < len(self._findings) else None

    # What a list of rows asks for.

    @property
    def length(self) -> int:
        """Return the number of findings."""
        return len(self._findings)

    def key_at(self, index: int) -> str:
        """Return the id of a finding's conversation."""
        return self._findings[index].conversation_id

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

    # Paint.

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        index, part = divmod(y + self.scroll_offset.y, LINES)
        width = self.size.width
        if index >= len(self._findings):
            return painted_row([], width, self._palette())
        finding = self._findings[index]
        under = ("selected",) if index == self._selected else ()
        draw = self._excerpt_line if part else self._title_line
        segments = [
            self._palette.segment("▌" if under else " ", *under, *(["mark"] if under else [])),
            *draw(finding, width - 2, under),
        ]
        return painted_row(segments, width, self._palette(*under))

    def _title_line(self, finding: Finding, width: int, under: tuple[str, ...]) -> list[Segment]:
        row = self._known.get(finding.conversation_id)
        hits = counted(finding.hits, "hit") if finding.hits else "title"
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
