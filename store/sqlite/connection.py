"""The two connections of a store: a reader, and a writer that exists from the first edit on.

A function of a topic module is run whole on the connection's own thread, in one hop: ``await reader.run(function,
*arguments)`` calls ``function(db, *arguments)`` there. A locked file is tried again in short steps up to a deadline,
so that a cancel never waits for a lock.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING, ClassVar, Concatenate, Literal, ParamSpec, Self, TypeVar

import aiosqlite

from store.errors import DatabaseReplaced
from store.sqlite.database import Database, Identity, connect, decode, identify, shown
from store.sqlite.failures import (
    is_busy,
    is_schema_change,
    is_sqlite_failure,
    is_undecodable,
    named,
    named_at_opening,
)
from store.sqlite.schema import probe
from store.waiting import unbroken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

P = ParamSpec("P")
T = TypeVar("T")

DEADLINE_S = 10.0
"""How long, in seconds, a locked file is tried again."""
_PAUSE_S = 0.02

# Its debug lines carry SQL parameters.
logging.getLogger("aiosqlite").setLevel(logging.INFO)


class Reader:
    """A connection that cannot write, on a thread of its own.

    Args:
        path: The database file.
        deadline_s: How long, in seconds, to try a locked file.
        is_first: This process has no other connection to the file.
    """

    mode: ClassVar[Literal["ro", "rw"]] = "ro"

    def __init__(self, path: Path, deadline_s: float = DEADLINE_S, *, is_first: bool = False) -> None:
        self.path = path
        self.deadline_s = deadline_s
        self._is_first = is_first
        self._driver: aiosqlite.Connection | None = None

    async def open(self) -> Self:
        """Connect.

        Raises:
            OpenError: the file cannot be opened as IronClaw's database.
            DatabaseBusy: it is locked past the deadline.
        """
        try:
            await self._patiently(lambda: unbroken(self._connect()))
        except BaseException as error:
            await self.close()
            if is_sqlite_failure(error):
                raise (named_at_opening if self._is_first else named)(error, self.path) from None
            raise
        return self

    async def run(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function on the connection's thread and return its result.

        Raises:
            StoreError: what SQLite said, by name. Other exceptions of the function pass unchanged.
        """
        path = self.path

        def work(db: Database) -> T:
            return _adapting(db, path, lambda: function(db, *args, **kwargs))

        try:
            return await self._patiently(lambda: self._hop(work))
        except Exception as error:
            if is_sqlite_failure(error):
                raise named(error, path) from None
            raise

    async def close(self) -> None:
        """Stop what is running and disconnect. May be called twice."""
        driver, self._driver = self._driver, None
        if driver is not None:
            await driver.interrupt()
            await driver.close()

    async def _connect(self) -> None:
        path, mode = self.path, self.mode
        driver = aiosqlite.Connection(lambda: connect(path, mode), iter_chunk_size=64)
        # The process must always exit.
        driver._thread.daemon = True
        try:
            await driver
        except BaseException:
            # It only has to notice its end.
            driver._thread.join()
            raise
        self._driver = driver

    async def _hop(self, work: Callable[[Database], T]) -> T:
        if self._driver is None:
            raise ValueError("The store is closed.")
        # One hop for many statements.
        result: T = await self._driver._execute(work, self._driver._conn)  # type: ignore[no-untyped-call]
        return result

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


class Writer(Reader):
    """A connection that writes, one short transaction a call."""

    mode = "rw"

    def __init__(self, path: Path, identity: Identity, deadline_s: float = DEADLINE_S) -> None:
        super().__init__(path, deadline_s)
        self._identity = identity

    async def _hop(self, work: Callable[[Database], T]) -> T:
        """Run the work as one transaction; a cancel waits for its end, so that no lock is left without an owner."""
        path, identity = self.path, self._identity
        return await unbroken(super()._hop(lambda db: _in_transaction(db, path, identity, work)))

    async def _connect(self) -> None:
        check_identity(self.path, self._identity)
        await super()._connect()


def check_identity(path: Path, identity: Identity) -> None:
    """Refuse a file that took the place of the one we opened: writing would destroy it.

    Raises:
        DatabaseReplaced: another file, or none, lies at the path.
    """
    if identify(path) != identity:
        raise DatabaseReplaced(f"Another file has taken the place of {shown(path)}; open it again.")


def _adapting(db: Database, path: Path, work: Callable[[], T]) -> T:
    """Do the work; once more, if it met bytes that are no UTF-8, or a table or column that has gone."""
    try:
        return work()
    except sqlite3.OperationalError as error:
        if is_undecodable(error):
            db.text_factory = decode
        elif is_schema_change(error):
            db.schema = probe(db, shown(path))
        else:
            raise
    return work()


def _in_transaction(db: Database, path: Path, identity: Identity, work: Callable[[Database], T]) -> T:
    check_identity(path, identity)
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return result
