"""The connections of a store to one file: a reader, and a writer that exists from the first edit on.

When another file has taken the place of this one, both are closed at once, since even an idle one keeps the old
``-wal`` alive, and every call says so from then on. Going on with the new file takes a new ``DatabaseFile``.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, Self, TypeVar, cast

from store.engines.sqlite.connection import Reader, Writer
from store.engines.sqlite.file_watch import FileWatch
from store.files.paths import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.engines.sqlite.connection import Dialect
    from store.engines.sqlite.database import Database, Tables

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
U = TypeVar("U")


class DatabaseFile(Generic[S]):
    """Reader and writer of one file.

    Args:
        path: The database file.
        dialect: What is in it.
        deadline_s: How long, in seconds, to try it while another program has it locked.
    """

    def __init__(self, path: Path, dialect: Dialect[S], deadline_s: float) -> None:
        self.path = path
        self._dialect = dialect
        self.deadline_s = deadline_s
        self._watch = FileWatch(path)
        self._opening = asyncio.Lock()
        self.reader = Reader(self._watch, dialect, deadline_s, is_first=True, on_replaced=self.close)
        self.writer: Writer[S] | None = None

    async def open(self) -> Self:
        """Connect for reading.

        Raises:
            OpenError: the file cannot be opened as a database, or not as what the dialect knows.
            DatabaseBusy: another program holds it past the deadline.
        """
        self._watch.start()
        await self.reader.open()
        return self

    async def adopt(self: DatabaseFile[Tables], dialect: Dialect[U]) -> DatabaseFile[U]:
        """Go on with the format that the tables of the file told, on the same connection.

        Raises:
            OpenError: the format cannot read the file.
            DatabaseBusy: another program holds it past the deadline.
        """
        adopted = cast("DatabaseFile[U]", self)
        adopted._dialect = dialect
        adopted.reader = await self.reader.adopt(dialect, self.reader.schema)
        return adopted

    async def write(self, function: Callable[Concatenate[Database[S], P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function as one transaction of the writer, connecting it if this is the first.

        Raises:
            StoreError: what went wrong, by name. Other exceptions of the function pass unchanged.
        """
        async with self._opening:
            if self.writer is None:
                writer = Writer(self._watch, self._dialect, self.deadline_s, on_replaced=self.close)
                self.writer = await writer.open()
        return await self.writer.run(function, *args, **kwargs)

    async def checkpoint(self) -> None:
        """Bring what was written home from the ``-wal``, after a write too large to leave that to the agent."""
        if self.writer is not None:
            await self.writer.checkpoint()

    async def second_reader(self) -> Reader[S]:
        """Connect once more, for a query that may take long; the caller closes it."""
        return await Reader(self._watch, self._dialect, self.deadline_s, on_replaced=self.close).open()

    async def abandon(self) -> None:
        """Close every connection, for the path to be opened anew.

        Raises:
            DatabaseReplaced: the old file left something behind that would damage the new one.
        """
        file = shown(self._watch.path)
        self._watch.complaint = self._watch.complaint or f"{file} has been closed to be opened again; open it."
        await self.close()
        self._watch.require_no_leavings()

    async def close(self) -> None:
        """Close every connection. May be called twice."""
        try:
            if self.writer is not None:
                await self.writer.close()
        finally:
            await self.reader.close()
