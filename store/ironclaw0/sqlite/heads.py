"""Read the contents of messages, those that are too large by their head.

SQLite refuses, without loading it, a value over its length limit. Only then is each content read by itself, and one
that is too large through a BLOB handle, which costs microseconds whatever its size.
"""

from __future__ import annotations

import codecs
import sqlite3
from typing import TYPE_CHECKING, Any

from store.core.stored_values import Head
from store.engines.sqlite.database import keys_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.ironclaw0.sqlite.schema import Database

_TOO_BIG = 18
"""SQLITE_TOOBIG."""
_LEAST_LIMIT = 4096


def heads(db: Database, sql: str, parameters: Sequence[Any], *, limit: int | None) -> list[tuple[Any, ...]]:
    """Run a query for (rowid, content, …) of ``conversation_messages``, with large contents by head.

    Args:
        db: The connection.
        sql: The query, with ``{content}`` for ``content``. It must not sort, since a sort would copy contents.
        parameters: Its parameters.
        limit: Bytes of a content that are read; ``None`` for all of it.
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
