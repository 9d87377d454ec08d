"""The metadata editor: the fields of a conversation as a table, and the whole document as JSON.

Nothing is written before its changes were shown and agreed to; whatever goes wrong then, what was typed stays. The
editor does no I/O: it is handed a way to save.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from store.domain.metadata_json import Type, changes
from store.domain.strict_json import DocumentError
from store.editing.outcomes import Contested, Failed, Saved, Unknown
from tui.commands import Scope, bindings
from tui.modals.change_preview import PreviewScreen, value_text
from tui.modals.conflict import ThreeWayScreen
from tui.modals.field_form import FieldForm
from tui.modals.question import Question
from tui.modals.sheet import KEPT, Sheet
from tui.model.metadata_draft import Draft
from tui.text.json_text import escaped, pretty
from tui.text.units import counted
from tui.widgets.json_area import JsonArea
from tui.widgets.key_bar import KeyBar
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from store.editing.outcomes import Save
    from store.records import Metadata
    from tui.modals.field_form import NewField
    from tui.model.metadata_draft import DraftField

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


class EditorScreen(Sheet[Saved], inherit_bindings=False):
    """Edits one document; returns what was saved, ``None`` if nothing was.

    Args:
        title: What the conversation is called.
        path: The file that is written to, as people write it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*Screen.BINDINGS, *bindings(Scope.EDITOR)]

    def __init__(self, title: str, path: str) -> None:
        self._path = path
        self._draft = Draft("{}")
        self._refusal: str | None = None
        self._save: Save | None = None
        self._typo = ""
        """Where what was typed as JSON is none."""
        self._error = ""
        """Why the last thing tried did not work."""
        self._shows_json = False
        self._document_at_first = ""
        self._taken_over = ""
        """The text of the area as it was last loaded or taken over."""
        self._is_saving = False
        self._is_unknown = False
        """Whether it is not known yet what became of the save."""
        self._resting: Timer | None = None
        self._tabs = Static(id="views")
        self.table = Table(*COLUMNS)
        self.area = JsonArea(show_line_numbers=True, compact=True)
        self.area.display = False
        super().__init__("editor", f"Metadata · {title}", field=self.table, is_filled=False)
        self.status.id = "editor-status"

    def compose(self) -> ComposeResult:
        """Lay the editor out."""
        with self.frame:
            yield self._tabs
            yield self.table
            yield self.area
            yield self.status
        yield KeyBar()

    def fill(self, metadata: Metadata, save: Save) -> None:
        """Show a document; of one that must not be edited the text alone.

        Args:
            metadata: The document, as stored.
            save: Writes a new document over the one that was shown.
        """
        self._save = save
        self._refusal = metadata.refusal
        self._error = metadata.refusal or ""
        if metadata.refusal is None:
            self._draft = Draft(metadata.text)
            self._document_at_first = self._draft.document
            self._show_draft()
        else:
            self._load(escaped(pretty(metadata.text)))
            self.area.read_only = True
            self._show_view(is_json=True)
        self._say_state()
        self.filled()

    @property
    def typed(self) -> str:
        """Return the document as it was changed, be it JSON or not."""
        text = self.area.text if self._shows_json else self._draft.document
        return "" if self._refusal is not None or text == self._document_at_first else text

    def put_back(self, typed: str) -> None:
        """Show again what was typed before, as JSON."""
        if self._refusal is None:
            self._show_view(is_json=True)
            self.area.load_text(typed)
            self._take_over()
            self._say_state(KEPT)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done: all of it where the document must not be edited."""
        if self._refusal is not None:
            return action == "close"
        return not (self._shows_json and action in ("change", "add", "remove"))

    # The two views.

    def action_view(self) -> None:
        """Go to the other view: from the fields to the whole document, or back."""
        self._take_over()
        if not self._typo:
            self._show_view(is_json=not self._shows_json)
            self._say_state()

    def _show_view(self, *, is_json: bool) -> None:
        self._shows_json = is_json
        self.area.display, self.table.display = is_json, not is_json
        self.field = self.area if is_json else self.table
        self.set_focus(self.field)
        if self._refusal is None:
            self._show_draft()
        self.refresh_bindings()

    def on_text_area_changed(self) -> None:
        """Take over what was typed, of a long document once the typing rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST_S, self._take_over)
        if len(self.area.text) <= QUICK:
            self._take_over()

    def _take_over(self) -> None:
        """Take over what was typed since, or say where it is no JSON."""
        if self._resting is not None:
            self._resting.stop()
        text = self.area.text
        if not self._shows_json or self._refusal is not None or text == self._taken_over:
            return
        self._taken_over = text
        try:
            self._draft.adopt(text)
            self._typo = ""
        except DocumentError as error:
            self._typo = f"Row {error.row:,}, column {error.column:,}: {error.sentence}"
        self._error = ""
        self._say_state()

    def _show_draft(self) -> None:
        """Show the draft in the view that is there."""
        self.table.show([_row(field) for field in self._draft.fields])
        if self._shows_json and self.area.text != self._draft.document:
            self._load(self._draft.document)

    def _load(self, document: str) -> None:
        self.area.load_text(document)
        self._taken_over = self.area.text

    def _say_state(self, note: str = "") -> None:
        """Say what is wrong, or else how much would be saved; and which view this is."""
        count = len(self._draft.changes)
        wrong = self._typo or self._error
        if not note:
            note = f"{counted(count, 'change')}, not saved yet." if count else IDLE
        self.say(f"✗ {wrong}" if wrong else note, is_error=bool(wrong))
        if self._refusal is None:
            shown = VIEWS[self._shows_json]
            tabs = [("▪" + view, "bold") if view == shown else (" " + view, "$foreground 55%") for view in VIEWS]
            self._tabs.update(Content("  ").join(map(Content.assemble, tabs)))

    # Fields.

    def on_table_picked(self) -> None:
        """Change the field that was clicked twice."""
        self.action_change()

    def action_change(self) -> None:
        """Change the selected field, or take back its deletion."""
        field = self._selected
        if self._is_saving:
            return
        if field is None:
            self.action_add()
        elif field.state == "deleted":
            self._put(field.name, field.value_text)
        else:
            self.ask(FieldForm((), field.name, field.value_text), self._take_field)

    def action_add(self) -> None:
        """Add a field."""
        taken = {field.name for field in self._draft.fields if field.state != "deleted"}
        if not self._is_saving:
            self.ask(FieldForm(taken), self._take_field)

    def action_remove(self) -> None:
        """Delete the selected field, or take that back."""
        field = self._selected
        if field is not None and not self._is_saving:
            self._put(field.name, field.value_text if field.state == "deleted" else None)

    @property
    def _selected(self) -> DraftField | None:
        name = self.table.selected_id
        return next((field for field in self._draft.fields if field.name == name), None)

    def _take_field(self, field: NewField | None) -> None:
        if field is not None:
            self._put(field.name, field.value_text)

    def _put(self, name: str, value: str | None) -> None:
        self._error = ""
        try:
            self._draft.put(name, value)
        except DocumentError as error:
            self._error = error.sentence
        self._show_draft()
        self._say_state()

    # Saving and leaving.

    def action_save(self) -> None:
        """Show what will change; write it once that was agreed to."""
        self._take_over()
        if self._is_saving or self._typo:
            return
        self._error = ""
        changes = self._draft.changes
        self._say_state("" if changes else "Nothing has changed.")
        if changes:
            self.ask(PreviewScreen(changes, self._path), self._begin_to_save)

    def _begin_to_save(self, is_agreed: bool | None) -> None:
        if is_agreed and self._save is not None and not self._is_saving:
            self._set_saving(True)
            self._say_state("Saving …")
            self.run_guarded(partial(self._write, self._save))

    async def _write(self, save: Save) -> None:
        try:
            outcome = await save(self._draft.text, self._draft.base)
            if isinstance(outcome, Unknown):
                self._is_unknown = True
                self.set_busy(is_busy=False)
                self._say_state(outcome.sentence)
                outcome = await outcome.fate
        finally:
            self._is_unknown = False
            self._set_saving(False)
        match outcome:
            case Saved():
                self.dismiss(outcome)
            case Failed(sentence):
                self._error = sentence
                self._say_state()
            case Contested(theirs, merge):
                self._say_state("The agent changed the same field meanwhile.")
                screen = ThreeWayScreen(merge, changes(self._draft.base, theirs), self._draft.changes)
                self.ask(screen, partial(self._settle, outcome))

    def _set_saving(self, is_saving: bool) -> None:
        """Let nothing be typed that the save under way would leave out."""
        self._is_saving = is_saving
        self.set_busy(is_busy=is_saving)
        self.area.read_only = is_saving

    def _settle(self, contested: Contested, mine: frozenset[str] | None) -> None:
        """Go on from what is stored by now, once it is said whose values win."""
        if mine is None:
            return
        self._draft.rebase(*contested, mine=mine)
        self._show_draft()
        if self._draft.changes:
            self._begin_to_save(True)
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        """Leave; ask first if something would be lost."""
        self._take_over()
        if self._is_unknown:
            self.dismiss(None)
        elif self._is_saving:
            self._say_state("Saving; it ends within seconds.")
        elif self._draft.changes or self._typo:
            question = Question(
                "Unsaved changes", "Leave without saving what you changed?", yes="Throw it away", no="Go on editing"
            )
            self.ask(question, self._leave)
        else:
            self.dismiss(None)

    def _leave(self, is_meant: bool | None) -> None:
        if is_meant:
            self.dismiss(None)


def _row(field: DraftField) -> Row:
    value = json.loads(field.value_text) if field.type is Type.TEXT else value_text(field.value_text)
    cells = (field.name, field.type.value, value, field.state)
    return Row(cells, "muted" if field.state == "deleted" else "", id=field.name)
