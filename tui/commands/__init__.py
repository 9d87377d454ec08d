"""Every command of the browser, with its keys."""

from tui.commands.command import Command, Scope
from tui.commands.labels import bindings, keys_label, listed
from tui.commands.table import COMMANDS, WRITING

__all__ = ["COMMANDS", "WRITING", "Command", "Scope", "bindings", "keys_label", "listed"]
