"""The help: every key, from the table of commands."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.commands import Scope, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

KEY_WIDTH = 16
TEXT_WIDTH = 56
"""Columns of a command's text at most."""


class HelpScreen(ModalScreen[None]):
    """A panel with every command, its keys and what it does.

    Args:
        keymap: Keys that were set, by the ids of their commands.
        first: Where the reader is; the commands of that place come first.
        can_write: Whether commands that lead to a write are among them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "close", key_display="esc"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
        Binding("space", "scroll(10)", show=False),
    ]

    def __init__(self, keymap: Mapping[str, str], first: Scope, *, can_write: bool = True) -> None:
        super().__init__()
        self._keymap = keymap
        self._first = first
        self._can_write = can_write

    def compose(self) -> ComposeResult:
        """Lay the panel out."""
        with VerticalScroll(id="help"):
            yield Static(self._text())

    def on_mount(self) -> None:
        """Name the panel on its frame."""
        panel = self.query_one("#help", VerticalScroll)
        panel.border_title = Content("Keys")
        panel.border_subtitle = Content("esc closes")

    def _text(self) -> Content:
        width = max(16, min(TEXT_WIDTH, self.app.size.width - KEY_WIDTH - 12))
        return help_text(self._keymap, self._first, width=width, can_write=self._can_write)

    def action_scroll(self, rows: int) -> None:
        """Scroll the panel by rows."""
        self.query_one("#help", VerticalScroll).scroll_relative(y=rows, animate=False)


def help_text(
    keymap: Mapping[str, str], first: Scope = Scope.BROWSER, *, width: int = TEXT_WIDTH, can_write: bool = True
) -> Content:
    """Return the table of keys as text, one place's before the others'; texts take so many columns at most."""
    parts: list[Content | tuple[str, str]] = []
    for scope in sorted(Scope, key=lambda scope: scope is not first):
        rows = listed(scope, can_write=can_write, keymap=keymap)
        if rows:
            parts.append((f"{scope.title}\n", "bold $primary"))
        for label, text in rows:
            parts.append((f"  {label:<{KEY_WIDTH}}", "bold"))
            below = "\n" + " " * (KEY_WIDTH + 2)
            parts.append(Content(f"{below.join(wrap(text, width))}\n"))
        parts.append(Content("\n" if rows else ""))
    return Content.assemble(*parts).rstrip()
