"""Every command of the browser, with its keys."""

from tui.commands.command import Command, Scope
from tui.commands.labels import binding, bindings, keys_label, listed
from tui.commands.table import ALL_COMMANDS, BY_ID, COMMANDS, NEEDS

__all__ = [
    "ALL_COMMANDS",
    "BY_ID",
    "COMMANDS",
    "NEEDS",
    "Command",
    "Scope",
    "binding",
    "bindings",
    "keys_label",
    "listed",
]
