"""Read a message's row as it is stored; what its columns hold is neither decoded nor judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contract.raw_rows import RAW_BYTES, RawMessage, RawValue
from store.ironclaw0.absent_rows import not_there
from store.ironclaw0.sqlite.row_handles import find, key_of, row_of

if TYPE_CHECKING:
    from store.ironclaw0.sqlite.schema import Database
    from store.records import Message

_HEAD = 65_536
"""Bytes of any column but the content that are read."""
_FOUND = (
    "SELECT rowid, id FROM conversation_messages"
    " WHERE {} AND conversation_id = (SELECT id FROM conversations WHERE rowid = ?)"
)


def read(db: Database, message: Message, limit: int | None) -> RawMessage:
    """Return the row of a message with up to ``limit`` bytes of its content, by default ``RAW_BYTES``.

    Raises:
        ConversationNotFound: the message, or its conversation, is gone.
    """
    rowid = _rowid(db, message)
    # Names that the table has just told cannot be taken for text by SQLite.
    names = [name for (name,) in db.execute("SELECT name FROM pragma_table_info('conversation_messages')")]
    columns = ", ".join(_column(name) for name in names)
    row = db.execute(f"SELECT {columns} FROM conversation_messages WHERE rowid = ?", (rowid,)).fetchone()
    values = []
    for place, name in enumerate(names):
        kind, value, size = row[3 * place : 3 * place + 3]
        if name == "content" and kind in ("text", "blob"):
            with db.blobopen("conversation_messages", "content", rowid, readonly=True) as blob:
                value, size = blob.read(RAW_BYTES if limit is None else limit), len(blob)
        values.append(RawValue(name, kind, value, size))
    return RawMessage(rowid, tuple(values))


def _column(name: str) -> str:
    """Return the SQL for a column's type, its value and its size; the content comes by its handle instead."""
    quoted = '"' + name.replace('"', '""') + '"'
    kind = f"typeof({quoted})"
    if name == "content":
        return f"{kind}, CASE WHEN {kind} IN ('text', 'blob') THEN NULL ELSE {quoted} END, 0"
    is_bytes = f"CASE WHEN {kind} IN ('text', 'blob') THEN"
    return (
        f"{kind}, {is_bytes} substr(CAST({quoted} AS BLOB), 1, {_HEAD}) ELSE {quoted} END,"
        f" {is_bytes} length(CAST({quoted} AS BLOB)) ELSE 0 END"
    )


def _rowid(db: Database, message: Message) -> int:
    conversation = find(db, message.conversation_id)
    for condition, key in (("rowid = ?", row_of(message.cursor)), ("id = ?", message.id)):
        found = db.execute(_FOUND.format(condition), (key, conversation)).fetchone()
        if found is not None and (key_of(found[1], found[0]) == message.id):
            return int(found[0])
    raise not_there()
