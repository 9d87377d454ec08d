"""Go to a date, a time, a position or a turn of the open conversation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.domain.moments import Destination
    from tui.browser.host import Host
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session


class GoToPlace:
    """The place that is asked for.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        reading: The pane with the open conversation.
    """

    def __init__(self, session: Session, host: Host, reading: ReadingPane) -> None:
        self._session = session
        self._host = host
        self._reading = reading

    def ask(self) -> None:
        """Ask for a place in the open conversation, and go there."""
        from tui.modals.go_to import GoToScreen

        total = self._reading.loader.counted or self._reading.transcript.total
        if self._reading.transcript.total:
            self._host.ask(GoToScreen(total, self._session.now(), self._session.tz), self._take)

    def _take(self, place: Destination | None) -> None:
        if place is not None:
            work = partial(self._go, place)
            self._host.run(work, group="go-to", exclusive=True, owner=self._reading, holds_keys=True)

    async def _go(self, place: Destination) -> None:
        position, total = await self._reading.loader.seek(place), self._reading.transcript.total
        if position is None:
            return
        if position >= total - 1:
            self._reading.reader.action_last()
            if position >= total:
                self._host.say("Nothing was written after that; this is the end.")
        else:
            self._reading.reader.go_to(position)
