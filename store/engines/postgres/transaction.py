"""A transaction as the topic modules of a format see it: ask for rows, change some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import psycopg
from psycopg.adapt import Loader

from store.core.stored_values import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.abc import Buffer

    from store.engines.postgres.features import Features
    from store.errors import StoreError

S = TypeVar("S")


class Database(Generic[S]):
    """A connection within a transaction; knows what its server has.

    Args:
        driver: The connection.
        can: What the server can do.
    """

    schema: S
    """What the probe of the format returned."""

    def __init__(self, driver: psycopg.Connection[Any], can: Features) -> None:
        self.driver = driver
        self.can = can

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query; ``%s`` stands for a parameter."""
        return self.driver.execute(sql.encode(), parameters or None).fetchall()

    def row(self, sql: str, *parameters: object) -> tuple[Any, ...] | None:
        """Return the first row of a query, ``None`` if it has none."""
        found: tuple[Any, ...] | None = self.driver.execute(sql.encode(), parameters or None).fetchone()
        return found

    def value(self, sql: str, *parameters: object) -> Any:
        """Return the one value of a query, ``None`` if it has no row."""
        found = self.row(sql, *parameters)
        return None if found is None else found[0]

    def binary_row(self, sql: str) -> tuple[Any, ...] | None:
        """Return the first row of a query, its bytes as they are sent rather than in digits."""
        found: tuple[Any, ...] | None = self.driver.execute(sql.encode(), binary=True).fetchone()
        return found

    def attempt(self, sql: str, *parameters: object) -> Any:
        """Return the one value of a query, ``None`` if the server takes a parameter for none of its type."""
        self.driver.execute(b"SAVEPOINT attempt")
        try:
            found = self.value(sql, *parameters)
        except (psycopg.DataError, UnicodeEncodeError):
            self.driver.execute(b"ROLLBACK TO SAVEPOINT attempt")
            found = None
        self.driver.execute(b"RELEASE SAVEPOINT attempt")
        return found

    def change(self, sql: str, *parameters: object) -> int:
        """Run a statement that writes; return how many rows it changed."""
        return self.driver.execute(sql.encode(), parameters or None).rowcount


class OneQuery(Database[S]):
    """A transaction of one query, which goes to the server in one message and comes back in one.

    Args:
        db: The connection.
        begin: The statements that begin the transaction.
    """

    def __init__(self, db: Database[S], begin: bytes) -> None:
        super().__init__(db.driver, db.can)
        self.schema = db.schema
        self._begin = begin

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return all rows of the query; ``%s`` stands for a parameter."""
        with psycopg.ClientCursor(self.driver) as cursor:
            cursor.execute(b"%b; %b; COMMIT" % (self._begin, sql.encode()), parameters)
            while cursor.description is None:
                cursor.nextset()
            return cursor.fetchall()


class Dialect(NamedTuple, Generic[S]):
    """What a format tells the engine of its databases."""

    probe: Callable[[Database[Any], str], S]
    """Returns what a database has, ``Database.schema``; called with what to call it in a sentence."""
    duplicate: Callable[[str], StoreError] | None = None
    """Returns the failure to store what must be unique; called with what to call the database."""


class TolerantText(Loader):
    """Loads text of a server that keeps bytes of whatever kind."""

    def load(self, data: Buffer) -> str:
        """Return the text."""
        return decode(bytes(data))
