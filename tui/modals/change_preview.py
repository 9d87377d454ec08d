"""What an edit will change, field by field, before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.modals.panel import Panel
from tui.text.json_text import escaped
from tui.text.units import counted
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from store.domain.metadata_json import Change

LONGEST = 600
"""Characters of a value that are shown."""


class PreviewScreen(Panel[bool]):
    """The changes with old and new; enter writes them.

    Args:
        changes: What will change.
        path: The file that is written to, as people write it.
    """

    def __init__(self, changes: Sequence[Change], path: str) -> None:
        title = f"Save {counted(len(changes), 'change')}?"
        hint = "{window-pick} saves · {window-close} goes back"
        super().__init__("preview", title, hint, changes_text(changes))
        self.say(f"in {one_line(path)}")

    def compose(self) -> ComposeResult:
        """Lay the changes out."""
        with self.frame:
            yield self.text
            yield self.status

    def action_pick(self) -> None:
        """Say that they are meant."""
        self.dismiss(True)

    def action_close(self) -> None:
        """Say that they are not."""
        self.dismiss(False)


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
