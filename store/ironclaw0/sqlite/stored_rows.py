"""Read rows exactly as they are stored: every column, every type; ``store.core.row_taking`` hands them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.contract.stored_rows import RawText, StoredConversation, StoredMessage, Value
from store.core.list_filter import Filter
from store.core.message_order import key_run
from store.core.stored_values import decode
from store.engines.sqlite.database import keys_json, snapshot
from store.errors import CorruptDatabase, DatabaseBusy
from store.files.paths import shown
from store.ironclaw0.sqlite import messages
from store.ironclaw0.sqlite.conversations import describe
from store.ironclaw0.sqlite.list_pages import condition
from store.ironclaw0.sqlite.row_handles import FIRST_ROW, THESE_ROWS, find, require, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.contract.stored_rows import RowSelection
    from store.core.message_order import KeyRun
    from store.core.reading_order import ReadRoles
    from store.engines.sqlite.connection import Reader
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw0.sqlite.schema import Database, Schema

_CONVERSATIONS = 50
"""Conversations read at a time."""
_KEYS = 5000
"""Places of messages read at a time."""
_BYTES = 2_000_000
"""Bytes after which no further message is read at a time."""
_TRIES = 5
_LARGER = 64
"""Bytes that a value takes beside its text."""


class SqliteRows:
    """Implements ``store.core.row_taking.RowSource``.

    Args:
        file: The database.
        user_id: Whose conversations.
        selection: What of them.
    """

    def __init__(self, file: DatabaseFile[Schema], user_id: str, selection: RowSelection) -> None:
        self._file = file
        self._ids = selection.ids
        self._filter = Filter(user_id, selection.channel, selection.kind, selection.machines)
        self._second: Reader[Schema] | None = None

    async def open(self) -> int:
        """Connect; return how many messages the chosen conversations have."""
        self._second = await self._file.second_reader()
        await self._reader.run(_read_raw)
        return await self._reader.run(_total, self._filter, self._ids)

    async def close(self) -> None:
        """Disconnect."""
        if self._second is not None:
            await self._second.close()

    async def conversations(self, place: int | None) -> tuple[list[StoredConversation], int | None]:
        """Return some conversations, and the row, or the position among the given ids, behind them."""
        if place is None:
            place = -1 if self._ids is not None else FIRST_ROW
        return await self._reader.run(_conversations, self._filter, self._ids, place)

    async def order(self, conversation: StoredConversation) -> list[KeyRun]:
        """Return the places of all messages, the newest first: runs that may lie across each other."""
        reader = self._reader
        for _ in range(_TRIES):
            last = await reader.run(_last, conversation)
            most = 2 * await reader.run(messages.total, _row(conversation), last=last)
            runs: list[KeyRun] = []
            below = None
            while last is not None:
                keys = await reader.run(messages.older_keys, _row(conversation), last, below, _KEYS)
                if keys is None:
                    break
                if keys.keys:
                    runs.append(key_run(keys.keys))
                below = keys.below
                if len(keys.keys) < _KEYS:
                    return runs
                if _KEYS * (len(runs) - 1) > most:
                    # Pages that lead in a circle.
                    raise CorruptDatabase(f"{shown(reader.path)} has damaged pages; restore a backup.")
            else:
                return runs
        raise DatabaseBusy(f"Another program keeps rewriting {shown(reader.path)}; try again when it is done.")

    async def messages(
        self, conversation: StoredConversation, ties: Sequence[int]
    ) -> tuple[tuple[StoredMessage, ...], int]:
        """Return messages by their row numbers, and how many numbers were dealt with; some megabytes at most."""
        return await self._reader.run(_messages, conversation, ties)

    def roles(self, conversation: StoredConversation) -> ReadRoles:
        """Return what reads the roles of messages: row numbers tell the order of writing."""
        return lambda run: self._reader.run(messages.roles, _row(conversation), run)

    @property
    def _reader(self) -> Reader[Schema]:
        assert self._second is not None, "open() comes first"
        return self._second


def raw_text(raw: bytes) -> str | bytes:
    """Return stored text, as ``RawText`` where it is no UTF-8; for ``text_factory``."""
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError:
        return RawText(raw)


def _read_raw(db: Database) -> None:
    db.text_factory = raw_text


def _total(db: Database, chosen: Filter, ids: tuple[str, ...] | None) -> int:
    """Return how many messages the chosen conversations have.

    Raises:
        ConversationNotFound: one of the given does not exist, or is another user's.
    """
    with snapshot(db):
        if ids is not None:
            return sum(messages.total(db, require(db, each, chosen.user_id)) for each in ids)
        wanted = condition(db, chosen)
        found = db.execute(
            "SELECT count(*) FROM conversations CROSS JOIN conversation_messages AS m"
            f" ON m.conversation_id = conversations.id WHERE {wanted.sql}",
            wanted.parameters,
        ).fetchone()
        return int(found[0])


def _conversations(
    db: Database, chosen: Filter, ids: tuple[str, ...] | None, place: int
) -> tuple[list[StoredConversation], int | None]:
    """Return some conversations, and where the next begin, ``None`` after the last.

    Args:
        db: The connection.
        chosen: Which conversations.
        ids: Only these, in this order.
        place: The row, or the position among the given ids, behind us.
    """
    with snapshot(db):
        if ids is not None:
            stop = place + 1 + _CONVERSATIONS
            given = ids[place + 1 : stop]
            rowids = [row for each in given if (row := find(db, each, chosen.user_id)) is not None]
            return _stored(db, rowids, chosen.user_id), stop - 1 if given else None
        wanted = condition(db, chosen)
        rows = db.execute(
            f"SELECT rowid FROM conversations WHERE {wanted.sql} AND rowid > ? ORDER BY rowid LIMIT ?",
            (*wanted.parameters, place, _CONVERSATIONS),
        ).fetchall()
        rowids = [rowid for (rowid,) in rows]
        return _stored(db, rowids, chosen.user_id), rowids[-1] if rowids else None


def _stored(db: Database, rowids: Sequence[int], user_id: str) -> list[StoredConversation]:
    """Return conversations as they are stored and as they are read, in the given order."""
    values = {}
    cursor = db.execute(f"SELECT rowid, * FROM conversations WHERE {THESE_ROWS}", (keys_json(rowids),))
    names = [column[0] for column in cursor.description[1:]]
    for rowid, *row in cursor.fetchall():
        values[rowid] = dict(zip(names, row, strict=True))
    db.text_factory = decode
    try:
        described = describe(db, rowids, user_id)
    finally:
        db.text_factory = raw_text
    return [StoredConversation(row_of(each.cursor), values[row_of(each.cursor)], each) for each in described]


def _row(conversation: StoredConversation) -> int:
    return row_of(conversation.conversation.cursor)


def _last(db: Database, conversation: StoredConversation) -> int | None:
    mark = messages.watermark(db, _row(conversation))
    return mark and mark.rowid


def _messages(
    db: Database, conversation: StoredConversation, rowids: Sequence[int]
) -> tuple[tuple[StoredMessage, ...], int]:
    """Return messages by their row numbers, in the given order, and how many numbers were dealt with."""
    found: list[StoredMessage] = []
    size = taken = 0
    with snapshot(db):
        for rowid in rowids:
            taken += 1
            cursor = db.execute(
                "SELECT * FROM conversation_messages WHERE rowid = ?"
                " AND conversation_id = (SELECT id FROM conversations WHERE rowid = ?)",
                (rowid, _row(conversation)),
            )
            row = cursor.fetchone()
            if row is None:
                continue
            values = {column[0]: value for column, value in zip(cursor.description, row, strict=True)}
            found.append(StoredMessage(rowid, values, _message(conversation.conversation.id, rowid, values)))
            size += sum(map(_size, row))
            if size > _BYTES:
                break
    return tuple(found), taken


def _message(conversation_id: str, rowid: int, values: dict[str, Value]) -> Any:
    columns = {name.lower(): value for name, value in values.items()}
    row = (columns["content"], columns["id"], columns["role"], columns["created_at"])
    return messages.message_of(conversation_id, (rowid, *map(_readable, row)))


def _readable(value: Value) -> Value:
    return decode(value) if isinstance(value, RawText) else value


def _size(value: Value) -> int:
    return _LARGER + len(value) if isinstance(value, (str, bytes)) else _LARGER
