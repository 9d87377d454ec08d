"""The help: every key, from the table of commands."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from tui.commands import Scope, binding, listed
from tui.modals.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from textual.binding import BindingType

    from store.contract.capability import Capability

KEY_WIDTH = 16
TEXT_WIDTH = 56
"""Columns of a command's text at most."""


class HelpScreen(Panel[None]):
    """A panel with every command, its keys and what it does.

    Args:
        keymap: Keys that were set, by the ids of their commands.
        first: Where the reader is; the commands of that place come first.
        lacking: What the store cannot do; commands that need it are left out.
    """

    BINDINGS: ClassVar[list[BindingType]] = [binding("window-keys", action="close")]

    def __init__(self, keymap: Mapping[str, str], first: Scope, *, lacking: Collection[Capability] = ()) -> None:
        super().__init__("help", "Keys", "{window-close} closes")
        self._keymap = keymap
        self._first = first
        self._lacking = lacking

    def on_mount(self) -> None:
        """Write the table as wide as there is room."""
        width = text_width(self.app.size.width)
        self.text.update(help_text(self._keymap, self._first, width=width, lacking=self._lacking))


def help_text(
    keymap: Mapping[str, str],
    first: Scope = Scope.BROWSER,
    *,
    width: int = TEXT_WIDTH,
    lacking: Collection[Capability] = (),
) -> Content:
    """Return the table of keys as text.

    Args:
        keymap: The keys that the settings changed, by command.
        first: The place whose keys come first.
        width: Columns that the text of a command takes at most.
        lacking: What the store cannot; commands that need it are left out.
    """
    parts: list[Content | tuple[str, str]] = []
    for scope in sorted(Scope, key=lambda scope: scope is not first):
        rows = listed(scope, lacking=lacking, keymap=keymap)
        if rows:
            parts.append((f"{scope.title}\n", "bold $primary"))
        parts += [rows_text(rows, width), Content("\n" if rows else "")]
    return Content.assemble(*parts).rstrip()


def text_width(columns: int) -> int:
    """Return how many columns the text of a command takes on a screen of so many."""
    return max(16, min(TEXT_WIDTH, columns - KEY_WIDTH - 12))


def rows_text(rows: Sequence[tuple[str, str]], width: int) -> Content:
    """Return keys and what they do, a line each or more.

    Args:
        rows: The keys as they are written, and what each does.
        width: Columns that the text of a command takes at most.
    """
    parts: list[Content | tuple[str, str]] = []
    for label, text in rows:
        parts.append((f"  {label:<{KEY_WIDTH}}", "bold"))
        below = "\n" + " " * (KEY_WIDTH + 2)
        parts.append(Content(f"{below.join(wrap(text, width))}\n"))
    return Content.assemble(*parts)
