"""Keys that the owner sets, checked against the one table of commands. Pure; ``config`` calls it.

Two commands may share a key only where they never work at once: a pane's keys and the browser's hold together, the
keys of two panes do not, nor those of the browser and of a window. A command that was given a key takes it from
nobody silently.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tui.commands.table import ALL_COMMANDS, BY_ID
from tui.text.nearest import nearest
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.commands.command import Command, Scope

_NAMED = {
    *("escape", "enter", "tab", "space", "backspace", "insert", "delete", "home", "end", "pageup", "pagedown"),
    *("left", "right", "up", "down"),
    *(f"f{number}" for number in range(1, 25)),
}
_SHORT = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
"""Characters that Textual calls by a shorter name than Unicode does."""
_UNUSABLE = {
    "ctrl+m": "terminals send it for enter",
    "ctrl+i": "terminals send it for tab",
    "ctrl+j": "terminals send it for a new line",
    "ctrl+h": "terminals send it for backspace",
    "ctrl+left_square_bracket": "terminals send it for escape",
    "ctrl+s": "it may stop the terminal",
    "ctrl+q": "it may stop the terminal",
    "ctrl+z": "it suspends programs",
    "ctrl+c": "it copies",
}


class KeymapError(Exception):
    """Keys that cannot be used, in one sentence without the file's name."""


def keymap_of(keys: Mapping[str, object]) -> dict[str, str]:
    """Return the keys of each command that was given some, by Textual's names, comma separated.

    Args:
        keys: Keys by the id of their command, as the file has them: one text with commas, or a list of texts.

    Raises:
        KeymapError: there is no such command or key, or two commands would answer to one key.
    """
    keymap = {}
    for name, value in keys.items():
        if name not in BY_ID:
            near = nearest(name, BY_ID)
            raise KeymapError(f"keys: there is no command {one_line(name)[:40]!r}{near}.")
        texts = value.split(",") if isinstance(value, str) and value != "," else value
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            raise KeymapError(f'keys: {name} is a text such as "{BY_ID[name].keys}".')
        found = [_key(name, text.strip() or text[:1]) for text in texts]
        if BY_ID[name].works_while_typing and (typed := [key for key in found if _is_typed(key)]):
            raise KeymapError(f"keys: {name} works while you type, so that it cannot have {typed[0]}.")
        keymap[name] = ",".join(found)
    _refuse_clashes(keymap)
    return keymap


def _key(command: str, text: str) -> str:
    """Return Textual's name of a key.

    Raises:
        KeymapError: there is no such key, or no terminal tells it.
    """
    modifiers, plus, last = ("", "", text) if len(text) == 1 else text.rpartition("+")
    if plus and not last:
        modifiers, plus, last = text[:-2], "+", "+"
    name = _named(last)
    known = all(part in ("ctrl", "shift", "alt") for part in modifiers.split("+") if modifiers)
    if not name or not known:
        near = nearest(text, _NAMED)
        raise KeymapError(f"keys: {command} names no key{near}; keys are such as g, G, ctrl+g, f5, pagedown.")
    if modifiers == "shift" and len(name) == 1:
        return name.upper()
    key = f"{modifiers}{plus}{name}"
    if key in _UNUSABLE:
        raise KeymapError(f"keys: {command} cannot have {key}; {_UNUSABLE[key]}.")
    return key


def _named(text: str) -> str:
    """Return Textual's name of a key without modifiers, empty if there is none."""
    if len(text) == 1:
        if text.isalnum():
            return text
        name = unicodedata.name(text, "").lower().replace("-", "_").replace(" ", "_")
        return "space" if text == " " else _SHORT.get(name, name)
    if text in _NAMED or text in _SHORT.values():
        return text
    try:
        return _named(unicodedata.lookup(text.replace("_", " ")))
    except (KeyError, ValueError):
        return ""


def _is_typed(key: str) -> bool:
    """Tell whether a key, by Textual's name, writes something where one can type."""
    return "+" not in key and (key == "space" or key not in _NAMED)


def _refuse_clashes(keymap: Mapping[str, str]) -> None:
    """Refuse a key to which two commands would answer, one of them by what was set."""
    holders: dict[tuple[Scope, str], Command] = {}
    for command in ALL_COMMANDS:
        for key in keymap.get(command.id, command.keys).split(","):
            for scope in (command.scope, *command.scope.within):
                other = holders.setdefault((scope, key), command)
                if other is not command and keymap.keys() & {command.id, other.id}:
                    pair = f"{other.id} and {command.id}"
                    raise KeymapError(f"keys: {pair} would both be {key}; give one of them another key.")
