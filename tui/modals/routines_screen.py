"""The routines as they are now: a table to filter by typing; enter opens the thread of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.modals.list_sheet import ListSheet
from tui.text import times
from tui.text.routine.cron import trigger_words
from tui.text.visible import one_line
from tui.widgets.entry import Entry
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from datetime import datetime, tzinfo

    from textual.widgets import Input

    from store.records import Routine

COLUMNS = (
    Column("routine", 14, share=3),
    Column("runs", 16, share=4, style="muted", from_width=64),
    Column("last", 8, style="muted", align="right"),
    Column("next", 8, style="muted", align="right", from_width=48),
    Column("times", 6, style="muted", align="right", from_width=80),
    Column("", 10),
)

ROWS_AROUND = 8
"""Rows of the frame, the filter, the headings and the facts."""


class RoutineThread(NamedTuple):
    """A routine with one of its threads, or without any."""

    routine: Routine
    conversation_id: str | None
    is_duplicate: bool = False
    """Whether IronClaw writes to another thread of the routine."""


class RoutinesScreen(ListSheet[RoutineThread]):
    """A table of routines; returns the one whose thread is wanted.

    Args:
        now: The time.
        tz: The reader's zone.
    """

    def __init__(self, now: datetime, tz: tzinfo) -> None:
        self._now = now
        self._tz = tz
        self._entries: dict[int, RoutineThread] = {}
        self._filter = Entry(placeholder="type to filter", id="filter")
        self.table = Table(*COLUMNS)
        hint = "{window-pick} opens · {window-close} closes"
        super().__init__("routines", "Routines", hint, field=self._filter, rows=self.table, is_filled=False)
        self.status.id = "routine-facts"

    def fill(self, routines: Sequence[Routine]) -> None:
        """Show the routines: all of them, orphan threads and duplicates included."""
        self._entries = dict(enumerate(entry for routine in routines for entry in _entries(routine)))
        # As high as all rows need, so that it stands still while they are filtered; the style sheet has the limit.
        self.frame.styles.height = len(self._entries) + ROWS_AROUND
        self._show("")
        self.filled()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the routines that have every typed word."""
        self._show(event.value)

    def on_table_picked(self, event: Table.Picked) -> None:
        """Return the clicked routine."""
        self._take(event.row_id)

    def take_selected(self) -> None:
        """Return the selected routine, if there is one."""
        self._take(self.table.selected_id)

    def _take(self, row_id: Hashable) -> None:
        if isinstance(row_id, int) and row_id in self._entries:
            self.dismiss(self._entries[row_id])

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Say more about the selected routine."""
        if isinstance(event.row_id, int) and event.row_id in self._entries:
            self._say_more(self._entries[event.row_id])

    def action_close(self) -> None:
        """Empty the filter, then leave."""
        if self._filter.value:
            self._filter.value = ""
        else:
            self.dismiss(None)

    def _show(self, typed: str) -> None:
        words = typed.casefold().split()
        found = [item for item in self._entries.items() if all(word in _haystack(item[1]) for word in words)]
        # Those whose name has them come first.
        found.sort(key=lambda item: not all(word in item[1].routine.name.casefold() for word in words))
        self.table.show([_row(number, entry, self._now, self._tz) for number, entry in found], select=0)
        if not found:
            self.say("No routine has all these words." if self._entries else "There are no routines yet.")

    def _say_more(self, entry: RoutineThread) -> None:
        routine = entry.routine
        if entry.is_duplicate:
            facts = ["IronClaw made this thread by mistake and writes to the other one."]
        elif routine.is_orphan:
            facts = ["The routine is gone; its thread remains."]
        else:
            facts = [trigger_words(routine.trigger_type, routine.trigger_config), routine.description]
        self.say("\n".join(one_line(fact) for fact in facts if fact.strip()))


def _entries(routine: Routine) -> list[RoutineThread]:
    """Return a routine with its thread, then with each further one."""
    return [
        RoutineThread(routine, routine.conversation_id),
        *(RoutineThread(routine, thread, is_duplicate=True) for thread in routine.duplicates),
    ]


def _haystack(entry: RoutineThread) -> str:
    """Return what the filter looks through."""
    routine = entry.routine
    words = trigger_words(routine.trigger_type, routine.trigger_config)
    return f"{routine.name} {routine.description} {words} {_state(entry)}".casefold()


def _row(number: int, entry: RoutineThread, now: datetime, tz: tzinfo) -> Row:
    routine = entry.routine
    if entry.is_duplicate or routine.is_orphan:
        return Row((routine.name, "", "", "", "", _state(entry)), "muted", id=number)
    last = times.relative(routine.last_run_at, now, tz) if routine.last_run_at else "never"
    following = times.upcoming(routine.next_fire_at, now, tz) if routine.enabled else "–"
    words = trigger_words(routine.trigger_type, routine.trigger_config)
    cells = (routine.name, words, last, following, f"{routine.run_count:,}", _state(entry))
    last_style = "error" if routine.consecutive_failures else "muted"
    return Row(cells, "" if routine.enabled else "muted", last_style, id=number)


def _state(entry: RoutineThread) -> str:
    routine = entry.routine
    if entry.is_duplicate:
        return "duplicate"
    if routine.is_orphan:
        return "deleted"
    if not routine.enabled:
        return "off"
    if routine.consecutive_failures:
        return f"✗ {routine.consecutive_failures:,} failed"
    return "" if routine.conversation_id else "no thread"
