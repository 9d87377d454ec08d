"""Whether the open database is still the one that was opened, and whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import DatabaseReplaced, StoreLost
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.browser.host import Host
    from tui.browser.session import Session


class DatabaseState:
    """What is known of the file.

    Args:
        session: What the browser works with.
        host: Tells the reader.
        on_change: Called when ``marks`` changed.
        on_reopened: Called when another file was opened.
    """

    def __init__(
        self, session: Session, host: Host, *, on_change: Callable[[], None], on_reopened: Callable[[], None]
    ) -> None:
        self._store = session.store
        self._shown = session.origin.shown
        self._host = host
        self._on_change = on_change
        self._on_reopened = on_reopened
        self._marks: tuple[str, ...] = ("read-only",) if session.is_read_only else ()
        self._lost: StoreLost | None = None

    @property
    def marks(self) -> tuple[str, ...]:
        """Return words for the status bar, such as ``read-only``."""
        lost = () if self._lost is None else ("replaced",) if self._is_replaced else ("disconnected",)
        return (*self._marks, *lost)

    @property
    def is_lost(self) -> bool:
        """Tell whether what was opened is gone, and the reader was told."""
        return self._lost is not None

    async def reopen_if_lost(self) -> bool:
        """Open what took the place of what was lost, if the reader was told of it; return whether that was done.

        Raises:
            StoreLost: what was opened is gone, and the reader was not told yet.
        """
        was_lost, self._lost = self._lost is not None, None
        if was_lost:
            await self._store.reopen()
            self._on_change()
            self._on_reopened()
        try:
            await self._store.ping()
        except StoreLost as error:
            self._lost = error
            raise
        return was_lost

    def report_lost(self, error: StoreLost) -> None:
        """Tell that what was opened is gone; what took its place is opened when the reader asks."""
        self._lost = error
        self._on_change()
        self._host.say(f"{error} ctrl+r {'opens it' if self._is_replaced else 'connects again'}.", is_error=True)

    @property
    def _is_replaced(self) -> bool:
        return isinstance(self._lost, DatabaseReplaced)

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
