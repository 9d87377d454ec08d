"""The connections of a store to a database on a server: a reader, and a writer that exists from the first edit on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, Self, TypeVar

from store.engines.postgres.connection import Lane, Reader, Writer
from store.errors import OpenError, StoreLost

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.engines.postgres.address import Address
    from store.engines.postgres.transaction import Database, Dialect

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")


class ServerDatabase(Generic[S]):
    """Reader and writer of one database; never a third connection.

    Args:
        address: Where it lies.
        dialect: What is in it.
        deadline_s: How long, in seconds, to try again what others are in the way of.
    """

    def __init__(self, address: Address, dialect: Dialect[S], deadline_s: float) -> None:
        self.address = address
        self.deadline_s = deadline_s
        self._dialect = dialect
        self._opening = asyncio.Lock()
        self._is_closed = False
        self.reader = Reader(address, dialect, deadline_s)
        self.writer: Writer[S] | None = None

    async def open(self) -> Self:
        """Connect for reading.

        Raises:
            OpenError: the server cannot be reached, refuses, or has not what the dialect knows.
        """
        await self.reader.open()
        return self

    async def write(self, function: Callable[Concatenate[Database[S], P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function as one transaction of the writer, connecting it if this is the first.

        Raises:
            CommitUnknown: the connection was lost while the transaction was being committed.
            StoreError: what went wrong, by name. Other exceptions of the function pass unchanged.
        """
        async with self._opening:
            if self._is_closed:
                raise ValueError("The store is closed.")
            if self.writer is None:
                self.writer = await self._new_writer()
        return await self.writer.run(function, *args, **kwargs)

    async def _new_writer(self) -> Writer[S]:
        try:
            return await Writer(self.address, self._dialect, self.deadline_s).open()
        except OpenError as error:
            # It was open before.
            raise StoreLost(str(error)) from None

    async def lane(self) -> Lane[S]:
        """Return the reader for steps that can be stopped by themselves."""
        return Lane(self.reader)

    async def close(self) -> None:
        """Close both connections. May be called twice."""
        self._is_closed = True
        try:
            if self.writer is not None:
                await self.writer.close()
        finally:
            await self.reader.close()
