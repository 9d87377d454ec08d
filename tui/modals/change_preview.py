"""What an edit will change, field by field, before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.text.json_text import escaped
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from store.domain.metadata_json import Change

LONGEST = 600
"""Characters of a value that are shown."""


class PreviewScreen(ModalScreen[bool]):
    """The changes with old and new; enter writes them.

    Args:
        changes: What will change.
        path: The file that is written to, as people write it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "save", show=False),
        Binding("escape,q", "dismiss(False)", "back", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("space,pagedown", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, changes: Sequence[Change], path: str) -> None:
        super().__init__()
        self._changes = changes
        self._path = path

    def compose(self) -> ComposeResult:
        """Lay the changes out."""
        with VerticalScroll(id="preview", classes="sheet", can_focus=False):
            yield Static(changes_text(self._changes))
            yield Static(Content(f"in {one_line(self._path)}"), classes="facts")

    def on_mount(self) -> None:
        """Name the frame."""
        count = len(self._changes)
        frame = self.query_one("#preview", VerticalScroll)
        frame.border_title = Content(f"Save {count:,} change{'' if count == 1 else 's'}?")
        frame.border_subtitle = Content("enter saves · esc goes back")

    def action_scroll(self, rows: int) -> None:
        """Scroll the changes by rows."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)


def changes_text(changes: Sequence[Change]) -> Content:
    """Return changes as text: each field's name, and below it what goes and what comes."""
    parts: list[tuple[str, str]] = []
    for change in changes:
        parts.append((f"{one_line(change.name) or '(no name)'}\n", "bold"))
        if change.before is not None:
            parts.append((f"  − {value_text(change.before)}\n", "$foreground 55%"))
        if change.after is None:
            parts.append(("  ✗ deleted\n", "$text-error"))
        else:
            parts.append((f"  + {value_text(change.after)}\n", "$text-success"))
        parts.append(("\n", ""))
    return Content.assemble(*parts).rstrip()


def value_text(text: str) -> str:
    """Return a JSON value on one line, made harmless, cut where it is long."""
    shown = escaped(" ".join(text[:LONGEST].split("\n")))
    return f"{shown} … ({len(text):,} characters)" if len(text) > LONGEST else shown
