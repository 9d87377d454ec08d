"""Read rows exactly as they are stored: every column, every type; ``store.core.row_taking`` hands them out."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from store.contract.stored_rows import RawText, StoredConversation, StoredMessage, Value
from store.core.list_filter import Filter
from store.core.message_order import key_run
from store.core.stored_values import decode
from store.engines.sqlite.database import keys_json, snapshot
from store.engines.sqlite.failures import is_undecodable
from store.errors import CorruptDatabase, DatabaseBusy
from store.files.paths import shown
from store.ironclaw0.sqlite import messages
from store.ironclaw0.sqlite.conversations import describe
from store.ironclaw0.sqlite.list_pages import condition
from store.ironclaw0.sqlite.row_handles import FIRST_ROW, THESE_ROWS, find, require, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from store.contract.stored_rows import RowSelection
    from store.core.message_order import KeyRun
    from store.core.reading_order import ReadRoles
    from store.engines.sqlite.connection import Reader
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw0.sqlite.schema import Database, Schema
    from store.records import Message

_CONVERSATIONS = 50
"""Conversations read at a time."""
_KEYS = 5000
"""Places of messages read at a time."""
_BYTES = 2_000_000
"""Bytes after which no further message is read at a time."""
_TRIES = 5
_LARGER = 64
"""Bytes that a value takes beside its text."""
_THESE_MESSAGES = (
    "SELECT k.key, m.rowid, m.* FROM json_each(?) AS k CROSS JOIN conversation_messages AS m ON m.rowid = k.value"
    " WHERE m.conversation_id = (SELECT id FROM conversations WHERE rowid = ?)"
)
"""Messages by their row numbers, in the given order."""


class SqliteRows:
    """Implements ``store.core.row_taking.RowSource``.

    Args:
        file: The database.
        user_id: Whose conversations.
        selection: What of them.
    """

    def __init__(self, file: DatabaseFile[Schema], user_id: str, selection: RowSelection) -> None:
        self._file = file
        self.path = file.path
        self._ids = selection.ids
        self._filter = Filter(user_id, selection.channel, selection.kind, selection.machines)
        self._second: Reader[Schema] | None = None

    async def open(self) -> int:
        """Connect; return how many messages the chosen conversations have."""
        self._second = await self._file.second_reader()
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
            # Most conversations end with the first step.
            last, most, keys = await reader.run(_first_step, _row(conversation))
            runs: list[KeyRun] = []
            while keys is not None:
                if keys.keys:
                    runs.append(key_run(keys.keys))
                if len(keys.keys) < _KEYS:
                    return runs
                if _KEYS * (len(runs) - 1) > most:
                    # Pages that lead in a circle.
                    raise CorruptDatabase(f"{shown(reader.path)} has damaged pages; restore a backup.")
                keys = await reader.run(messages.older_keys, _row(conversation), last, keys.below, _KEYS)
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


@contextmanager
def _reading(db: Database, text_factory: Callable[[bytes], Any]) -> Iterator[None]:
    """Let a connection read texts in another way for a while."""
    usual, db.text_factory = db.text_factory, text_factory
    try:
        yield
    finally:
        db.text_factory = usual


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
    with _reading(db, raw_text):
        cursor = db.execute(f"SELECT rowid, * FROM conversations WHERE {THESE_ROWS}", (keys_json(rowids),))
        names = [column[0] for column in cursor.description[1:]]
        for rowid, *row in cursor.fetchall():
            values[rowid] = dict(zip(names, row, strict=True))
    with _reading(db, decode):
        described = describe(db, rowids, user_id)
    return [StoredConversation(row_of(each.cursor), values[row_of(each.cursor)], each) for each in described]


def _row(conversation: StoredConversation) -> int:
    return row_of(conversation.conversation.cursor)


def _first_step(db: Database, conversation: int) -> tuple[int | None, int, messages.Keys | None]:
    """Return the newest row of a conversation, how many steps' keys there can be at most, and the first step.

    Args:
        db: The connection.
        conversation: The conversation's row number.
    """
    mark = messages.watermark(db, conversation)
    if mark is None:
        return None, 0, messages.Keys([], None)
    keys = messages.older_keys(db, conversation, mark.rowid, None, _KEYS)
    is_last = keys is not None and len(keys.keys) < _KEYS
    return mark.rowid, 0 if is_last else 2 * messages.total(db, conversation, last=mark.rowid), keys


def _messages(
    db: Database, conversation: StoredConversation, rowids: Sequence[int]
) -> tuple[tuple[StoredMessage, ...], int]:
    """Return messages by their row numbers, in the given order, and how many numbers were dealt with."""
    try:
        # The quick way: a function for every text would take longer than all else.
        with _reading(db, str):
            return _some(db, conversation, rowids)
    except sqlite3.OperationalError as error:
        if not is_undecodable(error):
            raise
    with _reading(db, raw_text):
        return _some(db, conversation, rowids)


def _some(
    db: Database, conversation: StoredConversation, rowids: Sequence[int]
) -> tuple[tuple[StoredMessage, ...], int]:
    found: list[StoredMessage] = []
    size, taken = 0, len(rowids)
    id_ = conversation.conversation.id
    with closing(db.execute(_THESE_MESSAGES, (keys_json(rowids), _row(conversation)))) as cursor:
        names = [column[0] for column in cursor.description[2:]]
        for place, rowid, *row in cursor:
            values = dict(zip(names, row, strict=True))
            found.append(StoredMessage(rowid, values, partial(_message, id_, rowid, values)))
            size += sum([_LARGER + len(each) for each in row if isinstance(each, (str, bytes))])
            if size > _BYTES:
                taken = place + 1
                break
    return tuple(found), taken


def _message(conversation_id: str, rowid: int, values: Mapping[str, Value]) -> Message:
    columns = {name.lower(): value for name, value in values.items()}
    row = (columns["content"], columns["id"], columns["role"], columns["created_at"])
    return messages.message_of(conversation_id, (rowid, *map(_readable, row)))


def _readable(value: Value) -> Value:
    return decode(value) if isinstance(value, RawText) else value
