"""Go to a date, a time, a position or a turn of the open conversation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.domain.moments import Stretch
from tui.text import times

if TYPE_CHECKING:
    from datetime import datetime

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
        else:
            self._host.explain("There is no message here.")

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
        if isinstance(place, Stretch) and position < total:
            self._tell_gap(place, await self._reading.loader.written_at(position))

    def _tell_gap(self, sought: Stretch, found: datetime | None) -> None:
        """Say so if nothing was written in the stretch that was asked for, or on the day of the moment."""
        tz = self._session.tz
        next_day = times.day(found, tz)
        is_moment = sought.start == sought.end
        if found is None or found < sought.end or (is_moment and next_day == times.day(sought.start, tz)):
            return
        words = times.stretch_words(sought, tz)
        if is_moment:
            words = f"{times.day(sought.start, tz)}, from {times.clock(sought.start, tz)} on"
        self._host.say(f"{words}: nothing was written. This is the next message, of {next_day}.")
