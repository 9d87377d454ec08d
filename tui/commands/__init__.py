"""Every command of the browser, with its keys."""

from tui.commands.table import COMMANDS, WRITING, Command, Scope, bindings, keys_label, listed

__all__ = ["COMMANDS", "WRITING", "Command", "Scope", "bindings", "keys_label", "listed"]
