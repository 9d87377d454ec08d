"""The newsroom: one line for every message that arrives, on whatever channel; enter reads its conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store.records import Conversation
from tui.commands import binding
from tui.modals.sheet import Sheet
from tui.model.arrivals import HELD
from tui.text import times
from tui.text.message.layout_options import ROLES
from tui.text.message.preview import preview_text
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from textual.binding import BindingType

    from tui.model.arrivals import Arrival, Arrivals

COLUMNS = (
    Column("time", 5, style="muted"),
    Column("channel", 9, style="type", from_width=56),
    Column("conversation", 10, share=2),
    Column("who", 9, style="muted", from_width=72),
    Column("", 10, share=5, style="muted"),
)


class ArrivalsScreen(Sheet[Conversation]):
    """A table that grows at its end; returns the conversation that is wanted.

    Args:
        arrivals: What has come so far.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [binding("newsroom", action="close")]

    def __init__(self, arrivals: Arrivals, tz: tzinfo) -> None:
        self._arrivals = arrivals
        self._tz = tz
        self._shown: dict[int, Arrival] = {}
        self._next_number = 0
        self.table = Table(*COLUMNS)
        super().__init__("newsroom", "Newsroom", "{window-pick} reads · {window-close} closes", field=self.table)
        self.append(arrivals.held)

    def append(self, fresh: Sequence[Arrival]) -> None:
        """Append what has just come; whoever rests on the last line follows, else nothing moves."""
        is_at_end = self.table.index >= len(self._shown) - 1
        numbered = dict(enumerate(fresh, self._next_number))
        self._next_number += len(numbered)
        self._shown |= numbered
        oldest = list(self._shown)[: max(0, len(self._shown) - HELD)]
        for number in oldest:
            del self._shown[number]
        rows = [self._row(number, arrival) for number, arrival in numbered.items()]
        self.table.extend(rows, dropped=len(oldest), select=len(self._shown) - 1 if is_at_end else None)
        self._say_count()

    def on_table_picked(self, event: Table.Picked) -> None:
        """Return the conversation of the picked line."""
        if isinstance(event.row_id, int) and event.row_id in self._shown:
            self.dismiss(self._shown[event.row_id].conversation)

    def on_table_highlighted(self) -> None:
        """Say what is below."""
        self._say_count()

    def _row(self, number: int, arrival: Arrival) -> Row:
        message = arrival.message
        who = ROLES.get(message.role, message.role)
        text = preview_text(message.role, arrival.head)
        when = times.clock(message.created_at, self._tz)
        return Row((when, arrival.conversation.channel, arrival.conversation.full_title, who, text), id=number)

    def _say_count(self) -> None:
        below = len(self._shown) - 1 - self.table.index
        total = self._arrivals.total
        if not self._shown:
            self.say("Nothing has arrived yet. What does stands here, the newest last.")
        elif below > 0:
            self.say(f"▼ {below:,} below · {total:,} arrived · G follows")
        else:
            self.say(f"{total:,} arrived · following")
