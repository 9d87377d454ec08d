"""A connection for statements that take no transaction and may take minutes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import psycopg

from store.engines.postgres.connection_thread import ConnectionThread
from store.engines.postgres.failures import CANCELLED, is_server_failure, named, named_at_opening, state

if TYPE_CHECKING:
    from types import TracebackType

    from store.engines.postgres.address import Address


class Maintenance:
    """Runs one statement at a time, each by itself; ``async with`` connects and disconnects.

    Args:
        address: Where the database lies.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._thread = ConnectionThread()
        self._driver: psycopg.Connection[Any] | None = None

    async def __aenter__(self) -> Self:
        try:
            self._driver = await self._thread.run(self._address.connect)
        except Exception as error:
            failure = named_at_opening(error, self._address.shown) if is_server_failure(error) else error
        else:
            return self
        self._thread.end()
        raise failure

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._driver is not None:
            await self._thread.run(self._driver.close)
        self._thread.end()

    async def run(self, sql: str) -> bool:
        """Run a statement; return whether it was finished rather than stopped.

        Raises:
            StoreError: what the server said, by name.
        """
        assert self._driver is not None, "it is not connected"
        driver = self._driver
        try:
            await self._thread.run(lambda: driver.execute(sql.encode()))
        except psycopg.Error as error:
            if state(error) == CANCELLED:
                return False
            failure = named(error, self._address.shown)
        else:
            return True
        raise failure

    def stop(self) -> None:
        """Stop what is running, from any thread."""
        if self._driver is not None:
            with suppress(psycopg.Error):
                self._driver.cancel_safe(timeout=5)
