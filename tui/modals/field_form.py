"""A form for one field of the metadata: its name, its type and its value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label, Static

from store.domain.metadata_json import quoted
from store.domain.strict_json import DocumentError, parse_value
from tui.modals.question import Question
from tui.modals.sheet import KEPT, Sheet, kept_values
from tui.text.json_text import compact, escaped
from tui.text.visible import visible
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Container

    from textual.app import ComposeResult

TEXT, NUMBER, TRUTH, NULL, OTHER = range(5)
TYPES = ("text", "number", "true/false", "null", "JSON")
EMPTY = ("", "0", "true", "null", "{}")
"""What a value of each type begins as."""


class NewField(NamedTuple):
    """What was typed: a name and a value, as JSON."""

    name: str
    value_text: str


class FieldForm(Sheet[NewField]):
    """Asks for a field; returns it, or ``None`` if it was left.

    Args:
        taken: Names that a new field must not have.
        name: The field to change; ``None`` for a new one.
        value_text: Its value, as JSON.
    """

    def __init__(self, taken: Container[str], name: str | None = None, value_text: str = '""') -> None:
        self._taken = taken
        self._name_before = name
        self._begun = _shown(value_text)
        self._old = value_text
        kind, text = self._begun
        self._kind_seen = kind
        self._name_entry = Entry(id="field-name")
        self._type_choice = Choice(TYPES, kind)
        self._value_entry = Entry(text, holds_json=kind != TEXT, id="field-value")
        self._value_row = Horizontal(id="value-row")
        self._value_row.display = kind != NULL
        title = "New field" if name is None else "Change field"
        field = self._name_entry if name is None else self._value_entry
        super().__init__(
            "field", title, "{window-pick} takes it · tab goes on · {window-close} leaves it", field=field
        )

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        with self.frame:
            with Horizontal():
                yield Label("name")
                yield self._name_entry if self._name_before is None else Static(Content(visible(self._name_before)))
            with Horizontal():
                yield Label("type")
                yield self._type_choice
            with self._value_row:
                yield Label("value")
                yield self._value_entry
            yield self.status

    @property
    def draft_name(self) -> str:
        """Return the name under which what was typed is kept: each field has its own."""
        return f"{super().draft_name}:{self._name_before or ''}"

    @property
    def typed(self) -> str:
        """Return the name, the type and the value, if something was typed."""
        if not self._has_changes:
            return ""
        name, kind, value = self._name_entry.value, TYPES[self._type_choice.picked], self._value_entry.value
        return json.dumps({"name": name, "type": kind, "value": value})

    def put_back(self, typed: str) -> None:
        """Show again what was typed before."""
        kept = kept_values(typed)
        kind = kept.get("type")
        self._kind_seen = TYPES.index(kind) if kind in TYPES else self._type_choice.picked
        self._type_choice.picked = self._kind_seen
        self._fit_type()
        self._name_entry.value = visible(kept.get("name", ""))
        value = kept.get("value", self._value_entry.value)
        self._value_entry.value = visible(value) if self._kind_seen == TEXT else escaped(value)
        self.say(KEPT)

    def on_choice_picked(self) -> None:
        """Begin with a value that fits the type, keeping what fits already."""
        kind = self._type_choice.picked
        if kind == self._kind_seen:
            return
        self._kind_seen = kind
        self._fit_type()
        if kind != TEXT and self._problem():
            self._value_entry.value = EMPTY[kind]
            # What is typed next takes its place.
            self._value_entry.select_on_focus = True
        self._say_problem()

    def on_input_changed(self) -> None:
        """Say what is wrong as soon as it is."""
        self._say_problem()

    def on_input_submitted(self) -> None:
        """Return the field, if it is one."""
        self.action_pick()

    def action_pick(self) -> None:
        """Return the field, if it is one."""
        if not self._say_problem():
            name = self._name_before if self._name_before is not None else self._name_entry.value
            self.dismiss(NewField(name, self._value_text()))

    def action_close(self) -> None:
        """Leave the form; ask first if something was typed."""
        if not self._has_changes:
            self.dismiss(None)
            return
        question = Question(
            "Unsaved field", "Leave the field without taking what you typed?", yes="Throw it away", no="Go on typing"
        )
        self.ask(question, self._leave)

    def _leave(self, is_meant: bool | None) -> None:
        if is_meant:
            self.dismiss(None)

    @property
    def _has_changes(self) -> bool:
        return bool(self._name_entry.value) or self._value_text() != self._old

    def _fit_type(self) -> None:
        """Take a value of the picked type."""
        self._value_entry.holds_json = self._kind_seen != TEXT
        self._value_row.display = self._kind_seen != NULL

    def _value_text(self) -> str:
        """Return the value as JSON; the old one where nothing was typed."""
        kind, typed = self._type_choice.picked, self._value_entry.value
        if (kind, typed) == self._begun:
            return self._old
        if kind == TEXT:
            return quoted(typed)
        return "null" if kind == NULL else compact(typed)

    def _say_problem(self) -> str:
        """Show what is wrong, and return it; empty if nothing is."""
        problem = self._problem()
        self.say(f"✗ {problem}" if problem else "")
        return problem

    def _problem(self) -> str:
        if self._name_before is None and self._name_entry.value in self._taken:
            return "There is a field of that name already."
        kind, typed = self._type_choice.picked, self._value_entry.value
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
