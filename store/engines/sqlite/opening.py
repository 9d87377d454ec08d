"""Open one raw SQLite connection by our rules.

Everything here is synchronous and runs on the thread that owns the connection. Whoever asks for a page gets all of
it: no cursor and no read transaction stays open, since either would keep the agent's WAL file growing.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from store.core.stored_values import decode
from store.files.paths import require_file, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

S = TypeVar("S")

BUSY_TIMEOUT_MS = 100
"""How long one try waits for a lock; the async side tries again, so that a cancel never waits longer."""

_CACHE_KIB = 16_384


class Database(sqlite3.Connection, Generic[S]):
    """A connection that knows what its file has."""

    schema: S
    """What the probe of the format returned."""


def connect(path: Path, mode: Literal["ro", "rw"], probe: Callable[[sqlite3.Connection, str], S]) -> Database[S]:
    """Open a connection that reads (``ro``) or also writes (``rw``); never creates a file.

    Args:
        path: The database file.
        mode: Whether it may write.
        probe: Returns what the file has; called with the connection and with what to call the file in a sentence.

    Raises:
        OpenError: nothing that could be a database lies at the path, or the probe refused it.
        sqlite3.Error: SQLite cannot open it.
    """
    require_file(path)
    db: Database[S] = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_MS / 1000,
        isolation_level=None,
        factory=Database,
    )
    try:
        db.text_factory = decode
        db.execute("PRAGMA cell_size_check = ON")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if mode == "ro":
            db.execute("PRAGMA query_only = ON")
        else:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA wal_autocheckpoint = 0")
        db.schema = probe(db, shown(path))
        # The quick way, until a text turns up that is no UTF-8.
        db.text_factory = str
    except BaseException:
        db.close()
        raise
    return db


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
