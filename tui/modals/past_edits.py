"""Past edits, newest first: when, which conversation, which fields, and what each changed; enter undoes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from store.domain import metadata_json as documents
from tui.modals.change_preview import changes_text
from tui.text import times
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult

    from store.editing.journal import Edit
    from tui.widgets.messages import RowHighlighted, RowPicked

COLUMNS = (
    Column("when", 6, style="muted", align="right"),
    Column("conversation", 12, share=3),
    Column("fields", 8, share=2, style="muted"),
    Column("", 6),
)


class EditsScreen(ModalScreen["Edit | None"]):
    """A table of edits; returns the one to undo.

    Args:
        edits: The edits, newest first.
        titles: What their conversations are called, by id; a missing one is gone.
        undone: Ids of the edits that were undone.
        now: The time.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", show=False),
        Binding("escape,q", "dismiss(None)", "close", show=False),
    ]

    def __init__(
        self, edits: Sequence[Edit], titles: Mapping[str, str], undone: Container[str], now: datetime, tz: tzinfo
    ) -> None:
        super().__init__()
        self._edits = edits
        self._titles = titles
        self._undone = undone
        self._now = now
        self._tz = tz

    def compose(self) -> ComposeResult:
        """Lay the table out."""
        with Vertical(id="edits", classes="sheet"):
            yield Table(*COLUMNS)
            with VerticalScroll(can_focus=False):
                yield Static(id="edit-changes")

    def on_mount(self) -> None:
        """Name the frame and show the edits."""
        frame = self.query_one("#edits", Vertical)
        frame.border_title = Content("Past edits")
        frame.border_subtitle = Content("enter undoes · esc closes")
        table = self.query_one(Table)
        table.show([self._row(edit) for edit in self._edits])
        table.focus()

    def action_pick(self) -> None:
        """Return the selected edit."""
        self.query_one(Table).action_pick()

    def on_row_picked(self, event: RowPicked) -> None:
        """Return the picked edit."""
        self.dismiss(self._edits[event.index])

    def on_row_highlighted(self, event: RowHighlighted) -> None:
        """Show what the selected edit changed."""
        edit = self._edits[event.index]
        try:
            changes = documents.changes(edit.before, edit.after)
        except documents.DocumentError:
            changes = []
        self.query_one("#edit-changes", Static).update(changes_text(changes))

    def _row(self, edit: Edit) -> Row:
        state = "undone" if edit.id in self._undone else "undo" if edit.undoes else ""
        title = self._titles.get(edit.conversation_id, "(gone)")
        when = times.relative(edit.at, self._now, self._tz)
        return Row(
            (when, title, ", ".join(edit.fields) or "nothing", state), "muted" if edit.id in self._undone else ""
        )
