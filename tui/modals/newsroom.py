"""The newsroom: one line for every message that arrives, on whatever channel; enter reads its conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from store.records import Conversation
from tui.model.arrivals import HELD
from tui.text import times
from tui.text.message.options import ROLES
from tui.text.message.preview import preview_text
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from textual.app import ComposeResult

    from tui.model.arrivals import Arrival, Arrivals
    from tui.widgets.messages import RowPicked

COLUMNS = (
    Column("time", 5, style="muted"),
    Column("channel", 9, style="type", from_width=56),
    Column("conversation", 10, share=2),
    Column("who", 9, style="muted", from_width=72),
    Column("", 10, share=5, style="muted"),
)


class Newsroom(ModalScreen[Conversation | None]):
    """A table that grows at its end; returns the conversation that is wanted.

    Args:
        arrivals: What has come so far.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", show=False),
        Binding("escape,q,F", "dismiss(None)", "close", show=False),
    ]

    def __init__(self, arrivals: Arrivals, tz: tzinfo) -> None:
        super().__init__()
        self._arrivals = arrivals
        self._shown: list[Arrival] = arrivals.held
        self._tz = tz

    def compose(self) -> ComposeResult:
        """Lay the table out."""
        with Vertical(id="newsroom", classes="sheet"):
            yield Table(*COLUMNS)
            yield Static(classes="facts")

    def on_mount(self) -> None:
        """Name the frame and rest on the newest line."""
        frame = self.query_one("#newsroom", Vertical)
        frame.border_title = Content("Newsroom")
        frame.border_subtitle = Content("enter reads · esc closes")
        table = self.query_one(Table)
        table.show([self._row(each) for each in self._shown], select=len(self._shown) - 1)
        table.focus()
        self._tell()

    def take_in(self, fresh: Sequence[Arrival]) -> None:
        """Append what has just come; whoever rests on the last line follows, else nothing moves."""
        table = self.query_one(Table)
        is_at_end = table.selected >= len(self._shown) - 1
        self._shown += fresh
        dropped = max(0, len(self._shown) - HELD)
        del self._shown[:dropped]
        if is_at_end:
            table.extend([self._row(each) for each in fresh], dropped=dropped, select=len(self._shown) - 1)
        else:
            table.extend([self._row(each) for each in fresh], dropped=dropped)
        self._tell()

    def action_pick(self) -> None:
        """Return the conversation of the selected line."""
        self.query_one(Table).action_pick()

    def on_row_picked(self, event: RowPicked) -> None:
        """Return the conversation of the picked line."""
        self.dismiss(self._shown[event.index].conversation)

    def on_row_highlighted(self) -> None:
        """Say what is below."""
        self._tell()

    def _row(self, arrival: Arrival) -> Row:
        message = arrival.message
        who = ROLES.get(message.role, message.role)
        text = preview_text(message.role, arrival.head)
        when = times.clock(message.created_at, self._tz)
        return Row((when, arrival.conversation.channel, arrival.conversation.title, who, text))

    def _tell(self) -> None:
        below = len(self._shown) - 1 - self.query_one(Table).selected
        total = self._arrivals.total
        if not self._shown:
            text = "Nothing has arrived yet. What does stands here, the newest last."
        elif below > 0:
            text = f"▼ {below:,} below · {total:,} arrived · G follows"
        else:
            text = f"{total:,} arrived · following"
        self.query_one(".facts", Static).update(Content(text))
