"""Whether the open database is still the one that was opened, and whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import DatabaseReplaced
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
        self.is_replaced = False
        """Whether another file took the place of ours, and the reader was told."""

    @property
    def marks(self) -> tuple[str, ...]:
        """Return words for the status bar, such as ``read-only``."""
        return (*self._marks, *(("replaced",) if self.is_replaced else ()))

    async def reopen_if_replaced(self) -> bool:
        """Open the file that took the place of ours, if the reader was told of it; return whether one was opened.

        Raises:
            DatabaseReplaced: another file lies there, and the reader was not told yet.
        """
        was_replaced, self.is_replaced = self.is_replaced, False
        if was_replaced:
            await self._store.reopen()
            self._on_change()
            self._on_reopened()
        try:
            await self._store.change_token()
        except DatabaseReplaced:
            self.is_replaced = True
            raise
        return was_replaced

    def report_replaced(self, error: DatabaseReplaced) -> None:
        """Tell that another file took the place of ours; it is opened when the reader asks."""
        self.is_replaced = True
        self._on_change()
        self._host.say(f"{error} ctrl+r opens it.", is_error=True)

    async def check(self) -> None:
        """Look for damage; a damaged file is read on, and written no more."""
        if await self._store.check():
            self._marks = ("damaged", "read-only")
            self._on_change()
            self._host.app.notify(
                f"SQLite finds damage in {visible(self._shown)}; reading goes on, keep a copy of the file.",
                severity="warning",
                markup=False,
                timeout=10,
            )
