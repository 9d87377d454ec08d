"""The routines as they are now: a table to filter by typing; enter opens the thread of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.text import times
from tui.text.routine.cron import trigger_words
from tui.text.visible import one_line
from tui.widgets.entry import Entry
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult
    from textual.widgets import Input

    from store.records import Routine
    from tui.widgets.messages import RowHighlighted, RowPicked

COLUMNS = (
    Column("routine", 14, share=3),
    Column("runs", 16, share=4, style="muted", from_width=64),
    Column("last", 6, style="muted", align="right"),
    Column("next", 7, style="muted", align="right", from_width=48),
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


class RoutinesScreen(ModalScreen["RoutineThread | None"]):
    """A table of routines; returns the one whose thread is wanted.

    Args:
        routines: All of them, orphan threads and duplicates included.
        now: The time.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "page(2)", show=False),
        Binding("pageup", "page(-2)", show=False),
    ]

    def __init__(self, routines: Sequence[Routine], now: datetime, tz: tzinfo) -> None:
        super().__init__()
        self._entries = [entry for routine in routines for entry in _entries(routine)]
        self._shown = self._entries
        self._now = now
        self._tz = tz

    def compose(self) -> ComposeResult:
        """Lay the table out."""
        with Vertical(id="routines", classes="sheet"):
            yield Entry(placeholder="type to filter", id="filter")
            yield Table(*COLUMNS)
            yield Static(id="routine-facts", classes="facts")

    def on_mount(self) -> None:
        """Name the frame and show every routine."""
        frame = self.query_one("#routines", Vertical)
        frame.border_title = Content("Routines")
        frame.border_subtitle = Content("enter opens · esc closes")
        # As high as all rows need, so that it stands still while they are filtered; the style sheet has the limit.
        frame.styles.height = len(self._entries) + ROWS_AROUND
        self.query_one(Entry).focus()
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the routines that have every typed word."""
        words = event.value.casefold().split()
        found = [each for each in self._entries if all(word in _haystack(each) for word in words)]
        # Those whose name has them come first.
        self._shown = sorted(found, key=lambda each: not all(word in each.routine.name.casefold() for word in words))
        self._show()

    def on_input_submitted(self) -> None:
        """Return the selected routine."""
        self.query_one(Table).action_pick()

    def on_row_picked(self, event: RowPicked) -> None:
        """Return the picked routine."""
        self.dismiss(self._shown[event.index])

    def on_row_highlighted(self, event: RowHighlighted) -> None:
        """Say more about the selected routine."""
        self._tell(self._shown[event.index])

    def action_close(self) -> None:
        """Empty the filter, then leave."""
        entry = self.query_one(Entry)
        if entry.value:
            entry.value = ""
        else:
            self.dismiss(None)

    def action_move(self, step: int) -> None:
        """Select the next or previous routine."""
        self.query_one(Table).action_move(step)

    def action_page(self, half_pages: int) -> None:
        """Move the selection by half pages."""
        self.query_one(Table).action_half_pages(half_pages)

    def _show(self) -> None:
        table = self.query_one(Table)
        table.show([_row(each, self._now, self._tz) for each in self._shown], select=0)
        if not self._shown:
            empty = "No routine has all these words." if self._entries else "There are no routines yet."
            self.query_one("#routine-facts", Static).update(Content(empty))

    def _tell(self, entry: RoutineThread) -> None:
        routine = entry.routine
        if entry.is_duplicate:
            facts = ["IronClaw made this thread by mistake and writes to the other one."]
        elif routine.is_orphan:
            facts = ["The routine is gone; its thread remains."]
        else:
            facts = [trigger_words(routine.trigger_type, routine.trigger_config), routine.description]
        text = "\n".join(one_line(fact) for fact in facts if fact.strip())
        self.query_one("#routine-facts", Static).update(Content(text))


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


def _row(entry: RoutineThread, now: datetime, tz: tzinfo) -> Row:
    routine = entry.routine
    if entry.is_duplicate or routine.is_orphan:
        return Row((routine.name, "", "", "", "", _state(entry)), "muted")
    last = times.relative(routine.last_run_at, now, tz) if routine.last_run_at else "never"
    following = times.upcoming(routine.next_fire_at, now, tz) if routine.enabled else "–"
    words = trigger_words(routine.trigger_type, routine.trigger_config)
    cells = (routine.name, words, last, following, f"{routine.run_count:,}", _state(entry))
    return Row(cells, "" if routine.enabled else "muted", "error" if routine.consecutive_failures else "muted")


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
