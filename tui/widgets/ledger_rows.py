"""How the ledger looks: its entries as lines under a sparkline, painted where they are seen.

Knows records, never the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import var

from tui.model import ledger_cells as ledger_line
from tui.model.run_window import Detail, Fold, RunWindow
from tui.text.message.layout_options import BOOKMARK
from tui.text.routine.run_reports import sparkline
from tui.text.routine.schedule import span
from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.text.wrap import pad as pad_text
from tui.widgets.key_queue import keys_wait_for
from tui.widgets.paint import painted_row
from tui.widgets.row_list import RowList
from tui.widgets.shared_messages import NoEffect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta, tzinfo

    from rich.segment import Segment
    from textual.strip import Strip

    from store.records import Conversation, MessageCursor
    from tui.model.ledger_cells import Cells
    from tui.model.run_window import Entry, Run


class LedgerPane(RowList):
    """The held runs of a thread as lines.

    Args:
        now: The clock.
        tz: The reader's zone.
    """

    HEAD = 2
    """Lines above the runs: the sparkline, and an empty one."""

    goal: var[int | None] = var(None, init=False)
    """Position of a run that is gone to once it has come; keys wait for it, since they are meant for what comes."""

    def __init__(self, now: Callable[[], datetime], tz: tzinfo, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__("ledger", id=id)
        self.conversation: Conversation | None = None
        self.window = RunWindow()
        self.selected = 0
        """Position of the run that is selected, or of the oldest of those that it stands with."""
        self.new_after: MessageCursor | None = None
        """The last run that was seen before; ``None`` if nothing is new."""
        self._now = now
        self._tz = tz
        self._details: dict[MessageCursor, Detail] = {}
        self._bookmarks: Mapping[tuple[str, MessageCursor], str] = {}

    def watch_goal(self, goal: int | None) -> None:
        """Let keys wait, or go on."""
        keys_wait_for(self, waits=goal is not None)

    def show_bookmarks(self, notes: Mapping[tuple[str, MessageCursor], str]) -> None:
        """Show which runs are bookmarked: their notes by conversation and place."""
        self._bookmarks = notes
        self.refresh()

    # What is on the screen.

    @property
    def length(self) -> int:
        """Return the number of held entries."""
        return len(self.window.entries)

    @property
    def index(self) -> int:
        """Return the place of the selected entry among those held."""
        return self.window.index_of(self.selected)

    @property
    def total(self) -> int:
        """Return the number of runs in the thread."""
        return self.window.total

    @property
    def is_full(self) -> bool:
        """Tell whether runs fill the screen to its last line."""
        return self.length >= self.room

    @property
    def entry(self) -> Entry | None:
        """Return the selected entry."""
        entries = self.window.entries
        return entries[self.index] if entries else None

    @property
    def current_run(self) -> Run | None:
        """Return the run that keys act on, the oldest of those it stands with."""
        return self.window.get(self.selected)

    @property
    def silence(self) -> timedelta | None:
        """Return how long a routine that is on has been silent, ``None`` if no run is missing since the newest."""
        window, routine = self.window, self.conversation.routine if self.conversation is not None else None
        if not window.runs or not window.reaches_end or (routine is not None and not routine.enabled):
            return None
        last, expected = window.runs[-1].created_at, window.expected
        if last is None or expected is None or not expected.misses(last, self._now()):
            return None
        return self._now() - last

    @property
    def seen(self) -> tuple[int, int]:
        """Return the positions of the first and the last run on the screen; the last is -1 if there is none."""
        entries = self.window.entries
        top = self.scroll_offset.y
        shown = entries[top : top + self.room]
        if not shown:
            return 0, -1
        last = shown[-1]
        return shown[0].first, last.last if isinstance(last, Fold) else last.first - 1

    @property
    def is_at_end(self) -> bool:
        """Tell whether the newest run is on the screen."""
        return self.window.reaches_end and self.seen[1] >= self.total - 1

    @property
    def last_seen_cursor(self) -> MessageCursor | None:
        """Return the place of the last run on the screen."""
        run = self.window.get(self.seen[1])
        return run.cursor if run is not None else None

    def goes_on_from(self, place: MessageCursor) -> bool:
        """Tell whether nothing lies between a place and what is on the screen."""
        first = self.seen[0]
        above = self.window.get(first - 1)
        return not first or (above is not None and above.cursor <= place)

    def run_or_say(self) -> Run | None:
        """Return the run that keys act on; say so if there is none."""
        if self.current_run is None:
            self.post_message(NoEffect("There is no run here."))
        return self.current_run

    def say_end(self, index: int) -> None:
        """Say that a place among the entries is beyond the first or the last run, if all up to there are held."""
        if index < 0 and self.window.reaches_start:
            self.post_message(NoEffect("This is the first run."))
        elif index >= 0 and self.window.reaches_end:
            self.post_message(NoEffect("This is the newest run."))

    # Paint.

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen; those above the runs stand still."""
        width, entries = self.size.width, self.window.entries
        if y < self.HEAD:
            return self._sparkline(width) if not y else painted_row([], width, self._palette())
        index = y - self.HEAD + self.scroll_offset.y
        if index >= len(entries):
            return painted_row([], width, self._palette())
        cells = self._cells(entries[index])
        is_top = y == self.HEAD
        day = "" if not is_top and index and self._day(entries[index - 1]) == cells.day else cells.day
        return self._strip(cells._replace(day=day), entries[index], width, is_selected=index == self.index)

    def _sparkline(self, width: int) -> Strip:
        palette = self._palette
        silence = self.silence
        since = f"  silent for {span(silence)}" if silence is not None else ""
        shown, words = ledger_line.strip_cells(self.window.recent, width - 2 - len(since))
        bars = [palette.segment(sparkline([status]), status or "text") for status in shown]
        told = [palette.segment(words, "day"), *([palette.segment(since, "failed")] if since else [])]
        return painted_row([palette.segment(" "), *bars, *told], width, palette())

    @property
    def _lines(self) -> ledger_line.Frame:
        last = self.conversation.last_activity if self.conversation is not None else None
        return ledger_line.Frame(self.size.width, self._tz, ledger_line.year_of(last, self._tz))

    def _cells(self, entry: Entry) -> Cells:
        if not isinstance(entry, Fold):
            expected = self.window.expected
            return ledger_line.silence_cells(entry, expected.words if expected is not None else "")
        oldest, newest = self.window.get(entry.first), self.window.get(entry.last)
        assert oldest is not None
        assert newest is not None
        detail = self._details.get(oldest.cursor) if entry.runs == 1 else None
        cells = ledger_line.fold_cells(
            entry,
            oldest,
            newest,
            self._lines,
            is_cut=self.window.is_cut(entry) and entry.runs > 1,
            detail=detail,
        )
        note = self._note(entry)
        return cells if note is None else cells._replace(text=f"{note} {cells.text}")

    def _note(self, entry: Fold) -> str | None:
        """Return the sign and the note of the first bookmark among some runs, ``None`` if there is none."""
        if not self._bookmarks or self.conversation is None:
            return None
        for position in range(entry.first, entry.last + 1):
            run = self.window.get(position)
            note = self._bookmarks.get((self.conversation.id, run.cursor)) if run is not None else None
            if note is not None:
                return f"{BOOKMARK} {one_line(note)} ·" if note else BOOKMARK
        return None

    def _day(self, entry: Entry) -> str:
        """Return the day that an entry's line begins with, nothing for a silence."""
        run = self.window.get(entry.first)
        return self._lines.day(run.created_at) if run is not None and isinstance(entry, Fold) else ""

    def _strip(self, cells: Cells, entry: Entry, width: int, *, is_selected: bool) -> Strip:
        palette = self._palette
        under = ("selected",) if is_selected else ()
        frame = self._lines
        style = cells.status or "text"
        segments: list[Segment] = [
            palette.segment("▌", *under, "mark") if is_selected else palette.segment(self._new_mark(entry), "new"),
            palette.segment(f"{pad_text(fit(cells.day, frame.day_width), frame.day_width)} ", *under, "day"),
            palette.segment(f"{pad_text(cells.time, frame.time_width)} ", *under, "day"),
            palette.segment(f"{cells.sign} ", *under, style),
        ]
        took = f" {cells.took} " if cells.took else " "
        room = max(1, width - sum(each.cell_length for each in segments) - len(took))
        text_style = style if cells.status in ("failed", "silence") else "text"
        segments.append(palette.segment(pad_text(fit(cells.text, room), room), *under, text_style))
        segments.append(palette.segment(took, *under, "took"))
        return painted_row(segments, width, palette(*under))

    def _new_mark(self, entry: Entry) -> str:
        run = self.window.get(entry.last) if isinstance(entry, Fold) else None
        return "•" if self.new_after is not None and run is not None and run.cursor > self.new_after else " "
