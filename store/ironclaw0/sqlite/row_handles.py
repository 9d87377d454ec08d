"""Find rows by the texts that records carry, also where what is stored is no clean text.

A stored id, user or channel that is NULL, bytes or no UTF-8 cannot travel as text. Its record carries a handle,
``#<rowid>`` of a conversation that has it. The exact text always comes first, should somebody be called ``#17``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.core.clause import Clause
from store.core.stored_values import is_clean
from store.ironclaw0.absent_rows import not_found

if TYPE_CHECKING:
    from store.ironclaw0.sqlite.schema import Database
    from store.records import Cursor

FIRST_ROW, LAST_ROW = -(2**63), 2**63 - 1
"""The bounds of SQLite's row numbers, which are the ties of cursors here."""

_HANDLE = re.compile(r"#(-?\d{1,18})", re.ASCII)


NOTHING = Clause("0")
THESE_ROWS = "rowid IN (SELECT value FROM json_each(?))"
"""The condition of a query for given row numbers; its parameter is ``keys_json``."""


def row_of(cursor: Cursor) -> int:
    """Return the row number that a cursor carries, the first there can be where it has none."""
    return cursor.tie if isinstance(cursor.tie, int) else FIRST_ROW


def key_of(value: object, rowid: int) -> str:
    """Return the text by which callers may name a stored value of the conversation with that row number."""
    return str(value) if is_clean(value) else f"#{rowid}"


def equals(db: Database, column: str, text: str) -> Clause:
    """Return the condition that a column ``id``, ``user_id`` or ``channel`` holds what the text names."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return NOTHING
    handle = _HANDLE.fullmatch(text)
    if handle and not db.execute(f"SELECT 1 FROM conversations WHERE {column} = ? LIMIT 1", (text,)).fetchone():
        rowid = int(handle[1])
        found = db.execute(f"SELECT {column} FROM conversations WHERE rowid = ?", (rowid,)).fetchone()
        if found and not is_clean(found[0]):
            if column == "id":
                return Clause("rowid = ?", (rowid,))
            return Clause(f"{column} IS (SELECT {column} FROM conversations WHERE rowid = ?)", (rowid,))
    return Clause(f"{column} = ?", (text,))


def find(db: Database, conversation_id: str, user_id: str | None = None) -> int | None:
    """Return the row number of a conversation, ``None`` if there is none or it is another user's."""
    where = equals(db, "id", conversation_id)
    if user_id is not None:
        where &= equals(db, "user_id", user_id)
    found = db.execute(f"SELECT rowid FROM conversations WHERE {where.sql}", where.parameters).fetchone()
    return found and int(found[0])


def require(db: Database, conversation_id: str, user_id: str | None = None) -> int:
    """Return the row number of a conversation.

    Raises:
        ConversationNotFound: there is none, or it is another user's; the sentence is the same.
    """
    rowid = find(db, conversation_id, user_id)
    if rowid is None:
        raise not_found()
    return rowid
