"""What happened since the reader was last here: failing routines first, then what is new on each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from store.domain.timestamps import instant
from tui.commands import Scope, bindings
from tui.modals.sheet import Sheet
from tui.text import times
from tui.text.units import counted
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from store.records import Conversation, Count, Routine

COLUMNS = (
    Column("", 12, share=1),
    Column("", 26, share=1, style="muted", from_width=44),
    Column("", 12, share=3, style="muted", from_width=64),
    Column("", 8, style="muted", align="right"),
)


class Entry(NamedTuple):
    """A line of the board."""

    name: str
    what: str
    about: str
    when: datetime | None
    conversation_id: str | None
    """Where it leads."""
    is_failure: bool = False


class AwayScreen(Sheet[Entry]):
    """The board; returns the line that is wanted.

    Args:
        entries: Its lines.
        now: The time.
        tz: The reader's zone.
        mark_all: Marks everything as seen.
        visited: When the reader was here last, ``None`` if that is not known.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.AWAY)]

    def __init__(
        self,
        entries: Sequence[Entry],
        now: datetime,
        tz: tzinfo,
        *,
        mark_all: Callable[[], None],
        visited: datetime | None = None,
    ) -> None:
        self._entries = dict(enumerate(entries))
        self._now = now
        self._tz = tz
        self._mark_all = mark_all
        self.table = Table(*COLUMNS)
        last = "your last visit"
        if visited is not None:
            last += f", {times.day(visited, tz)} {times.clock(visited, tz)}"
        hint = "{window-pick} reads · {away-seen} all seen · {window-close} closes"
        super().__init__("away", f"New since {last}", hint, field=self.table)
        self.table.show([self._row(number, entry) for number, entry in self._entries.items()])

    def compose(self) -> ComposeResult:
        """Lay the board out."""
        with self.frame:
            yield self.table

    def action_mark_all(self) -> None:
        """Mark everything as seen, and leave."""
        self._mark_all()
        self.dismiss(None)

    def on_table_picked(self, event: Table.Picked) -> None:
        """Return the picked line."""
        if isinstance(event.row_id, int) and event.row_id in self._entries:
            self.dismiss(self._entries[event.row_id])

    def _row(self, number: int, entry: Entry) -> Row:
        mark = "✗ " if entry.is_failure else "• "
        when = times.relative(entry.when, self._now, self._tz)
        cells = (mark + entry.name, entry.what, entry.about, when)
        return Row(cells, "error" if entry.is_failure else "", id=number)


def entries(routines: Sequence[Routine], fresh: Sequence[tuple[Conversation, Count]], since: int) -> list[Entry]:
    """Return the lines of the board: routines that failed since a moment, then channels, the fullest first.

    Args:
        routines: All routines.
        fresh: Conversations with the number of their new messages.
        since: The moment.
    """
    failed = [each for each in routines if each.consecutive_failures and _last_run(each) > since]
    lines = [
        Entry(
            each.name,
            f"failed {counted(each.consecutive_failures, 'time')} in a row",
            each.description,
            each.last_run_at,
            each.conversation_id,
            is_failure=True,
        )
        for each in failed
    ]
    channels: dict[str, list[tuple[Conversation, Count]]] = {}
    for conversation, count in fresh:
        channels.setdefault(conversation.channel, []).append((conversation, count))
    for channel, found in sorted(channels.items(), key=lambda item: (-len(item[1]), item[0])):
        newest = max((conversation for conversation, _ in found), key=lambda each: each.cursor)
        messages = sum(count.value for _, count in found)
        more = "" if not any(count.capped for _, count in found) else "+"
        what = f"{counted(len(found), 'conversation')} · {counted(messages, 'message', more)}"
        lines.append(Entry(channel, what, newest.title, newest.last_activity, newest.id))
    return lines


def _last_run(routine: Routine) -> int:
    """Return when a routine last ran, 0 if it never did."""
    return instant(routine.last_run_at) if routine.last_run_at is not None else 0
