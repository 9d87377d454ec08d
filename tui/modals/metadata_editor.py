"""The metadata editor: the fields of a conversation as a table, and the whole document as JSON.

Nothing is written before its changes were shown and agreed to; whatever goes wrong then, what was typed stays. The
editor does no I/O: it is handed a way to save.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from store.domain.metadata_json import DocumentError, Type
from tui.commands import Scope, bindings
from tui.modals.change_preview import PreviewScreen, value_text
from tui.modals.conflict import ThreeWayScreen
from tui.modals.field_form import FieldForm
from tui.modals.question import Question
from tui.model.metadata_draft import Conflict, Draft, Failed, Saved
from tui.text.json_text import escaped, pretty
from tui.text.visible import one_line, visible
from tui.widgets.json_area import JsonArea
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from store.records import Metadata
    from tui.modals.field_form import NewField
    from tui.model.metadata_draft import DraftField, Save

COLUMNS = (
    Column("field", 12, share=2),
    Column("type", 10, style="muted", from_width=56),
    Column("value", 14, share=5),
    Column("", 7, style="changed"),
)
IDLE = "No changes yet."
VIEWS = ("Fields", "JSON")
QUICK = 4000
"""Characters of a document that is looked through at every key; a longer one waits for a rest."""
REST_S = 0.3
"""How long a rest is."""


class EditorScreen(ModalScreen["Saved | None"]):
    """Edits one document; returns what was saved, ``None`` if nothing was.

    Args:
        title: What the conversation is called.
        metadata: Its document, as stored.
        save: Writes a new document over the one that was shown.
        path: The file that is written to, as people write it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.EDITOR)]

    def __init__(self, title: str, metadata: Metadata, save: Save, path: str) -> None:
        super().__init__()
        self._heading = title
        self._refusal = metadata.refusal
        self._stored = metadata.text
        self._draft = Draft(metadata.text if metadata.refusal is None else "{}")
        self._save = save
        self._path = path
        self._typo = ""
        """Where what was typed as JSON is none."""
        self._error = metadata.refusal or ""
        """Why the last thing tried did not work."""
        self._is_saving = False
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay the editor out."""
        with Vertical(id="editor", classes="sheet"):
            yield Static(id="views")
            yield Table(*COLUMNS)
            yield Static(id="editor-status", classes="facts")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Name the frame and show the fields; of a document that must not be edited the text alone."""
        frame = self.query_one("#editor", Vertical)
        frame.border_title = Content(f"Metadata · {one_line(self._heading)}")
        self.query_one(Table).focus()
        if self._refusal is None:
            self._show_draft()
        else:
            self.call_after_refresh(self.action_view)
        self._tell()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done: all of it where the document must not be edited."""
        if self._refusal is not None:
            return action in ("close", "dismiss")
        return self._area is None or action not in ("change", "add", "remove")

    # The two views.

    @property
    def _area(self) -> JsonArea | None:
        """Return the document's text area while that is what is shown."""
        area = self.query(JsonArea)
        return area.first() if area and area.first().display else None

    async def action_view(self) -> None:
        """Go to the other view: from the fields to the whole document, or back."""
        self._take_over()
        if self._typo:
            return
        table, shows_fields = self.query_one(Table), self._area is None
        if shows_fields and not self.query(JsonArea):
            text = self._draft.document if self._refusal is None else escaped(pretty(self._stored))
            area = JsonArea(text, show_line_numbers=True, read_only=self._refusal is not None, compact=True)
            await self.query_one("#editor", Vertical).mount(area, after=table)
        # It is kept once it is there: Textual may still paint a text area that is being removed, and fail.
        area = self.query_one(JsonArea)
        area.display, table.display = shows_fields, not shows_fields
        self._show_draft()
        (area if shows_fields else table).focus()
        self.refresh_bindings()
        self._tell()

    def on_text_area_changed(self) -> None:
        """Take over what was typed, of a long document once the typing rests."""
        if self._resting is not None:
            self._resting.stop()
        area = self._area
        self._resting = self.set_timer(REST_S, self._take_over)
        if area is None or len(area.text) <= QUICK:
            self._take_over()

    def _take_over(self) -> None:
        """Take over what was typed since, or say where it is no JSON."""
        timer, self._resting = self._resting, None
        area = self._area
        if timer is None or area is None or self._refusal is not None:
            return
        timer.stop()
        try:
            self._draft.adopt(area.text)
            self._typo = ""
        except DocumentError as error:
            self._typo = f"Row {error.row:,}, column {error.column:,}: {error.sentence}"
        self._error = ""
        self._tell()

    def _show_draft(self) -> None:
        """Show the draft in the view that is there."""
        self.query_one(Table).show([_row(field) for field in self._draft.fields])
        if self._area is not None and self._refusal is None and self._area.text != self._draft.document:
            self._area.load_text(self._draft.document)

    def _tell(self, note: str = "") -> None:
        """Say what is wrong, or else how much would be saved; and which view this is."""
        count = len(self._draft.changes)
        wrong = self._typo or self._error
        if not note:
            note = f"{count:,} change{'' if count == 1 else 's'}, not saved yet." if count else IDLE
        status = self.query_one("#editor-status", Static)
        status.set_class(bool(wrong), "-error")
        status.update(Content(visible(f"✗ {wrong}" if wrong else note)))
        if self._refusal is None:
            shown = VIEWS[self._area is not None]
            tabs = [("▪" + view, "bold") if view == shown else (" " + view, "$foreground 55%") for view in VIEWS]
            self.query_one("#views", Static).update(Content("  ").join(map(Content.assemble, tabs)))

    # Fields.

    def _selected(self) -> DraftField | None:
        index = self.query_one(Table).selected_row
        return None if index is None else self._draft.fields[index]

    def on_row_picked(self) -> None:
        """Change the field that was clicked twice."""
        self.action_change()

    def action_change(self) -> None:
        """Change the selected field, or take back its deletion."""
        field = self._selected()
        if self._is_saving:
            return
        if field is None:
            self.action_add()
        elif field.state == "deleted":
            self._put(field.name, field.value_text)
        else:
            self.app.push_screen(FieldForm((), field.name, field.value_text), self._take)

    def action_add(self) -> None:
        """Add a field."""
        taken = {field.name for field in self._draft.fields if field.state != "deleted"}
        if not self._is_saving:
            self.app.push_screen(FieldForm(taken), self._take)

    def action_remove(self) -> None:
        """Delete the selected field, or take that back."""
        field = self._selected()
        if field is not None and not self._is_saving:
            self._put(field.name, field.value_text if field.state == "deleted" else None)

    def _take(self, field: NewField | None) -> None:
        if field is not None:
            self._put(field.name, field.value_text)

    def _put(self, name: str, value: str | None) -> None:
        self._error = ""
        try:
            self._draft.put(name, value)
        except DocumentError as error:
            self._error = error.sentence
        self._show_draft()
        self._tell()

    # Saving and leaving.

    def action_save(self) -> None:
        """Show what will change; write it once that was agreed to."""
        self._take_over()
        if self._is_saving or self._typo:
            return
        self._error = ""
        changes = self._draft.changes
        self._tell("" if changes else "Nothing has changed.")
        if changes:
            self.app.push_screen(PreviewScreen(changes, self._path), self._agreed)

    def _agreed(self, is_agreed: bool | None) -> None:
        if is_agreed:
            self.run_worker(self._write())

    async def _write(self) -> None:
        self._set_saving(True)
        self._tell("Saving …")
        try:
            outcome = await self._save(self._draft.text, self._draft.base)
        finally:
            self._set_saving(False)
        match outcome:
            case Saved():
                self.dismiss(outcome)
            case Failed(sentence):
                self._error = sentence
                self._tell()
            case Conflict(theirs):
                self._tell("The agent changed the same field meanwhile.")
                screen = ThreeWayScreen(self._draft.base, theirs, self._draft.text)
                self.app.push_screen(screen, partial(self._settle, theirs))

    def _set_saving(self, is_saving: bool) -> None:
        """Let nothing be typed that the save under way would leave out."""
        self._is_saving = is_saving
        if self._area is not None:
            self._area.read_only = is_saving

    def _settle(self, theirs: str, mine: frozenset[str] | None) -> None:
        """Go on from what is stored by now, once it is said whose values win."""
        if mine is None:
            return
        self._draft.rebase(theirs, mine=mine)
        self._show_draft()
        if self._draft.changes:
            self.run_worker(self._write())
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        """Leave; ask first if something would be lost."""
        self._take_over()
        if self._is_saving:
            self._tell("Saving; it ends within seconds.")
        elif self._draft.changes or self._typo:
            question = Question(
                "Unsaved changes", "Leave without saving what you changed?", yes="Throw it away", no="Go on editing"
            )
            self.app.push_screen(question, self._leave)
        else:
            self.dismiss(None)

    def _leave(self, is_meant: bool | None) -> None:
        if is_meant:
            self.dismiss(None)


def _row(field: DraftField) -> Row:
    value = json.loads(field.value_text) if field.type is Type.TEXT else value_text(field.value_text)
    return Row((field.name, field.type.value, value, field.state), "muted" if field.state == "deleted" else "")
