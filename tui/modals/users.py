"""Whose conversations to read: every user, and which of them are one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.commands import Scope, binding, bindings
from tui.config.people import ME
from tui.modals.sheet import Sheet
from tui.text import times
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from textual.binding import BindingType

    from store.records import User

COLUMNS = (
    Column("", 1, style="changed"),
    Column("user", 12, share=1),
    Column("conversations", 13, style="muted", align="right"),
    Column("last", 8, style="muted", align="right", from_width=40),
)
HINT = "Say which ids are yours, and they are shown together as one."


class UsersScreen(Sheet[str]):
    """A table of users; returns the id of the one to show.

    Args:
        now: The time.
        tz: The reader's zone.
        keep: Keeps which ids are the reader's.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.USERS), binding("users", action="close")]

    def __init__(self, now: datetime, tz: tzinfo, *, keep: Callable[[Sequence[str]], None]) -> None:
        self._now = now
        self._tz = tz
        self._keep_me = keep
        self._users: Sequence[User] = ()
        self._mine: list[str] = []
        self.table = Table(*COLUMNS)
        hint = "{window-pick} shows · {user-mine} is me · {window-close} closes"
        super().__init__("users", "Whose conversations?", hint, field=self.table, is_filled=False)
        self.say(HINT)

    def fill(self, users: Sequence[User], mine: Sequence[str], shown: str) -> None:
        """Show the users.

        Args:
            users: Those of the store, the reader's own ids among them.
            mine: The ids of the reader, if they have several.
            shown: Who is shown now.
        """
        self._users = users
        self._mine = list(mine)
        self._show()
        ids = [row.id for row in self.table.rows]
        self.table.select_index(ids.index(shown) if shown in ids else 0)
        self.filled()

    def action_mark(self) -> None:
        """Say that the selected id is the reader's, or that it is not."""
        chosen = self.table.selected_id
        if not isinstance(chosen, str) or chosen not in {user.id for user in self._users}:
            return
        if chosen in self._mine:
            self._mine.remove(chosen)
        else:
            self._mine.append(chosen)
        self._keep_me(self._mine)
        self._show()
        self.table.select_index([row.id for row in self.table.rows].index(chosen))

    def on_table_picked(self, event: Table.Picked) -> None:
        """Return the picked user."""
        if isinstance(event.row_id, str):
            self.dismiss(event.row_id)

    def _show(self) -> None:
        rows = [self._row(each) for each in self._users]
        own = [each for each in self._users if each.id in self._mine]
        if len(own) > 1:
            last = max((each.last_activity for each in own if each.last_activity is not None), default=None)
            count = sum(each.conversations for each in own)
            cells = ("", f"{ME}: {', '.join(each.id for each in own)}", f"{count:,}", self._when(last))
            rows.insert(0, Row(cells, id=ME))
        self.table.show(rows)

    def _row(self, user: User) -> Row:
        mark = "◆" if user.id in self._mine else ""
        name = user.id or "(no user)"
        return Row((mark, name, f"{user.conversations:,}", self._when(user.last_activity)), id=user.id)

    def _when(self, moment: datetime | None) -> str:
        return times.relative(moment, self._now, self._tz)
