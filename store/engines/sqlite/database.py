"""Open one raw SQLite connection by our rules.

Everything here is synchronous and runs on the thread that owns the connection. Whoever asks for a page gets all of
it: no cursor and no read transaction stays open, since either would keep the agent's WAL file growing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from store.core.stored_values import decode
from store.files.paths import require_file, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

S = TypeVar("S")
Tables = frozenset[str]
"""The names of the tables of a file, in lower case."""
Probe = Callable[[sqlite3.Connection, str, Tables], S]
"""Returns what a file has; called with a connection, what to call the file in a sentence, and its tables."""

BUSY_TIMEOUT_MS = 100
"""How long one try waits for a lock; the async side tries again, so that a cancel never waits longer."""

_CACHE_KIB = 2000


class Database(sqlite3.Connection, Generic[S]):
    """A connection that knows what its file has."""

    schema: S
    """What the probe of the format returned."""
    schema_version: int
    """Which schema that was; SQLite counts its changes."""


def connect(path: Path, mode: Literal["ro", "rw"], probe: Probe[S], *, at_rest: bool = False) -> Database[S]:
    """Open a connection that reads (``ro``) or also writes (``rw``); never creates a file.

    Args:
        path: The database file.
        mode: Whether it may write.
        probe: Returns what the file has.
        at_rest: Nobody writes to the file: read it without locks, and make no file beside it.

    Raises:
        OpenError: nothing that could be a database lies at the path, or the probe refused it.
        sqlite3.Error: SQLite cannot open it.
    """
    require_file(path)
    db: Database[S] = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' * at_rest}",
        uri=True,
        timeout=BUSY_TIMEOUT_MS / 1000,
        isolation_level=None,
        factory=Database,
    )
    try:
        db.execute("PRAGMA cell_size_check = ON")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if mode == "ro":
            db.execute("PRAGMA query_only = ON")
        else:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA wal_autocheckpoint = 0")
        look(db, path, probe)
    except BaseException:
        db.close()
        raise
    return db


def look(db: Database[S], path: Path, probe: Probe[S], tables: Tables | None = None) -> None:
    """Note what a file has.

    Args:
        db: A connection to it.
        path: The database file.
        probe: Returns what the file has.
        tables: Its tables, if they are known.
    """
    # ``str`` is the quick way, until a text turns up that is no UTF-8.
    usual, db.text_factory = db.text_factory, decode
    try:
        version = schema_version(db)
        db.schema = probe(db, shown(path), _tables(db) if tables is None else tables)
        db.schema_version = version
    finally:
        db.text_factory = usual


def schema_version(db: sqlite3.Connection) -> int:
    """Return a number that changes with every change of the schema, whoever makes it."""
    (version,) = db.execute("PRAGMA schema_version").fetchone()
    return int(version)


def _tables(db: sqlite3.Connection) -> Tables:
    rows = db.execute("SELECT lower(name) FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL")
    return frozenset(name for (name,) in rows.fetchall())


@contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """Let several queries of one hop see the same state of the file."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")


def keys_json(keys: Iterable[int | str]) -> str:
    """Return row numbers, or ids, as the one parameter of ``rowid IN (SELECT value FROM json_each(?))``."""
    return json.dumps(list(keys))
