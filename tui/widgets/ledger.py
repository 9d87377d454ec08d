"""The ledger: the runs of a routine, or the beats of the heartbeat, one line each, the like folded together.

Knows records and the pure ``RunWindow``, never the store: it asks for runs with ``RunsWanted`` and is handed them by
the browser screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.geometry import Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.commands import Scope, bindings
from tui.ledger import STEP, Detail, Fold, RunWindow
from tui.messages import FailureWanted, RunCopyWanted, RunDiffWanted, RunOpened, RunsWanted, TranscriptMoved
from tui.text import ledger_line
from tui.text.runs import sparkline
from tui.text.wrap import fit
from tui.text.wrap import pad as pad_text
from tui.widgets.paint import Palette

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from rich.segment import Segment
    from textual import events
    from textual.binding import BindingType

    from store.records import Conversation, MessageCursor, MessageSlice
    from tui.ledger import Entry, Run
    from tui.text.ledger_line import Cells
    from tui.text.schedule import Expected

HEAD = 2
"""Lines above the runs: the sparkline, and an empty one."""
AHEAD = 2
"""Screens of entries beyond each edge that are read before they are needed."""
UNASKED = 4096
"""Runs that are read before the reader moves on: folded, they may not fill a screen."""
_STYLES = ("day", "ok", "attention", "failed", "running", "silence", "text", "took", "mark", "selected", "new")


class Ledger(ScrollView, can_focus=True):
    """The runs of the open thread.

    Args:
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LEDGER)]
    BINDING_GROUP_TITLE = "Ledger"
    HELP = "## The ledger\n\nOne line a run, the like folded together, failures never."
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"ledger--{style}" for style in _STYLES}

    selected: var[int] = var(0)
    """Position of the run that is selected, or of the oldest of those that it stands with."""

    def __init__(self, tz: tzinfo, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.conversation: Conversation | None = None
        self.window = RunWindow()
        self.new_after: MessageCursor | None = None
        """The last run that was seen before; ``None`` if nothing is new."""
        self.follows = True
        """Whether the selection stays with the newest run."""
        self._tz = tz
        self._palette = Palette(self, "ledger")
        self._details: dict[MessageCursor, Detail] = {}
        self._in_flight = False
        self._goal: int | None = None
        self._unasked = 0

    # What the browser screen calls.

    def open(self, conversation: Conversation, window: RunWindow) -> None:
        """Show a thread at its newest run, which the window holds."""
        self.conversation = conversation
        self.window = window
        self._details.clear()
        self._in_flight, self._goal, self._unasked = False, None, 0
        self.action_last()

    def expect(self, expected: Expected | None, *, keeps_habit: bool) -> None:
        """Show where runs are missing; see ``RunWindow``."""
        anchor = self._anchor()
        self.window.expect(expected, keeps_habit=keeps_habit)
        self._changed(anchor)
        if self.follows:
            self._to_end()

    def close(self) -> None:
        """Show nothing."""
        self.conversation = None
        self.window = RunWindow()
        self._changed(None)

    def fill(self, part: MessageSlice) -> None:
        """Take in runs: those that adjoin, or those around a place that is gone to; others come too late."""
        if self.conversation is None or part.conversation_id != self.conversation.id:
            return
        self._in_flight = False
        anchor = self._anchor()
        if self._goal is not None and part.start <= self._goal < part.stop:
            goal, self._goal = self._goal, None
            if not self.window.extend(part):
                self.window.replace(part)
            self._put(goal)
        elif self.window.extend(part):
            self._changed(anchor)
        if self.follows:
            self._to_end()

    def grow(self, part: MessageSlice) -> None:
        """Take in runs that came last; stay with the end if the reader was there."""
        anchor = self._anchor()
        if self.window.extend(part):
            self._changed(anchor)
            if self.follows:
                self._to_end()

    def reorder(self, part: MessageSlice, position: int) -> None:
        """Take in an order that was corrected; the selected run is now at ``position``."""
        self._in_flight, self._goal = False, None
        self.window.replace(part)
        if self.follows:
            self._to_end()
        else:
            self._put(position)

    def shift(self, by: int, total: int) -> None:
        """Note that every position has moved, the first one excepted; what was asked for will not come."""
        self._in_flight = False
        if self._goal:
            self._goal = total - 1 if self.follows else self._goal + by
        self.window.shift(by, total)
        self.set_reactive(Ledger.selected, self.selected + by)
        self._changed(None)

    def answer_failed(self) -> None:
        """Note that what was asked for will not come."""
        self._in_flight, self._goal = False, None

    def answer_late(self) -> None:
        """Note that what was asked for came for positions that no longer hold; it may be asked for again."""
        self._in_flight = False

    def enrich(self, details: Mapping[MessageCursor, Detail]) -> None:
        """Show what is on record of runs."""
        self._details |= details
        self.refresh()

    def go_to(self, position: int) -> None:
        """Select the run at a position, at once or when it has come."""
        self.follows = False
        if self.window.get(position) is not None:
            self._goal = None
            self._put(position)
        elif self.conversation is not None:
            self._goal = position
            self._in_flight = False
            self._ask()

    def mark_new(self, after: MessageCursor | None) -> None:
        """Mark the runs after a place as new, ``None`` for none."""
        self.new_after = after
        self.refresh()

    # What others may read.

    @property
    def total(self) -> int:
        """Return the number of runs in the thread."""
        return self.window.total

    @property
    def is_waiting(self) -> bool:
        """Tell whether runs were asked for that are not here yet."""
        return self._in_flight

    @property
    def entry(self) -> Entry | None:
        """Return the selected entry."""
        entries = self.window.entries
        return entries[self.window.index_of(self.selected)] if entries else None

    @property
    def current_run(self) -> Run | None:
        """Return the run that keys act on, the oldest of those it stands with."""
        return self.window.get(self.selected)

    @property
    def seen(self) -> tuple[int, int]:
        """Return the positions of the first and the last run on the screen; the last is -1 if there is none."""
        entries = self.window.entries
        top = self.scroll_offset.y
        shown = entries[top : top + self._room]
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

    # What keys do.

    def action_move(self, step: int) -> None:
        """Select the next or previous entry."""
        entries = self.window.entries
        self._unasked = 0
        self._goal = None
        if not entries:
            return
        index = min(max(0, self.window.index_of(self.selected) + step), len(entries) - 1)
        while isinstance(entries[index], Fold) is False and 0 < index < len(entries) - 1:
            index += 1 if step > 0 else -1
        self.follows = self.window.reaches_end and index == len(entries) - 1
        self._select(entries[index].first)

    def action_half_pages(self, count: int) -> None:
        """Move the selection by half screens."""
        self.action_move(count * max(1, self._room // 2))

    def action_first(self) -> None:
        """Go to the oldest run, loading only that end."""
        self._unasked = 0
        self.go_to(0)

    def action_last(self) -> None:
        """Go to the newest run and stay with the end."""
        self.follows, self._unasked = True, 0
        if self.window.reaches_end:
            self._goal = None
            self._to_end()
        else:
            self._goal = self.total - 1
            self._in_flight = False
            self._ask()

    def action_follow(self) -> None:
        """Stay with the newest run, or with the one that is selected."""
        if self.follows:
            self.follows = False
            self.post_message(TranscriptMoved())
        else:
            self.action_last()

    def action_open_run(self) -> None:
        """Let folded runs stand each by itself, or open the run."""
        entry = self.entry
        if not isinstance(entry, Fold):
            return
        if entry.runs > 1:
            anchor = self._anchor()
            self.window.open_fold(entry)
            self._changed(anchor)
            self._select(entry.last if self.follows else entry.first)
        else:
            self.post_message(RunOpened(entry.first))

    def action_fold_runs(self) -> None:
        """Fold runs that say the same, or show each by itself."""
        anchor = self._anchor()
        self.window.set_folds(folds=not self.window.folds or self.window.has_open_folds)
        self._changed(anchor)
        if self.follows:
            self._to_end()

    def action_failure(self) -> None:
        """Go to the next failure towards the start."""
        if self.window.total:
            self.post_message(FailureWanted(self.selected))

    def action_diff(self) -> None:
        """Compare the run with the one before it."""
        if isinstance(self.entry, Fold):
            self.post_message(RunDiffWanted(self.selected))

    def action_copy(self, what: str) -> None:
        """Ask for the text of the run, or the ids, to be copied."""
        if isinstance(self.entry, Fold):
            self.post_message(RunCopyWanted(self.selected, is_link=what == "link"))

    def on_click(self, event: events.Click) -> None:
        """Select the clicked entry; a second click opens it."""
        index = event.y - HEAD + self.scroll_offset.y
        entries = self.window.entries
        if event.y < HEAD or index >= len(entries):
            return
        is_again = index == self.window.index_of(self.selected)
        self.follows = self.window.reaches_end and index == len(entries) - 1
        self._select(entries[index].first)
        if is_again or event.chain > 1:
            self.action_open_run()

    def on_resize(self) -> None:
        """Keep the selected run in sight."""
        self._changed(None)
        if self.follows:
            self._to_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more when the scroll position nears an end."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()
        self.post_message(TranscriptMoved())

    # Within.

    @property
    def _room(self) -> int:
        return max(0, self.size.height - HEAD)

    def _anchor(self) -> tuple[int, int]:
        """Return the selected position, and the line of the screen that it is on."""
        return self.selected, self.window.index_of(self.selected) - self.scroll_offset.y

    def _changed(self, anchor: tuple[int, int] | None) -> None:
        """Draw anew after the entries changed; the anchored run stays on its line."""
        entries = self.window.entries
        self.virtual_size = Size(self.size.width, len(entries) + HEAD)
        if entries:
            index = self.window.index_of(self.selected)
            if isinstance(entries[index], Fold) is False:
                index = min(index + 1, len(entries) - 1)
            self.set_reactive(Ledger.selected, entries[index].first)
            if anchor is not None:
                self.scroll_to(y=max(0, index - anchor[1]), animate=False, immediate=True)
            self._show_selected()
        self.refresh()
        self._ask()
        self.post_message(TranscriptMoved())

    def _put(self, position: int) -> None:
        """Select a held run, in the middle of the screen if it was out of sight."""
        self.virtual_size = Size(self.size.width, len(self.window.entries) + HEAD)
        index = self.window.index_of(position)
        if not self.scroll_offset.y <= index < self.scroll_offset.y + self._room:
            self.scroll_to(y=max(0, index - self._room // 2), animate=False, immediate=True)
        self._select(position)

    def _to_end(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.window.entries) + HEAD)
        self._select(max(0, self.total - 1))

    def _select(self, position: int) -> None:
        self.set_reactive(Ledger.selected, position)
        if isinstance(entry := self.entry, Fold):
            self.set_reactive(Ledger.selected, entry.first)
        self._show_selected()
        self.refresh()
        self._ask()
        self.post_message(TranscriptMoved())

    def _show_selected(self) -> None:
        index, room, top = self.window.index_of(self.selected), self._room, self.scroll_offset.y
        if index < top:
            self.scroll_to(y=index, animate=False, immediate=True)
        elif room and index >= top + room:
            self.scroll_to(y=index - room + 1, animate=False, immediate=True)

    def _ask(self) -> None:
        """Ask for the runs that will be needed next, one request at a time."""
        window = self.window
        if self._in_flight or self.conversation is None or not self._room:
            return
        if self._goal is not None:
            self._want(max(0, self._goal - STEP // 2), self._goal + STEP // 2)
            return
        if self._unasked >= UNASKED:
            return
        top, length = self.scroll_offset.y, len(window.entries)
        ahead = AHEAD * self._room
        if top < ahead and not window.reaches_start:
            self._want(max(0, window.start - STEP), window.start)
        elif top + self._room > length - ahead and not window.reaches_end:
            self._want(window.stop, window.stop + STEP)

    def _want(self, start: int, stop: int) -> None:
        if self.conversation is not None:
            self._in_flight = True
            self._unasked += stop - start
            self.post_message(RunsWanted(self.conversation.id, start, min(stop, self.total)))

    # Paint.

    def notify_style_update(self) -> None:
        """Forget the styles when the theme or the focus changed."""
        super().notify_style_update()
        self._palette.clear()

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen; those above the runs stand still."""
        width, entries = self.size.width, self.window.entries
        if y < HEAD:
            return self._sparkline(width) if not y else Strip.blank(width, self._palette())
        index = y - HEAD + self.scroll_offset.y
        if index >= len(entries):
            return Strip.blank(width, self._palette())
        cells = self._cells(entries[index])
        is_top = y == HEAD
        day = "" if not is_top and index and self._day(entries[index - 1]) == cells.day else cells.day
        is_selected = index == self.window.index_of(self.selected)
        return self._strip(cells._replace(day=day), entries[index], width, is_selected=is_selected)

    def _sparkline(self, width: int) -> Strip:
        palette = self._palette
        shown, words = ledger_line.strip_cells(self.window.recent, width - 2)
        bars = [palette.segment(sparkline([status]), status or "text") for status in shown]
        return Strip([palette.segment(" "), *bars, palette.segment(words, "day")]).crop_extend(0, width, palette())

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
        return ledger_line.fold_cells(
            entry,
            oldest,
            newest,
            self._lines,
            is_cut=self.window.is_cut(entry) and entry.runs > 1,
            detail=detail,
        )

    def _day(self, entry: Entry) -> str:
        """Return the day that an entry's line begins with, nothing for a silence."""
        run = self.window.get(entry.first)
        return self._lines.day(run.created_at) if run is not None and isinstance(entry, Fold) else ""

    def _strip(self, cells: Cells, entry: Entry, width: int, *, is_selected: bool) -> Strip:
        palette = self._palette
        under = ("selected",) if is_selected else ()
        is_roomy = self._lines.is_roomy
        day_width = ledger_line.DAY if is_roomy else ledger_line.SHORT_DAY
        time_width = ledger_line.TIME if is_roomy else ledger_line.SHORT_TIME
        style = cells.status or "text"
        segments: list[Segment] = [
            palette.segment("▌", *under, "mark") if is_selected else palette.segment(self._new_mark(entry), "new"),
            palette.segment(f"{pad_text(fit(cells.day, day_width), day_width)} ", *under, "day"),
            palette.segment(f"{pad_text(cells.time, time_width)} ", *under, "day"),
            palette.segment(f"{cells.sign} ", *under, style),
        ]
        took = f" {cells.took} " if cells.took else " "
        room = max(1, width - sum(each.cell_length for each in segments) - len(took))
        text_style = style if cells.status in ("failed", "silence") else "text"
        segments.append(palette.segment(pad_text(fit(cells.text, room), room), *under, text_style))
        segments.append(palette.segment(took, *under, "took"))
        return Strip(segments).crop_extend(0, width, palette(*under))

    def _new_mark(self, entry: Entry) -> str:
        run = self.window.get(entry.last) if isinstance(entry, Fold) else None
        return "•" if self.new_after is not None and run is not None and run.cursor > self.new_after else " "
