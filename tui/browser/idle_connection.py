"""Closes the connection to a file of IronClaw 1.x while nobody is there, and opens it again for whoever comes.

An IronClaw that was updated moves its file, and refuses to begin as long as any process, a mere reader too, has it
open. Meanwhile the file and its ``-wal`` are watched from outside.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from store.core.uninterrupted import to_completion
from store.errors import DatabaseReplaced, StoreError
from store.files.paths import written_state
from tui.browser.database_state import RECONNECT
from tui.browser.live_updates import INDEX, WATCH
from tui.widgets.key_queue import KeyQueue

if TYPE_CHECKING:
    from store.files.paths import WrittenState
    from tui.browser.catch_up import CatchUp
    from tui.browser.database_state import DatabaseState
    from tui.browser.host import Host
    from tui.browser.live_updates import LiveUpdates
    from tui.browser.session import Session

IDLE = "idle"
"""Group of the work of closing and opening the connection."""
LOOK_S = 1.0
"""How often, in seconds, to look whether anybody is there, or the file has changed."""
AGAIN_S = 60.0
"""After how many seconds a connection that was opened for a change is closed again if nobody came."""


class IdleConnection:
    """The connection to one file.

    Args:
        session: What the browser works with.
        host: Runs all that uses the store, so that nothing does while it is closed.
        database: Shows that nothing is followed.
        live: The feed, which has a connection of its own.
        catch_up: Takes in what was written meanwhile.
    """

    def __init__(
        self, session: Session, host: Host, database: DatabaseState, live: LiveUpdates, catch_up: CatchUp
    ) -> None:
        self._store = session.store
        self._path = session.origin.path
        self._idle_s = session.idle_seconds
        self._host = host
        self._database = database
        self._live = live
        self._catch_up = catch_up
        self._opening = asyncio.Lock()
        self._closed_as: WrittenState | None = None
        """What the file was when the connection was closed; ``None`` while it is open."""
        self._changed_at = monotonic()
        """When the connection was opened or closed, by the monotonic clock."""
        self._is_for_change = False

    @property
    def is_closed(self) -> bool:
        """Tell whether nobody here has the file open."""
        return self._closed_as is not None

    def start(self) -> None:
        """Look from now on whether anybody is there."""
        self._host.gate = self._open
        self._host.later(min(LOOK_S, self._idle_s), self._look)

    def _look(self) -> None:
        self._host.later(min(LOOK_S, self._idle_s), self._look)
        since = monotonic() - self._changed_at
        app = self._host.app
        rest = app.rest_s if isinstance(app, KeyQueue) else since
        if self._closed_as is None:
            limit = min(self._idle_s, AGAIN_S) if self._is_for_change and rest > since else self._idle_s
            if min(rest, since) >= limit and not self._is_used and not self._database.is_lost:
                self._host.run(self._close, group=IDLE)
        elif rest < since or self._written_state != self._closed_as:
            self._is_for_change = rest >= since
            self._host.run(self._open, group=IDLE)

    @property
    def _is_used(self) -> bool:
        return self._host.is_working(besides=(WATCH, INDEX, IDLE, RECONNECT))

    @property
    def _written_state(self) -> WrittenState:
        return written_state(self._path) if self._path is not None else ()

    async def _close(self) -> None:
        async with self._opening:
            if self._is_used:
                # It came between the look and here; what comes from now on waits for the lock.
                return
            self._live.stop()
            await self._store.close()
            self._closed_as, self._changed_at = self._written_state, monotonic()
            self._database.show_idle(is_idle=True)

    async def _open(self) -> None:
        """Open the connection again, if it is closed.

        Raises:
            DatabaseReplaced: what lies there now cannot be opened.
        """
        async with self._opening:
            if self._closed_as is not None:
                # Work that is cancelled, as by the next letter of a search, leaves nothing half open.
                await to_completion(self._reopen())

    async def _reopen(self) -> None:
        self._closed_as, self._changed_at = None, monotonic()
        self._database.show_idle(is_idle=False)
        try:
            await self._store.reopen()
        except DatabaseReplaced:
            raise
        except StoreError as error:
            raise DatabaseReplaced(str(error)) from None
        self._catch_up.run()
