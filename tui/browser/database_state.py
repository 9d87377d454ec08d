"""Whether what was opened is still there, and whole; a server that hung up is reached again by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from store.errors import DatabaseReplaced, MissingFile, StoreError, StoreLost
from tui.text.visible import visible
from tui.widgets.shared_messages import HistoryWanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui.browser.host import Host
    from tui.browser.session import Session

RECONNECT = "reconnect"
"""Group of the work of reaching a server again."""
LONGEST_PAUSE_S = 30.0
"""Seconds between two tries to reach a server, at most."""


class DatabaseState:
    """What is known of the database.

    Args:
        session: What the browser works with.
        host: Tells the reader, and runs the tries to reach a server.
        on_change: Called when ``marks`` changed.
        on_reopened: Called when another file was opened.
    """

    def __init__(
        self, session: Session, host: Host, *, on_change: Callable[[], None], on_reopened: Callable[[], None]
    ) -> None:
        self._session = session
        self._store = session.store
        self._shown = session.origin.shown
        self._pause_s = session.reconnect_seconds
        self._host = host
        self._on_change = on_change
        self._on_reopened = on_reopened
        self.on_reconnected: Callable[[], None] = on_change
        """Called when the server is back."""
        self._marks: tuple[str, ...] = ("read-only",) if session.is_read_only else ()
        self._lost: StoreLost | None = None
        self._is_told = False
        self._is_idle = False
        self._opening = asyncio.Lock()
        self._there = asyncio.Event()
        self._there.set()

    @property
    def marks(self) -> tuple[str, ...]:
        """Return words for the status bar, such as ``read-only``."""
        lost = () if self._lost is None else ("replaced",) if self._is_replaced else ("disconnected",)
        return (*self._marks, *lost, *(("idle",) if self._is_idle else ()))

    @property
    def is_lost(self) -> bool:
        """Tell whether what was opened is gone."""
        return self._lost is not None

    def show_idle(self, *, is_idle: bool) -> None:
        """Show whether the connection is closed, as nobody is there."""
        self._is_idle = is_idle
        self._on_change()

    async def until_there(self) -> None:
        """Wait until what was opened, or what took its place, can be reached."""
        await self._there.wait()

    async def reopen_if_lost(self) -> bool:
        """Open what took the place of what was lost; return whether that was done.

        Raises:
            StoreLost: what was opened is gone, and that was not known before.
            StoreError: what took its place cannot be opened.
        """
        was_lost = self._lost is not None
        await self._reopen()
        try:
            await self._store.ping()
        except StoreLost as error:
            self._note(error)
            raise
        return was_lost

    def report_lost(self, error: StoreLost) -> None:
        """Tell that what was opened is gone. A server is reached again by itself, a file when the reader asks."""
        self._note(error)
        if not self._is_told:
            self._is_told = True
            then = "ctrl+r opens it." if self._is_replaced else "What is shown stays."
            self._host.say(f"{error} {then}", is_error=True)

    async def check(self) -> None:
        """Look for damage; a damaged file is read on, and written no more."""
        if await self._store.check():
            self._marks = ("damaged", "read-only")
            self._on_change()
            self._host.app.notify(
                f"There is damage in {visible(self._shown)}; reading goes on, keep a copy of it.",
                severity="warning",
                markup=False,
                timeout=10,
            )

    @property
    def _is_replaced(self) -> bool:
        return isinstance(self._lost, DatabaseReplaced)

    def _note(self, error: StoreLost) -> None:
        was_lost, self._lost = self._lost is not None, error
        if was_lost:
            return
        self._is_told = False
        self._there.clear()
        self._on_change()
        if not self._is_replaced:
            self._host.run(self._reconnect, group=RECONNECT, exclusive=True)

    async def _reopen(self) -> None:
        async with self._opening:
            if self._lost is None:
                return
            was_replaced = self._is_replaced
            try:
                await self._store.reopen()
            except StoreLost:
                raise
            except StoreError as error:
                if was_replaced:
                    self._look_elsewhere(error)
                    raise
                # A server that does not let us in yet is still lost.
                raise StoreLost(str(error)) from None
            self._lost = None
            self._there.set()
            self._on_change()
            (self._on_reopened if was_replaced else self.on_reconnected)()

    def _look_elsewhere(self, error: StoreError) -> None:
        """Ask for the history from where it lies now, if its file is gone: IronClaw 1.x may have moved it."""
        if isinstance(error, MissingFile) and self._session.histories is not None:
            self._host.app.post_message(HistoryWanted(self._session.name))

    async def _reconnect(self) -> None:
        """Try to reach the server, after growing pauses; what stands in the way is told as often as it changes."""
        told = str(self._lost)
        for pause in pauses(self._pause_s):
            await asyncio.sleep(pause)
            if self._lost is None:
                return
            try:
                await self._reopen()
            except StoreError as error:
                if str(error) != told:
                    told = str(error)
                    self._host.say(told, is_error=True)


def pauses(first_s: float) -> Iterator[float]:
    """Return how long to wait before each try to reach a server, in seconds, without an end."""
    while True:
        yield min(first_s, LONGEST_PAUSE_S)
        first_s *= 2
