"""The help: every key, from the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.commands import Scope, listed

if TYPE_CHECKING:
    from textual.app import ComposeResult

TITLES = {Scope.BROWSER: "Everywhere", Scope.LIST: "In the list", Scope.TRANSCRIPT: "In the transcript"}
KEY_WIDTH = 16


class HelpScreen(ModalScreen[None]):
    """A panel with every command, its keys and what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "close", key_display="esc"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
        Binding("space", "scroll(10)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Lay the panel out."""
        with VerticalScroll(id="help"):
            yield Static(help_text())

    def on_mount(self) -> None:
        """Name the panel on its frame."""
        panel = self.query_one("#help", VerticalScroll)
        panel.border_title = Content("Keys")
        panel.border_subtitle = Content("esc closes")

    def action_scroll(self, rows: int) -> None:
        """Scroll the panel by rows."""
        self.query_one("#help", VerticalScroll).scroll_relative(y=rows, animate=False)


def help_text() -> Content:
    """Return the table of keys as text."""
    parts: list[Content | tuple[str, str]] = []
    for scope, title in TITLES.items():
        parts.append((f"{title}\n", "bold $primary"))
        for label, text in listed(scope):
            parts.append((f"  {label:<{KEY_WIDTH}}", "bold"))
            parts.append(Content(f"{text}\n"))
        parts.append(Content("\n"))
    return Content.assemble(*parts).rstrip()
