"""The palette: every command by its title, filtered as one types; enter runs the selected one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.fuzzy import Matcher

from tui.modals.list_sheet import ListSheet
from tui.widgets.entry import Entry
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from textual.widgets import Input

COLUMNS = (
    Column("command", 16, share=3),
    Column("keys", 10, share=1, style="muted"),
    Column("", 24, share=6, style="muted", from_width=72),
)
ROWS_AROUND = 5
"""Rows of the frame, the field, the headings and the line below."""
NO_MATCH = "No command is called that."


class PaletteEntry(NamedTuple):
    """A command that can be run."""

    id: str
    title: str
    keys: str
    """The keys that run it, as people read them."""
    help: str
    is_stored: bool = False
    """Whether its title comes from stored text, which is not matched letter by letter."""


class PaletteSheet(ListSheet[str]):
    """A table of commands; returns the id of the one to run.

    Args:
        entries: The commands, in the order in which they are listed while nothing is typed.
    """

    def __init__(self, entries: Sequence[PaletteEntry]) -> None:
        self._entries = {entry.id: entry for entry in entries}
        self.table = Table(*COLUMNS)
        super().__init__(
            "palette",
            "Commands",
            "↑ ↓ choose · {window-pick} runs · {window-close} closes",
            field=Entry(placeholder="Search for commands"),
            rows=self.table,
        )
        # As high as all rows need, so that it stands still while they are filtered; the style sheet has the limit.
        self.frame.styles.height = len(self._entries) + ROWS_AROUND
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the commands that fit what is typed."""
        self._show(event.value)

    def on_table_picked(self, event: Table.Picked) -> None:
        """Return the id of the clicked command."""
        self._take(event.row_id)

    def take_selected(self) -> None:
        """Return the id of the selected command, if there is one."""
        self._take(self.table.selected_id)

    def _take(self, row_id: Hashable) -> None:
        if isinstance(row_id, str) and row_id in self._entries:
            self.dismiss(row_id)

    def _show(self, typed: str) -> None:
        found = ranked(list(self._entries.values()), typed)
        rows = [Row((entry.title, entry.keys, entry.help), id=entry.id) for entry in found]
        self.table.show(rows, select=0)
        self.say("" if found else NO_MATCH)


def ranked(entries: Sequence[PaletteEntry], typed: str) -> list[PaletteEntry]:
    """Return the entries that fit what is typed, the likeliest first; all of them if that is nothing.

    Args:
        entries: What to choose from.
        typed: What is looked for.
    """
    words = typed.casefold().split()
    wanted = " ".join(words)
    matcher = Matcher(wanted)

    def rank(entry: PaletteEntry) -> tuple[int, float] | None:
        title, text = entry.title.casefold(), entry.help.casefold()
        if title.startswith(wanted):
            return 0, 0
        if all(word in title for word in words):
            return 1, 0
        score = 0 if entry.is_stored else matcher.match(title)
        if score > 0:
            return 2, -score
        return (3, 0) if all(word in text for word in words) else None

    found = [(place, entry) for entry in entries if (place := rank(entry)) is not None]
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]
