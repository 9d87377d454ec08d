"""The base of the modals with a list below a field: the field keeps the focus, and keys move the list anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.commands import binding
from tui.modals.sheet import Sheet, T

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.widgets.entry import Entry
    from tui.widgets.row_list import RowList


class ListSheet(Sheet[T]):
    """A field, a list, and the line that says how things stand.

    Args:
        name: What the style sheet calls the frame.
        title: What stands on its upper edge, as stored.
        hint: What stands on its lower edge: the keys.
        field: Where one types.
        rows: The list.
        is_filled: Whether all that it needs is known.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("row-next", keys="down"),
        binding("row-previous", keys="up"),
        binding("row-page-down", keys="pagedown"),
        binding("row-page-up", keys="pageup"),
    ]

    def __init__(
        self, name: str, title: str, hint: str, *, field: Entry, rows: RowList, is_filled: bool = True
    ) -> None:
        super().__init__(name, title, hint, field=field, is_filled=is_filled)
        self._list = rows

    def compose(self) -> ComposeResult:
        """Lay the sheet out."""
        with self.frame:
            if self.field is not None:
                yield self.field
            yield self._list
            yield self.status

    def on_input_submitted(self) -> None:
        """Pick the selected row."""
        self.action_pick()

    def take_selected(self) -> None:
        """Return the selected row, if there is one."""
        raise NotImplementedError

    def action_pick(self) -> None:
        """Pick the selected row at once, by no message: keys behind are meant for what it leads to."""
        self.take_selected()

    def action_move(self, step: int) -> None:
        """Select the next or previous row."""
        self._list.action_move(step)

    def action_half_pages(self, count: int) -> None:
        """Move the selection by half pages."""
        self._list.action_half_pages(count)
