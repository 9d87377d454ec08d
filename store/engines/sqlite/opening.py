"""Open one raw SQLite connection by our rules, and read what is large by its head.

Everything here is synchronous and runs on the thread that owns the connection. Whoever asks for a page gets all of
it: no cursor and no read transaction stays open, since either would keep the agent's WAL file growing.
"""

from __future__ import annotations

import codecs
import json
import os
import sqlite3
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from store.errors import EmptyFile, MissingFile, NotAFile, NotARegularFile, OpenError, PermissionRefused
from store.ironclaw0.sqlite.schema import Schema, probe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

BUSY_TIMEOUT_MS = 100
"""How long one try waits for a lock; the async side tries again, so that a cancel never waits longer."""

_SMALLEST_FILE = 100
_CACHE_KIB = 16_384
_TOO_BIG = 18
_LEAST_LIMIT = 4096

Identity = tuple[int, int]
"""Device and inode: what a file is, whatever name it goes by."""


class Replaced(str):
    """Text some of whose bytes were no UTF-8 and became U+FFFD."""

    __slots__ = ("size",)
    size: int
    """Bytes that it takes in the file."""


class Head(str):
    """The beginning of a value too large to be read at once."""

    __slots__ = ("is_blob", "is_replaced", "size")
    size: int
    """Bytes that the whole value takes in the file."""
    is_blob: bool
    is_replaced: bool


class Database(sqlite3.Connection):
    """A connection that knows what its file has."""

    schema: Schema


def decode(raw: bytes) -> str:
    """Return stored text, as ``Replaced`` where it is no UTF-8."""
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError:
        text = Replaced(raw.decode("utf-8", "replace"))
        text.size = len(raw)
        return text


def identify(path: Path) -> Identity | None:
    """Return what lies at the path, ``None`` if nothing does."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def shown(path: Path) -> str:
    """Return a path fit for a sentence: bytes that are no text become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def require_file(path: Path) -> Identity:
    """Return the identity of a file that may be opened; a FIFO, say, would block for ever.

    Raises:
        OpenError: nothing, or nothing that could be a database, lies there.
    """
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFile(f"There is no file at {shown(path)}; check the path.") from None
    except PermissionError:
        raise PermissionRefused(f"The system does not let us look at {shown(path)}; check its permissions.") from None
    except (OSError, ValueError):
        raise OpenError(f"The path {shown(path)} leads nowhere; check it.") from None
    if stat.S_ISDIR(found.st_mode):
        raise NotAFile(f"{shown(path)} is a directory; name the database file in it.")
    if not stat.S_ISREG(found.st_mode):
        raise NotARegularFile(f"{shown(path)} is not a regular file; name a database file.")
    if found.st_size < _SMALLEST_FILE:
        raise EmptyFile(f"The file {shown(path)} is empty; start IronClaw once, or name another file.")
    return found.st_dev, found.st_ino


def connect(path: Path, mode: Literal["ro", "rw"]) -> Database:
    """Open a connection that reads (``ro``) or also writes (``rw``); never creates a file."""
    require_file(path)
    db = sqlite3.connect(
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
def snapshot(db: Database) -> Iterator[None]:
    """Let several queries of one hop see the same state of the file."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")


def keys_json(keys: Iterable[int | str]) -> str:
    """Return row numbers, or ids, as the one parameter of ``rowid IN (SELECT value FROM json_each(?))``."""
    return json.dumps(list(keys))


def heads(db: Database, sql: str, parameters: Sequence[Any], *, limit: int | None) -> list[tuple[Any, ...]]:
    """Run a query for (rowid, content, …) of ``conversation_messages``, with contents over ``limit`` bytes by head.

    SQLite refuses, without loading it, a value over its length limit. Only then is each content read by itself, and
    one that is too large through a BLOB handle, which costs microseconds whatever its size. ``content`` in the query
    is written ``{content}``. The query must not sort, since a sort would copy contents.
    """
    if limit is None:
        return db.execute(sql.format(content="content"), parameters).fetchall()
    usual = db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(limit, _LEAST_LIMIT))
    try:
        try:
            return db.execute(sql.format(content="content"), parameters).fetchall()
        except sqlite3.DataError as error:
            if error.sqlite_errorcode != _TOO_BIG:
                raise
        rows = db.execute(sql.format(content="typeof(content)"), parameters).fetchall()
        contents = _contents(db, [row[0] for row in rows], limit)
        return [(row[0], contents.get(row[0]), *row[2:]) for row in rows]
    finally:
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, usual)


def _contents(db: Database, rowids: Iterable[int], limit: int) -> dict[int, object]:
    """Return contents by row number, those that are too large by head."""
    contents: dict[int, object] = {}
    left = sorted(rowids)
    while left:
        try:
            contents.update(_whole_contents(db, left))
            break
        except sqlite3.DataError as error:
            if error.sqlite_errorcode != _TOO_BIG:
                raise
        # The row at which SQLite stopped is the next one, or the one after it: the driver reads a row ahead.
        next_one = next(rowid for rowid in left if rowid not in contents)
        try:
            contents.update(_whole_contents(db, [next_one]))
        except sqlite3.DataError:
            contents[next_one] = _head(db, next_one, limit)
        left = [rowid for rowid in left if rowid > next_one]
    return contents


def _whole_contents(db: Database, rowids: Sequence[int]) -> sqlite3.Cursor:
    return db.execute(
        "SELECT rowid, content FROM conversation_messages WHERE rowid IN (SELECT value FROM json_each(?))"
        " ORDER BY rowid",
        (keys_json(rowids),),
    )


def _head(db: Database, rowid: int, limit: int) -> Head | None:
    """Return the beginning of a content through a BLOB handle, ``None`` if the row is gone."""
    found = db.execute(
        "SELECT typeof(m.content), e.encoding FROM conversation_messages AS m, pragma_encoding AS e"
        " WHERE m.rowid = ?",
        (rowid,),
    ).fetchone()
    if found is None:
        return None
    kind, encoding = found
    with db.blobopen("conversation_messages", "content", rowid, readonly=True) as blob:
        size, raw = len(blob), blob.read(limit)
    head = Head(codecs.getincrementaldecoder(encoding)("replace").decode(raw))
    head.size, head.is_blob, head.is_replaced = size, kind == "blob", "\ufffd" in head
    return head
