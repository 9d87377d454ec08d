"""Read the record of a message as it is stored, and what the table of files says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contract.raw_rows import RAW_BYTES, RawMessage, RawValue
from store.errors import ConversationNotFound
from store.ironclaw1 import thread_rows
from store.ironclaw1.addresses import below

if TYPE_CHECKING:
    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.schema import Database
    from store.records import Message

_HEAD = 65_536
"""Bytes of any column but the record that are read."""


def read(db: Database, message: Message, limit: int | None) -> RawMessage:
    """Return the row of a message with up to ``limit`` bytes of its record, by default ``RAW_BYTES``.

    Raises:
        ConversationNotFound: the message, or its thread, is gone; or no row holds it.
    """
    thread = thread_rows.require(db, message.conversation_id)
    number = number_of(db, thread, message.id)
    if number is None:
        raise not_there()
    table, key, column = ("root_filesystem_entries", "rowid", "contents")
    if number < 0:
        table, key, column, number = ("root_filesystem_events", "seq", "payload", -number)
    names = [name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    columns = ", ".join(_column(name, RAW_BYTES if limit is None else limit, name == column) for name in names)
    row = db.execute(f"SELECT {columns} FROM {table} WHERE {key} = ?", (number,)).fetchone()
    values = (
        RawValue("content" if name == column else name, *row[3 * place : 3 * place + 3])
        for place, name in enumerate(names)
    )
    return RawMessage(number, tuple(values))


def number_of(db: Database, thread: Thread, message_id: str) -> int | None:
    """Return the number of the row that holds a message, the negative one of an event; ``None`` if none does."""
    if message_id.startswith("#") and message_id[1:].isdigit():
        sql = "SELECT rowid FROM root_filesystem_entries WHERE rowid = ? AND path >= ? AND path < ?"
        row = db.execute(sql, (int(message_id[1:]), *below(thread.key))).fetchone()
        return row and int(row[0])
    for inside in (thread.messages, thread.summaries):
        path = f"{inside.low}{message_id}.json"
        row = db.execute("SELECT rowid FROM root_filesystem_entries WHERE path = ?", (path,)).fetchone()
        if row is not None:
            return int(row[0])
    logged = thread_rows.logged_only(db, thread).get(message_id)
    return logged and logged.number


def not_there() -> ConversationNotFound:
    """Return the one way to say that a message is not there."""
    return ConversationNotFound("The message is not there any more; read the conversation again.")


def _column(name: str, limit: int, is_record: bool) -> str:
    """Return the SQL for a column's type, its value and its size."""
    quoted = '"' + name.replace('"', '""') + '"'
    is_bytes = f"CASE WHEN typeof({quoted}) IN ('text', 'blob') THEN"
    return (
        f"typeof({quoted}), {is_bytes} substr(CAST({quoted} AS BLOB), 1, {limit if is_record else _HEAD})"
        f" ELSE {quoted} END, {is_bytes} length(CAST({quoted} AS BLOB)) ELSE 0 END"
    )
