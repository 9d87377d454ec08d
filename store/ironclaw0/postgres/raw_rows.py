"""Read a message's row as it is stored, every column with its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contract.raw_rows import RAW_BYTES, RawMessage, RawValue
from store.ironclaw0.absent_rows import not_there
from store.ironclaw0.postgres.row_handles import find, id_of, tie_in

if TYPE_CHECKING:
    from store.ironclaw0.postgres.schema import Database
    from store.records import Message

_HEAD = 65_536
"""Bytes of any column but the content that are read."""
_NUMBERS = ("integer", "bigint", "smallint")


def read(db: Database, message: Message, limit: int | None) -> RawMessage:
    """Return the row of a message with up to ``limit`` bytes of its content, by default ``RAW_BYTES``.

    Raises:
        ConversationNotFound: the message, or its conversation, is gone.
    """
    conversation = find(db, message.conversation_id)
    types = dict(db.schema.messages)
    head = RAW_BYTES if limit is None else limit
    columns = ", ".join(_column(name, kind, head if name == "content" else _HEAD) for name, kind in types.items())
    row_id = id_of(tie_in(message.cursor))
    row = db.row(
        f"SELECT {columns}, xmin::text, ctid::text FROM conversation_messages"
        " WHERE id = %s::uuid AND conversation_id = %s::uuid"
        if db.can.has_snapshots
        else f"SELECT {columns} FROM conversation_messages WHERE id = %s::uuid AND conversation_id = %s::uuid",
        row_id,
        conversation,
    )
    if row is None:
        raise not_there()
    values = []
    for place, (name, kind) in enumerate(types.items()):
        value, size = row[2 * place : 2 * place + 2]
        values.append(RawValue(name, "null" if value is None else kind, value, size or 0))
    extra = zip(("xmin", "ctid"), row[2 * len(types) :], strict=False)
    values += [RawValue(name, "system", text.encode(), len(text)) for name, text in extra]
    return RawMessage(row_id, tuple(values))


def _column(name: str, kind: str, head: int) -> str:
    """Return the SQL for a column's value, the head of its text as bytes unless it is a number, and its size."""
    quoted = '"' + name.replace('"', '""').replace("%", "%%") + '"'
    if kind in _NUMBERS:
        return f"{quoted}, 0"
    if kind == "timestamp with time zone":
        quoted = f"({quoted} AT TIME ZONE 'UTC')"
    text = quoted if kind == "text" else f"{quoted}::text"
    raw = f"convert_to({text}, 'UTF8')"
    return f"substr({raw}, 1, {int(head)}), octet_length({raw})"
