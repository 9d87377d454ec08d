"""Past edits, newest first: when, which conversation, which fields, and what each changed; enter undoes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from store.domain import metadata_json as documents
from store.domain.strict_json import DocumentError
from tui.modals.change_preview import changes_text
from tui.modals.sheet import Sheet
from tui.text import times
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult

    from store.editing.journal import Edit

COLUMNS = (
    Column("when", 8, style="muted", align="right"),
    Column("conversation", 12, share=3),
    Column("fields", 8, share=2, style="muted"),
    Column("", 6),
)
NOTHING = "Nothing was edited yet."


class EditsScreen(Sheet["Edit"]):
    """A table of edits; returns the one to undo.

    Args:
        now: The time.
        tz: The reader's zone.
    """

    def __init__(self, now: datetime, tz: tzinfo) -> None:
        self._now = now
        self._tz = tz
        self._edits: dict[str, Edit] = {}
        self.table = Table(*COLUMNS)
        self.changes = Static(id="edit-changes")
        super().__init__(
            "edits", "Past edits", "{window-pick} undoes · {window-close} closes", field=self.table, is_filled=False
        )
        self.status.display = False

    def compose(self) -> ComposeResult:
        """Lay the table out."""
        with self.frame:
            yield self.table
            with VerticalScroll(can_focus=False):
                yield self.changes
            yield self.status

    def fill(self, edits: Sequence[Edit], titles: Mapping[str, str], undone: Container[str]) -> None:
        """Show the edits.

        Args:
            edits: The edits, newest first.
            titles: What their conversations are called, by id; a missing one is gone.
            undone: Ids of the edits that were undone.
        """
        self._edits = {edit.id: edit for edit in edits}
        self.table.show([self._row(edit, titles, is_undone=edit.id in undone) for edit in edits])
        if not edits:
            self.status.display = True
            self.say(NOTHING)
        self.filled()

    def on_table_picked(self, event: Table.Picked) -> None:
        """Return the picked edit."""
        if isinstance(event.row_id, str) and event.row_id in self._edits:
            self.dismiss(self._edits[event.row_id])

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Show what the selected edit changed."""
        edit = self._edits.get(event.row_id) if isinstance(event.row_id, str) else None
        if edit is None:
            return
        try:
            changes = documents.changes(edit.before, edit.after)
        except DocumentError:
            changes = []
        self.changes.update(changes_text(changes))

    def _row(self, edit: Edit, titles: Mapping[str, str], *, is_undone: bool) -> Row:
        state = "undone" if is_undone else "undo" if edit.undoes else ""
        when = times.relative(edit.at, self._now, self._tz)
        cells = (when, titles.get(edit.conversation_id, "(gone)"), ", ".join(edit.fields) or "nothing", state)
        return Row(cells, "muted" if is_undone else "", id=edit.id)
