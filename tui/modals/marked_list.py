"""The conversations that are marked: enter reads one, m takes its mark away, M all marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store.records import Conversation
from tui.commands import Scope, bindings
from tui.modals.sheet import Sheet
from tui.text import times
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from textual.binding import BindingType

COLUMNS = (
    Column("conversation", 12, share=1),
    Column("channel", 9, style="type", from_width=44),
    Column("when", 8, style="muted", align="right"),
)


class MarkedScreen(Sheet[Conversation]):
    """A table of conversations; returns the one to read.

    Args:
        now: The time.
        tz: The reader's zone.
        unmark: Takes a conversation's mark away.
        clear: Takes every mark away.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.MARKED)]

    def __init__(
        self, now: datetime, tz: tzinfo, *, unmark: Callable[[Conversation], None], clear: Callable[[], None]
    ) -> None:
        self._now = now
        self._tz = tz
        self._unmark = unmark
        self._clear = clear
        self._marked: dict[str, Conversation] = {}
        self.table = Table(*COLUMNS)
        hint = "{window-pick} reads · {marked-unmark} unmarks · {marked-clear} unmarks all · {window-close} closes"
        super().__init__("marked", "Marked", hint, field=self.table, is_filled=False)

    def fill(self, conversations: Sequence[Conversation]) -> None:
        """Show the conversations."""
        self._marked = {each.id: each for each in conversations}
        self._show()
        self.filled()

    def action_unmark(self) -> None:
        """Take the mark of the selected conversation away; without any left, leave."""
        if isinstance(chosen := self.table.selected_id, str):
            self._unmark(self._marked.pop(chosen))
            self._show()
        if not self._marked:
            self.dismiss(None)

    def action_clear(self) -> None:
        """Take every mark away, and leave."""
        self._clear()
        self.dismiss(None)

    def on_table_picked(self, event: Table.Picked) -> None:
        """Return the picked conversation."""
        if isinstance(event.row_id, str) and event.row_id in self._marked:
            self.dismiss(self._marked[event.row_id])

    def _show(self) -> None:
        rows = [
            Row((each.full_title, each.channel, times.relative(each.last_activity, self._now, self._tz)), id=each.id)
            for each in self._marked.values()
        ]
        self.table.show(rows)
        count = len(rows)
        self.say(f"{count:,} marked: x in the list exports them, C marks them as seen, y and Y copy titles and ids")
