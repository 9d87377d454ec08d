"""What of the list stays where it was while rows around it come and go. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.records import Conversation
    from tui.model.conversation_window import ConversationWindow


class RowAnchor:
    """The selected row, or the one at the top of the screen where that is out of sight.

    Made before the window changes, asked afterwards.

    Args:
        window: The rows that are held.
        selected: Position of the selected row in the whole list.
        top: Position of the row at the top of the screen.
        room: Rows of the screen.
        stays_newest: Whether the newest row is to be selected if it is now.
    """

    def __init__(self, window: ConversationWindow, selected: int, top: int, room: int, *, stays_newest: bool) -> None:
        self._window = window
        self._before = selected
        self._row = window.get(selected)
        self._place = selected if top <= selected < top + max(1, room) else top
        self._anchor = window.get(self._place)
        self._stays_newest = stays_newest and not selected and not top and window.reaches_newest
        self._cursors = {row.id: row.cursor for row in window.rows}

    @property
    def selected(self) -> int:
        """Return the position to select: of the same row, of the next one if it is gone, or of the newest."""
        first, last = self._window.first, self._window.first + len(self._window) - 1
        index = self._window.index_of(self._row.id) if self._row is not None else None
        if self._stays_newest:
            index = 0
        return max(first, min(self._before, last) if index is None else index)

    @property
    def rows_moved(self) -> int:
        """Return by how many rows to scroll so that what is anchored stays where it was."""
        index = self._window.index_of(self._anchor.id) if self._anchor is not None else None
        return 0 if index is None or self._stays_newest else index - self._place

    @property
    def follows(self) -> bool:
        """Tell whether another row has become the newest, and is to be selected."""
        now = self._window.get(self.selected)
        is_other = now is not None and self._row is not None and now.id != self._row.id
        return self._stays_newest and is_other

    def has_moved(self, row: Conversation) -> bool:
        """Tell whether a row has another place in the order than before, or is new."""
        return self._cursors.get(row.id) != row.cursor
