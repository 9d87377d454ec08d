"""The connections of a store to a server: one that reads, and one that writes, each on a thread of its own.

A function of a topic module is run whole on the connection's thread as one short transaction: ``await
reader.run(function, *arguments)`` calls ``function(db, *arguments)`` there. Nothing outlives that transaction, no
setting, no prepared statement, no snapshot, so that a pooler between us and the server breaks nothing.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, ParamSpec, Self, TypeVar

import psycopg

from store.core.matching import StoppedError
from store.core.uninterrupted import to_completion
from store.engines.postgres import features
from store.engines.postgres.connection_thread import ConnectionThread
from store.engines.postgres.failures import AGAIN, is_lost, is_server_failure, named, named_at_opening, state
from store.engines.postgres.transaction import Database, OneQuery, TolerantText
from store.errors import CommitUnknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.engines.postgres.address import Address
    from store.engines.postgres.features import Features
    from store.engines.postgres.transaction import Dialect

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")

DEADLINE_S = 10.0
"""How long, in seconds, a transaction that others are in the way of is tried again."""
READ_S, WRITE_S, LOCK_S = 15.0, 10.0, 2.0
"""How long, in seconds, a statement that reads or writes may take, and may wait for a lock."""
_PAUSE_S = 0.02


class _Job(Generic[T]):
    """A function that runs, or will, or did."""

    def __init__(self, function: Callable[[], T], guard: Lock) -> None:
        self._function = function
        self._guard = guard
        self.is_running = False
        self.is_unwanted = False

    def __call__(self) -> T:
        with self._guard:
            if self.is_unwanted:
                raise StoppedError
            self.is_running = True
        try:
            return self._function()
        finally:
            with self._guard:
                self.is_running = False


class Reader(Generic[S]):
    """A connection whose transactions cannot write.

    Args:
        address: Where the database lies.
        dialect: What is in it.
        deadline_s: How long, in seconds, to try again what others are in the way of.
    """

    statement_s: ClassVar[float] = READ_S
    lock_s: ClassVar[float | None] = None

    def __init__(self, address: Address, dialect: Dialect[S], deadline_s: float = DEADLINE_S) -> None:
        self.shown = address.shown
        self.deadline_s = deadline_s
        self._address = address
        self._dialect = dialect
        self._thread = ConnectionThread()
        self._guard = Lock()
        """Held while a running query is cancelled, so that no other query is met."""
        self._db: Database[S] | None = None
        self._begin = b""
        self._is_closed = False

    @property
    def schema(self) -> S:
        """Return what the database had when that was looked at."""
        return self._known.schema

    @property
    def can(self) -> Features:
        """Return what the server can do."""
        return self._known.can

    @property
    def _known(self) -> Database[S]:
        if self._db is None:
            raise ValueError("The store is closed.")
        return self._db

    async def open(self) -> Self:
        """Connect.

        Raises:
            OpenError: the server cannot be reached, refuses, or has not what the dialect knows.
        """
        try:
            await to_completion(self._thread.run(self._connect))
        except Exception as error:
            failure = named_at_opening(error, self.shown) if is_server_failure(error) else error
        except BaseException:
            await self.close()
            raise
        else:
            return self
        await self.close()
        # Raised outside: what the driver said may quote the address.
        raise failure

    async def run(self, function: Callable[Concatenate[Database[S], P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function as one transaction on the connection's thread and return its result.

        A cancel stops what the server is doing for it.

        Raises:
            StoreLost: the connection is gone; every further call says so.
            StoreError: what the server said, by name. Other exceptions of the function pass unchanged.
        """
        return await self._run(self._job(function, *args, **kwargs))

    async def look(self, function: Callable[Concatenate[Database[S], P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function that asks for the rows of one query, in one message to the server, and return its result.

        Raises:
            StoreLost: the connection is gone.
            StoreError: what the server said, by name. Other exceptions of the function pass unchanged.
        """
        return await self._run(_Job(lambda: self._one_query(lambda db: function(db, *args, **kwargs)), self._guard))

    async def ask(self, sql: str) -> Any:
        """Return the one value of a query of one statement, which needs no transaction around it.

        Raises:
            StoreLost: the connection is gone.
            StoreError: what the server said, by name.
        """
        return await self._run(_Job(lambda: self._known.value(sql), self._guard))

    def _job(self, function: Callable[Concatenate[Database[S], P], T], *args: P.args, **kwargs: P.kwargs) -> _Job[T]:
        return _Job(lambda: self._transaction(lambda db: function(db, *args, **kwargs)), self._guard)

    async def _run(self, job: _Job[T]) -> T:
        clock = asyncio.get_running_loop().time
        give_up = clock() + self.deadline_s
        while True:
            if self._is_closed:
                raise ValueError("The store is closed.")
            try:
                return await self._hop(job)
            except asyncio.CancelledError:
                self.stop(job)
                raise
            except Exception as error:
                if not is_server_failure(error):
                    raise
                if state(error) not in AGAIN or clock() >= give_up:
                    failure = named(error, self.shown, self._dialect.duplicate)
                    break
            await asyncio.sleep(_PAUSE_S)
        raise failure

    async def _hop(self, job: _Job[T]) -> T:
        return await self._thread.run(job)

    def stop(self, job: _Job[Any]) -> None:
        """Let a function not begin any more, or stop what the server is doing for it."""
        job.is_unwanted = True
        if job.is_running:
            Thread(target=self._cancel, args=(job,), daemon=True).start()

    def _cancel(self, job: _Job[Any]) -> None:
        with self._guard, suppress(psycopg.Error):
            if job.is_running and self._db is not None:
                self._db.driver.cancel_safe(timeout=2)

    async def close(self) -> None:
        """Disconnect. May be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        db, self._db = self._db, None
        if db is not None:
            Thread(target=self._hang_up, args=(db.driver,), daemon=True).start()
        self._thread.end()

    def _hang_up(self, driver: psycopg.Connection[Any]) -> None:
        """Stop what is running and disconnect."""
        with self._guard, suppress(psycopg.Error):
            if driver.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                driver.cancel_safe(timeout=2)
        with suppress(psycopg.Error):
            driver.close()

    def _connect(self) -> None:
        """Connect and look what is there, on the connection's thread."""
        driver = self._address.connect()
        try:
            can = features.probe(driver)
            if can.encoding == "SQL_ASCII":
                # Such a server sends no text as UTF-8 that is none.
                driver.close()
                driver = self._address.connect(can.encoding)
                for name in ("text", "varchar", "name", "jsonb", "json"):
                    driver.adapters.register_loader(name, TolerantText)
            db: Database[S] = Database(driver, can)
            self._begin = can.transaction(self._kind(can), statement_s=self.statement_s, lock_s=self.lock_s).encode()
            driver.execute(self._begin)
            db.schema = self._dialect.probe(db, self.shown)
            driver.execute(b"COMMIT")
        except BaseException:
            driver.close()
            raise
        self._db = db

    def _kind(self, _: Features) -> str:
        """Return isolation level and access of transactions."""
        return "REPEATABLE READ READ ONLY"

    def _transaction(self, work: Callable[[Database[S]], T]) -> T:
        """Run work between BEGIN and COMMIT, on the connection's thread."""
        db = self._known
        try:
            db.driver.execute(self._begin)
            result = work(db)
        except BaseException:
            self._roll_back(db)
            raise
        self._commit(db)
        return result

    def _one_query(self, work: Callable[[Database[S]], T]) -> T:
        """Run work whose one query brings its own BEGIN and COMMIT, on the connection's thread."""
        try:
            return work(OneQuery(self._known, self._begin))
        except BaseException:
            self._roll_back(self._known)
            raise

    def _commit(self, db: Database[S]) -> None:
        db.driver.execute(b"COMMIT")

    def _roll_back(self, db: Database[S]) -> None:
        with suppress(psycopg.Error):
            if db.driver.pgconn.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                db.driver.execute(b"ROLLBACK")


class Writer(Reader[S]):
    """A connection that writes, one short transaction a call."""

    statement_s = WRITE_S
    lock_s = LOCK_S

    def _kind(self, can: Features) -> str:
        """Return isolation level and access: where nothing can be locked by name, conflicts end a transaction."""
        return f"{'READ COMMITTED' if can.has_locks else 'SERIALIZABLE'} READ WRITE"

    async def _hop(self, job: _Job[T]) -> T:
        """Run the transaction to its end; a cancel waits for it."""
        return await to_completion(super()._hop(job))

    def _transaction(self, work: Callable[[Database[S]], T]) -> T:
        if self._db is not None and self._is_gone(self._db):
            self._connect()
        return super()._transaction(work)

    def _is_gone(self, db: Database[S]) -> bool:
        """Tell whether the connection was lost while nothing was asked of it; nothing is lost with it then."""
        try:
            db.driver.execute(b"SELECT 1")
        except psycopg.Error as error:
            if is_lost(error):
                return True
            raise
        return False

    def _commit(self, db: Database[S]) -> None:
        try:
            super()._commit(db)
        except psycopg.Error as error:
            if not is_lost(error):
                raise
            is_cut_off = True
        else:
            is_cut_off = False
        if is_cut_off:
            raise CommitUnknown(
                f"The connection to {self.shown} was lost while this was saved: it is unknown whether it is stored."
            )


class Lane(Generic[S]):
    """Implements ``store.core.step_search.Lane`` over a reader that others use, too.

    Args:
        reader: The connection.
    """

    def __init__(self, reader: Reader[S]) -> None:
        self._reader = reader
        self._jobs: set[_Job[Any]] = set()
        self._is_closed = False

    async def run(self, function: Callable[Concatenate[Database[S], P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function as one transaction and return its result."""
        if self._is_closed:
            raise ValueError("The store is closed.")
        job = self._reader._job(function, *args, **kwargs)
        self._jobs.add(job)
        try:
            return await self._reader._run(job)
        finally:
            self._jobs.discard(job)

    async def ask(self, sql: str) -> Any:
        """Return the one value of a query of one statement, which needs no transaction around it."""
        return await self._reader.ask(sql)

    async def close(self) -> None:
        """Stop what is running; the reader goes on. May be called twice."""
        self._is_closed = True
        for job in tuple(self._jobs):
            self._reader.stop(job)
