"""The connections of a store: readers, and a writer, each on a thread of its own.

A function of a topic module is run whole on the connection's own thread, in one hop: ``await reader.run(function,
*arguments)`` calls ``function(db, *arguments)`` there. A locked file is tried again in short steps up to a deadline,
so that a cancel never waits for a lock.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Concatenate, Generic, Literal, NamedTuple, ParamSpec, Self, TypeVar, cast

import aiosqlite

from store.core.stored_values import decode
from store.core.uninterrupted import to_completion
from store.engines.sqlite.database import Database, connect, look, schema_version
from store.engines.sqlite.failures import (
    is_busy,
    is_schema_change,
    is_sqlite_failure,
    is_undecodable,
    named,
    named_at_opening,
)
from store.errors import DatabaseReplaced

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from store.engines.sqlite.database import Probe, Tables
    from store.engines.sqlite.file_watch import FileWatch
    from store.errors import StoreError

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
U = TypeVar("U")

DEADLINE_S = 10.0
"""How long, in seconds, a locked file is tried again."""
_PAUSE_S = 0.02

# Its debug lines carry SQL parameters.
logging.getLogger("aiosqlite").setLevel(logging.INFO)


class Dialect(NamedTuple, Generic[S]):
    """What a format tells the engine of its files."""

    probe: Probe[S]
    """Returns what a file has, ``Database.schema``."""
    duplicate: Callable[[str], StoreError] | None = None
    """Returns the failure to store what must be unique; called with what to call the file."""


class Reader(Generic[S]):
    """A connection that cannot write, on a thread of its own.

    Args:
        watch: The database file.
        dialect: What is in it.
        deadline_s: How long, in seconds, to try a locked file.
        is_first: This process has no other connection to the file.
        on_replaced: Closes every connection, this one too, to a file that is not there any more.
    """

    mode: ClassVar[Literal["ro", "rw"]] = "ro"

    def __init__(
        self,
        watch: FileWatch,
        dialect: Dialect[S],
        deadline_s: float,
        *,
        is_first: bool = False,
        on_replaced: Callable[[], Awaitable[None]],
    ) -> None:
        self.path = watch.path
        self.deadline_s = deadline_s
        self._watch = watch
        self._dialect = dialect
        self._is_first = is_first
        self._on_replaced = on_replaced
        self._driver: aiosqlite.Connection | None = None
        self._is_closed = False

    async def open(self) -> Self:
        """Connect.

        Raises:
            OpenError: the file cannot be opened as a database, or not as what the dialect knows.
            DatabaseBusy: it is locked past the deadline.
        """
        try:
            await self._patiently(lambda: to_completion(self._connect()))
        except BaseException as error:
            await self.close()
            if isinstance(error, Exception):
                await self._let_go_if_replaced()
            if is_sqlite_failure(error):
                name = named_at_opening if self._is_first else named
                raise name(error, self.path, self._dialect.duplicate) from None
            raise
        return self

    @property
    def schema(self) -> S:
        """Return what the file had when that was last looked at."""
        if self._driver is None:
            raise ValueError("The store is closed.")
        found: S = self._driver._conn.schema  # type: ignore[attr-defined]  # connect() made it
        return found

    async def adopt(self, dialect: Dialect[U], tables: Tables) -> Reader[U]:
        """Go on with what a format tells of the file, on the same connection.

        Args:
            dialect: What the format tells.
            tables: The tables of the file.

        Raises:
            StoreError: what went wrong, by name; what the format's probe raised.
        """
        adopted = cast("Reader[U]", self)
        adopted._dialect = dialect
        await adopted.run(look, self.path, dialect.probe, tables)
        return adopted

    async def run(self, function: Callable[Concatenate[Database[S], P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function on the connection's thread and return its result.

        Raises:
            DatabaseReplaced: another file, or none, lies at the path; every connection is closed.
            StoreError: what SQLite said, by name. Other exceptions of the function pass unchanged.
        """

        def work(db: Database[S]) -> T:
            return self._adapting(db, lambda: function(db, *args, **kwargs))

        try:
            return await self._patiently(lambda: self._hop(work))
        except Exception as error:
            await self._let_go_if_replaced()
            if is_sqlite_failure(error):
                raise named(error, self.path, self._dialect.duplicate) from None
            raise

    async def close(self) -> None:
        """Stop what is running and disconnect. May be called twice, and is never cut short itself."""
        self._is_closed = True
        await to_completion(self._disconnect())

    async def _disconnect(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            # A stuck writer has closed its connection already.
            with suppress(sqlite3.ProgrammingError):
                await driver.interrupt()
            await driver.close()

    async def _let_go_if_replaced(self) -> None:
        if self._watch.complaint is not None:
            await to_completion(self._on_replaced())
            raise DatabaseReplaced(self._watch.complaint) from None

    async def _connect(self) -> None:
        if not self._is_first:
            # SQLite would make the files beside it anew.
            self._watch.require_same()
        path, mode, probe = self.path, self.mode, self._dialect.probe
        at_rest = self._watch.is_at_rest
        driver = aiosqlite.Connection(lambda: connect(path, mode, probe, at_rest=at_rest), iter_chunk_size=64)
        # The process must always exit.
        driver._thread.daemon = True
        try:
            await driver
        except BaseException:
            # It only has to notice its end.
            driver._thread.join()
            raise
        self._driver = driver

    async def _hop(self, work: Callable[[Database[S]], T]) -> T:
        if self._driver is None or self._is_closed:
            raise ValueError("The store is closed.")
        # One hop for many statements.
        result: T = await self._driver._execute(self._do, self._driver._conn, work)  # type: ignore[no-untyped-call]
        return result

    def _do(self, db: Database[S], work: Callable[[Database[S]], T]) -> T:
        """Do the work, on the connection's thread."""
        self._watch.require_same()
        return work(db)

    def _adapting(self, db: Database[S], work: Callable[[], T]) -> T:
        """Do the work; once more, if it met bytes that are no UTF-8, or a table or column that has gone.

        What has changed without a failure is looked at first: a view in the place of a table has no row numbers.
        """
        try:
            if schema_version(db) != db.schema_version:
                look(db, self.path, self._dialect.probe)
            return work()
        except sqlite3.OperationalError as error:
            if is_undecodable(error):
                db.text_factory = decode
            elif is_schema_change(error):
                look(db, self.path, self._dialect.probe)
            else:
                raise
        return work()

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try until the file is not locked or the deadline has passed."""
        clock = asyncio.get_running_loop().time
        give_up = clock() + self.deadline_s
        while True:
            try:
                return await attempt()
            except Exception as error:
                if not is_busy(error) or clock() >= give_up:
                    raise
            await asyncio.sleep(_PAUSE_S)


class Writer(Reader[S]):
    """A connection that writes, one short transaction a call."""

    mode = "rw"
    _is_stuck = False
    """A transaction could not be ended but by closing the connection."""

    async def _hop(self, work: Callable[[Database[S]], T]) -> T:
        """Run the work as one transaction; a cancel waits for its end, so that no lock is left without an owner."""
        if self._is_stuck and not self._is_closed:
            await to_completion(self._connect_again())
        return await to_completion(super()._hop(work))

    async def checkpoint(self) -> None:
        """Copy the ``-wal`` into the file and empty it, as far as other connections leave it free."""
        if self._driver is not None:
            await self._driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _connect_again(self) -> None:
        await self._disconnect()
        await self._connect()
        self._is_stuck = False

    def _do(self, db: Database[S], work: Callable[[Database[S]], T]) -> T:
        self._watch.require_same()
        self._watch.require_writable()
        db.execute("BEGIN IMMEDIATE")
        try:
            # The lock may have been long in coming.
            self._watch.require_same()
            self._watch.require_whole(db)
            result = work(db)
            db.execute("COMMIT")
        except BaseException:
            self._roll_back(db)
            raise
        return result

    def _roll_back(self, db: Database[S]) -> None:
        if not db.in_transaction:
            return
        try:
            db.execute("ROLLBACK")
        except sqlite3.Error:
            self._is_stuck = True
            db.close()
