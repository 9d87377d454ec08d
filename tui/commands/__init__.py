"""Every command of the browser, with its keys."""

from tui.commands.command import Command, Scope
from tui.commands.labels import bindings, keys_label, listed
from tui.commands.table import COMMANDS, NEEDS

__all__ = ["COMMANDS", "NEEDS", "Command", "Scope", "bindings", "keys_label", "listed"]
