"""Bindings, key labels and lists for people, made from the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.keys import format_key

from store.contract.capability import Capability
from tui.commands.command import Command, Scope
from tui.commands.table import ALL_COMMANDS, BY_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_LABELS = {
    "pagedown": "PgDn", "pageup": "PgUp", "down": "↓", "up": "↑", "left": "←", "right": "→",
    "home": "Home", "end": "End", "enter": "enter", "escape": "esc",
}  # fmt: skip
_OWN: dict[str, str] = {}
"""No key was set."""


_NUMBERED = tuple(f"channel-{number}" for number in range(1, 10))


def bindings(scope: Scope) -> list[Binding]:
    """Return the bindings of every command that works in a scope."""
    return [binding(command.id) for command in ALL_COMMANDS if command.scope is scope]


def binding(command_id: str, *, keys: str | None = None, action: str | None = None) -> Binding:
    """Return the binding of a command, which has the keys that the owner sets for it.

    Args:
        command_id: Which command.
        keys: Other keys than the table's; ``None`` for those.
        action: What it does here; ``None`` for what the table says.
    """
    command = BY_ID[command_id]
    return Binding(
        command.keys if keys is None else keys,
        command.textual_action if action is None else action,
        command.title,
        show=command.show,
        key_display=keys_label(command).split()[0] if command.key_label or "," in command.keys else None,
        tooltip=command.help,
        id=command.id,
        priority=command.works_while_typing,
    )


def keys_label(command: Command, keymap: Mapping[str, str] = _OWN) -> str:
    """Return a command's keys as they are written for people, such as ``j ↓``.

    Args:
        command: The command.
        keymap: Keys that were set, by the ids of their commands.
    """
    if command.id in keymap:
        keys = keymap[command.id].split(",")
    elif command.key_label is not None:
        return command.key_label
    else:
        keys = command.keys.split(",")
    return " ".join(_LABELS.get(key) or format_key(key) for key in keys)


def listed(
    scope: Scope, *, lacking: Collection[Capability] = (), keymap: Mapping[str, str] = _OWN
) -> list[tuple[str, str]]:
    """Return keys and help of a scope's commands for people, the numbered channels as one.

    Args:
        scope: Where the commands work.
        lacking: What the store cannot do; commands that need it are left out.
        keymap: Keys that were set, by the ids of their commands.
    """
    is_own = not keymap.keys() & set(_NUMBERED)
    found = []
    for command in ALL_COMMANDS:
        needs = Capability.WRITE if command.scope is Scope.EDITOR else command.needs
        if needs in lacking:
            continue
        if command.scope is scope and not (is_own and command.id in _NUMBERED):
            found.append((keys_label(command, keymap), command.help))
        elif command.scope is scope and command.id == _NUMBERED[0]:
            found.append(("1 … 9", "Show channel number 1 to 9."))
    return found
