"""A form for one field of the metadata: its name, its type and its value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from store.domain.metadata_json import DocumentError, parse_value, quoted
from tui.modals.question import Question
from tui.text.json_text import compact, escaped
from tui.text.visible import visible
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Container

    from textual.app import ComposeResult
    from textual.widgets import Input

TEXT, NUMBER, TRUTH, NULL, OTHER = range(5)
TYPES = ("text", "number", "true/false", "null", "JSON")
EMPTY = ("", "0", "true", "null", "{}")
"""What a value of each type begins as."""


class NewField(NamedTuple):
    """What was typed: a name and a value, as JSON."""

    name: str
    value_text: str


class FieldForm(ModalScreen["NewField | None"]):
    """Asks for a field; returns it, or ``None`` if it was left.

    Args:
        taken: Names that a new field must not have.
        name: The field to change; ``None`` for a new one.
        value_text: Its value, as JSON.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", show=False),
        Binding("escape", "close", "back", show=False),
    ]

    def __init__(self, taken: Container[str], name: str | None = None, value_text: str = '""') -> None:
        super().__init__()
        self._taken = taken
        self._field = name
        self._type, self._begun = _shown(value_text)
        self._old = value_text

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        with Vertical(id="field", classes="sheet"):
            with Horizontal():
                yield Label("name")
                if self._field is None:
                    yield Entry(id="field-name")
                else:
                    yield Static(Content(visible(self._field)))
            with Horizontal():
                yield Label("type")
                yield Choice(TYPES, self._type)
            with Horizontal(id="value-row"):
                yield Label("value")
                yield Entry(self._begun, holds_json=self._type != TEXT, id="field-value")
            yield Static(classes="facts")

    def on_mount(self) -> None:
        """Name the frame and go to what is to be typed."""
        frame = self.query_one("#field", Vertical)
        frame.border_title = Content("New field" if self._field is None else "Change field")
        frame.border_subtitle = Content("enter takes it · tab goes on · esc leaves it")
        self.query_one("#field-name" if self._field is None else "#field-value", Entry).focus()
        self.query_one("#value-row").display = self._type != NULL

    def on_choice_picked(self) -> None:
        """Begin with a value that fits the type, keeping what fits already."""
        kind, entry = self.query_one(Choice).picked, self.query_one("#field-value", Entry)
        entry.holds_json = kind != TEXT
        if kind != TEXT and self._problem():
            entry.value = EMPTY[kind]
            # What is typed next takes its place.
            entry.select_on_focus = True
        self.query_one("#value-row").display = kind != NULL
        self._tell()

    def on_input_changed(self, _: Input.Changed) -> None:
        """Say what is wrong as soon as it is."""
        self._tell()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Return the field, if it is one."""
        self.action_take()

    def action_take(self) -> None:
        """Return the field, if it is one."""
        if not self._tell():
            name = self._field if self._field is not None else self.query_one("#field-name", Entry).value
            self.dismiss(NewField(name, self._value_text()))

    def action_close(self) -> None:
        """Leave the form; ask first if something was typed."""
        name = self.query_one("#field-name", Entry).value if self._field is None else ""
        if not name and self._value_text() == self._old:
            self.dismiss(None)
            return
        question = Question(
            "Unsaved field", "Leave the field without taking what you typed?", yes="Throw it away", no="Go on typing"
        )
        self.app.push_screen(question, self._leave)

    def _leave(self, is_meant: bool | None) -> None:
        if is_meant:
            self.dismiss(None)

    def _value_text(self) -> str:
        """Return the value as JSON; the old one where nothing was typed."""
        kind, typed = self.query_one(Choice).picked, self.query_one("#field-value", Entry).value
        if (kind, typed) == (self._type, self._begun):
            return self._old
        if kind == TEXT:
            return quoted(typed)
        return "null" if kind == NULL else compact(typed)

    def _tell(self) -> str:
        """Show what is wrong, and return it; empty if nothing is."""
        problem = self._problem()
        self.query_one(".facts", Static).update(Content(f"✗ {problem}" if problem else ""))
        return problem

    def _problem(self) -> str:
        if self._field is None and self.query_one("#field-name", Entry).value in self._taken:
            return "There is a field of that name already."
        kind, typed = self.query_one(Choice).picked, self.query_one("#field-value", Entry).value
        if kind in (TEXT, NULL):
            return ""
        try:
            parse_value(typed)
        except DocumentError as error:
            return visible(error.sentence)
        if kind == TRUTH and typed.strip() not in ("true", "false"):
            return "Type true or false."
        if kind == NUMBER and typed.strip()[:1] not in "-0123456789":
            return "This is not a number."
        return ""


def _shown(value_text: str) -> tuple[int, str]:
    """Return the type of a JSON value, and how it is typed: text plainly, unless that would hide something."""
    match value_text[:1]:
        case '"':
            text = json.loads(value_text)
            is_plain = visible(text) == text and "\n" not in text
            return (TEXT, text) if is_plain else (OTHER, escaped(value_text))
        case "t" | "f":
            return TRUTH, value_text
        case "n":
            return NULL, value_text
        case "{" | "[":
            return OTHER, escaped(compact(value_text))
    return NUMBER, value_text
