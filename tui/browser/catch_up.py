"""Goes on where the reader is, after nothing could be read for a while: no pane begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.browser.host import Host
    from tui.browser.list_pane import ListPane
    from tui.browser.live_updates import LiveUpdates
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.unseen import UnseenMarks


class CatchUp:
    """What has to be read again once the store can be read again.

    Args:
        host: Runs, says and asks.
        list_pane: Shows what is listed.
        reading: Shows what is open.
        live: The feed, whose connection is gone.
        unseen: Counts what is new.
    """

    def __init__(
        self, host: Host, *, list_pane: ListPane, reading: ReadingPane, live: LiveUpdates, unseen: UnseenMarks
    ) -> None:
        self._host = host
        self._list = list_pane
        self._reading = reading
        self._live = live
        self._unseen = unseen

    def run(self) -> None:
        """Take in what was written meanwhile, and follow again."""
        self._live.start()
        self._list.catch_up()
        self._reading.read_again(is_reconnected=True)
        self._host.run(self._unseen.start, group="unseen", exclusive=True)
        selected = self._list.conversations.highlighted
        if not self._reading.is_wanted and selected is not None:
            self._reading.open(selected)
