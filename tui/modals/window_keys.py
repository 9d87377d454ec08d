"""The keys of a window that lies over the browser, as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.commands import BY_ID, binding, keys_label
from tui.modals.help import rows_text, text_width
from tui.modals.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import Binding, BindingType


class WindowKeysScreen(Panel[None]):
    """A panel with every key of a window and what it does.

    Args:
        title: What the window is called, as stored.
        rows: The keys, and what each does.
    """

    BINDINGS: ClassVar[list[BindingType]] = [binding("window-keys", action="close")]

    def __init__(self, title: str, rows: list[tuple[str, str]]) -> None:
        super().__init__("help", f"Keys · {title}" if title else "Keys", "{window-close} closes")
        self._rows = rows

    def on_mount(self) -> None:
        """Write the table as wide as there is room."""
        self.text.update(rows_text(self._rows, text_width(self.app.size.width)).rstrip())


def rows_of(working: Iterable[Binding], keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the keys of a window and what each does, those of the focused widget first.

    Args:
        working: The bindings that work there.
        keymap: Keys that were set, by the ids of their commands.
    """
    rows: dict[str, tuple[str, str]] = {}
    for each in working:
        command = BY_ID.get(each.id or "")
        if command is not None:
            rows.setdefault(command.id, (keys_label(command, keymap), command.help))
    return list(rows.values())
