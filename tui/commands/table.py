"""The one table of commands: id, keys, where they work, what they do.

Bindings, palette, help, ``clawback keys`` and ``KEYS.md`` are all made from it.
"""

from __future__ import annotations

from tui.commands.browser_commands import BROWSER_COMMANDS
from tui.commands.editor_commands import EDITOR_COMMANDS
from tui.commands.ledger_commands import LEDGER_COMMANDS
from tui.commands.list_commands import LIST_COMMANDS
from tui.commands.sheet_commands import SHEET_COMMANDS
from tui.commands.transcript_commands import TRANSCRIPT_COMMANDS

COMMANDS = (*LIST_COMMANDS, *TRANSCRIPT_COMMANDS, *LEDGER_COMMANDS, *BROWSER_COMMANDS, *EDITOR_COMMANDS)
"""Those of the browser."""
ALL_COMMANDS = (*COMMANDS, *SHEET_COMMANDS)
BY_ID = {command.id: command for command in ALL_COMMANDS}

NEEDS = {command.target: command.needs for command in COMMANDS if command.needs is not None}
"""What the store must be able to, by the actions that need it."""
