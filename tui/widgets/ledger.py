"""The ledger: the runs of a routine, or the beats of the heartbeat, one line each, the like folded together.

Knows records and the pure ``RunWindow``, never the store: it asks for runs with ``RunsWanted``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.commands import Scope, bindings
from tui.model.run_window import HELD, STEP, Detail, Fold, RunWindow
from tui.widgets.ledger_rows import LedgerPane
from tui.widgets.shared_messages import RunsWanted, TranscriptMoved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from textual.binding import BindingType

    from store.records import Conversation, MessageCursor, MessageSlice
    from tui.text.routine.schedule import Expected

AHEAD = 2
"""Screens of entries beyond each edge that are read before they are needed."""
UNASKED = 4096
"""Runs that are read before the reader moves on: folded, they may not fill a screen."""


class Ledger(LedgerPane, can_focus=True):
    """The runs of the open thread.

    Args:
        now: The clock.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LEDGER)]
    BINDING_GROUP_TITLE = "Ledger"
    HELP = "## The ledger\n\nOne line a run, the like folded together, failures never."

    @dataclass
    class RunOpened(Message):
        """The reader wants to read a run in the plain transcript."""

        cursor: MessageCursor

    @dataclass
    class DiffWanted(Message):
        """The reader wants to see how a run differs from the one before it."""

        cursor: MessageCursor

    @dataclass
    class FailureWanted(Message):
        """The reader wants the next failure before a run."""

        cursor: MessageCursor

    @dataclass
    class RunCopyWanted(Message):
        """The reader wants a run, or its ids, on the clipboard."""

        cursor: MessageCursor
        is_link: bool

    def __init__(self, now: Callable[[], datetime], tz: tzinfo, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(now, tz, id=id)
        self.follows = True
        """Whether the selection stays with the newest run."""
        self._in_flight = False
        self._unasked = 0

    # What is held.

    def open(self, conversation: Conversation, window: RunWindow) -> None:
        """Show a thread at its newest run, which the window holds."""
        self.conversation = conversation
        self.window = window
        self._details.clear()
        self._in_flight, self.goal, self._unasked = False, None, 0
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
        if self.goal is not None and part.start <= self.goal < part.stop:
            goal, self.goal = self.goal, None
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
        self._in_flight, self.goal = False, None
        self.window.replace(part)
        if self.follows:
            self._to_end()
        else:
            self._put(position)

    def shift(self, by: int, total: int) -> None:
        """Note that every position has moved, the first one excepted; what was asked for will not come."""
        self._in_flight = False
        if self.goal:
            self.goal = total - 1 if self.follows else self.goal + by
        self.window.shift(by, total)
        self.selected += by
        self._changed(None)

    def answer_failed(self) -> None:
        """Note that what was asked for will not come."""
        self._in_flight, self.goal = False, None

    def answer_late(self) -> None:
        """Note that what was asked for came for positions that no longer hold; it may be asked for again."""
        self._in_flight = False

    def enrich(self, details: Mapping[MessageCursor, Detail]) -> None:
        """Show what is on record of runs."""
        self._details |= details
        if len(self._details) > 2 * HELD:
            held = (run.cursor for run in self.window.runs)
            self._details = {cursor: self._details[cursor] for cursor in held if cursor in self._details}
        self.refresh()

    def go_to(self, position: int) -> None:
        """Select the run at a position, at once or when it has come."""
        self.follows = False
        if self.window.get(position) is not None:
            self.goal = None
            self._put(position)
        elif self.conversation is not None and self.total:
            self.goal = position
            self._in_flight = False
            self._ask()

    def mark_new(self, after: MessageCursor | None) -> None:
        """Mark the runs after a place as new, ``None`` for none."""
        self.new_after = after
        self.refresh()

    # What others may read.

    @property
    def is_waiting(self) -> bool:
        """Tell whether runs were asked for that are not here yet."""
        return self._in_flight

    # What keys do.

    def action_move(self, step: int) -> None:
        """Select the next or previous entry, passing over silences."""
        entries, index = self.window.entries, self.index + step
        while 0 < index < len(entries) - 1 and not isinstance(entries[index], Fold):
            index += 1 if step > 0 else -1
        self.select_index(index)

    def action_half_pages(self, count: int) -> None:
        """Move the selection by half screens."""
        self.action_move(count * max(1, self.room // 2))

    def action_first(self) -> None:
        """Go to the oldest run, loading only that end."""
        if not self.selected:
            self.say_end(-1)
        self._unasked = 0
        self.go_to(0)

    def action_last(self) -> None:
        """Go to the newest run and stay with the end."""
        self.follows, self._unasked = True, 0
        if self.window.reaches_end:
            self.goal = None
            self._to_end()
        else:
            self.goal = self.total - 1
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
        entry, run = self.entry, self.run_or_say()
        if not isinstance(entry, Fold) or run is None:
            return
        if entry.runs > 1:
            anchor = self._anchor()
            self.window.open_fold(entry)
            self._changed(anchor)
            self._select(entry.last if self.follows else entry.first)
        else:
            self.post_message(self.RunOpened(run.cursor))

    def action_fold_runs(self) -> None:
        """Fold runs that say the same, or show each by itself."""
        anchor = self._anchor()
        self.window.set_folds(folds=not self.window.folds or self.window.has_open_folds)
        self._changed(anchor)
        if self.follows:
            self._to_end()

    def action_failure(self) -> None:
        """Go to the next failure towards the start."""
        if (run := self.run_or_say()) is not None:
            self.post_message(self.FailureWanted(run.cursor))

    def action_diff(self) -> None:
        """Compare the run with the one before it."""
        if (run := self.run_or_say()) is not None:
            self.post_message(self.DiffWanted(run.cursor))

    def action_copy(self, what: str) -> None:
        """Ask for the text of the run, or the ids, to be copied."""
        if (run := self.run_or_say()) is not None:
            self.post_message(self.RunCopyWanted(run.cursor, what == "link"))

    # What a list of rows asks for.

    def select_index(self, index: int) -> None:
        """Select the entry at a place; a silence stands for the run that ended it."""
        entries, wanted, before = self.window.entries, index, self.selected
        self.goal, self._unasked = None, 0
        if entries:
            index = min(max(0, index), len(entries) - 1)
            self.follows = self.window.reaches_end and index == len(entries) - 1
            self._select(entries[index].first)
        if wanted != index and self.selected == before:
            self.say_end(wanted)

    def pick(self) -> None:
        """Open the selected entry."""
        self.action_open_run()

    def on_resize(self) -> None:
        """Stay with the end, and ask for what comes into sight."""
        self._changed(None)
        if self.follows:
            self._to_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more when the scroll position nears an end."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()
        self.post_message(TranscriptMoved())

    # Within.

    def _anchor(self) -> tuple[int, int]:
        """Return the selected position, and the line of the screen that it is on."""
        return self.selected, self.index - self.scroll_offset.y

    def _changed(self, anchor: tuple[int, int] | None) -> None:
        """Draw anew after the entries changed; the anchored run stays on its line."""
        entries, index = self.window.entries, self.index
        self.fit_rows()
        if entries:
            if not isinstance(entries[index], Fold):
                index = min(index + 1, len(entries) - 1)
            self.selected = entries[index].first
            if anchor is not None:
                self.scroll_to(y=max(0, index - anchor[1]), animate=False, immediate=True)
            self.show_index(index)
        self._ask()
        self.post_message(TranscriptMoved())

    def _put(self, position: int) -> None:
        """Select a held run, in the middle of the screen if it was out of sight."""
        self.fit_rows()
        index = self.window.index_of(position)
        if not self.scroll_offset.y <= index < self.scroll_offset.y + self.room:
            self.scroll_to(y=max(0, index - self.room // 2), animate=False, immediate=True)
        self._select(position)

    def _to_end(self) -> None:
        self.fit_rows()
        self._select(max(0, self.total - 1))

    def _select(self, position: int) -> None:
        self.selected = position
        if isinstance(entry := self.entry, Fold):
            self.selected = entry.first
        self.show_index(self.index)
        self.refresh()
        self._ask()
        self.post_message(TranscriptMoved())

    def _ask(self) -> None:
        """Ask for the runs that will be needed next, one request at a time."""
        window = self.window
        if self._in_flight or self.conversation is None or not self.room:
            return
        if self.goal is not None:
            self._want(max(0, self.goal - STEP // 2), self.goal + STEP // 2)
            return
        if self._unasked >= UNASKED:
            return
        top, length = self.scroll_offset.y, len(window.entries)
        ahead = AHEAD * self.room
        if top < ahead and not window.reaches_start:
            self._want(max(0, window.start - STEP), window.start)
        elif top + self.room > length - ahead and not window.reaches_end:
            self._want(window.stop, window.stop + STEP)

    def _want(self, start: int, stop: int) -> None:
        if self.conversation is not None:
            self._in_flight = True
            self._unasked += stop - start
            self.post_message(RunsWanted(self.conversation.id, start, min(stop, self.total)))
