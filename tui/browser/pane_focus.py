"""Which pane has the focus, and whether the list is shown. Focus moves at once: the next key finds it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.browser.host import Host
    from tui.browser.list_pane import ListPane
    from tui.browser.reading_pane import ReadingPane
    from tui.widgets.panes import Panes


class PaneFocus:
    """The ways between the two panes.

    Args:
        screen: Lays them out by its class ``-no-list``.
        host: Runs, says and asks.
        panes: Shows one of them on narrow terminals.
        list_pane: The left one.
        reading: The right one.
    """

    def __init__(
        self, screen: Screen[Any], host: Host, panes: Panes, list_pane: ListPane, reading: ReadingPane
    ) -> None:
        self._screen = screen
        self._host = host
        self._panes = panes
        self._list = list_pane.conversations
        self._reading = reading
        self._is_said_below = False
        """Whether what is said in passing stands at the bottom."""

    @property
    def is_reading(self) -> bool:
        """Tell whether the reader is in the transcript, or in the ledger."""
        return self._screen.focused is self._reading.reader

    def place_said(self) -> None:
        """Let what is said in passing stand where no newest line is: the list's first, the last of what is read."""
        is_list = self._screen.has_class("-narrow") and not self._panes.shows_reading
        is_below = is_list or not self._reading.reader.is_full
        if is_below is not self._is_said_below:
            self._is_said_below = is_below
            # A class of the screen would style all of it anew.
            self._screen.query_children("ToastRack").set_class(is_below, "-below")

    def other(self) -> None:
        """Go to the other pane."""
        if self.is_reading:
            self.to_list()
        else:
            self.to_transcript()

    def to_list(self) -> None:
        """Go to the list."""
        if self._screen.focused is self._list:
            self._host.explain("This is the list.")
        self._panes.show_reading(is_shown=False)
        self._screen.remove_class("-no-list")
        self._screen.set_focus(self._list)

    def to_transcript(self) -> None:
        """Go to the transcript, opening the selected conversation if it is not there yet, as on narrow terminals."""
        selected = self._list.highlighted
        if selected is not None and (self._screen.has_class("-narrow") or self._reading.is_opening):
            self._reading.open(selected)
        if self._reading.is_wanted:
            self._panes.show_reading(is_shown=True)
            self._screen.set_focus(self._reading.reader)
        else:
            self._host.explain("There is nothing to read; select a conversation first.")

    def toggle_list(self) -> None:
        """Hide or show the list."""
        self._screen.toggle_class("-no-list")
        if self._screen.has_class("-no-list"):
            self.to_transcript()
            if not self.is_reading:
                self._screen.remove_class("-no-list")
