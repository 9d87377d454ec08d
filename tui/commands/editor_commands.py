"""The commands of the metadata editor."""

from __future__ import annotations

from tui.commands.command import Command, Scope

E = Scope.EDITOR

EDITOR_COMMANDS = (
    Command("field-change", "enter", "change", E, "change", "Change the field, or take back its deletion.", True),
    Command("field-add", "plus,insert", "add", E, "add", "Add a field.", True, "+ Ins"),
    Command(
        "field-delete", "minus,delete", "remove", E, "delete", "Delete the field, or take that back.", True, "- Del"
    ),
    Command("editor-view", "tab", "view", E, "JSON/fields", "Go to the whole document as JSON, or back.", True),
    Command(
        "editor-save", "ctrl+o,s", "save", E, "save", "Show what will change, then save; s only in the fields.", True
    ),
    Command(
        "editor-close",
        "escape",
        "close",
        E,
        "close",
        "Leave the editor; asks if something would be lost.",
        True,
        "esc",
    ),
)
