"""Read rows exactly as they are stored: every column, every type, in the order in which messages are shown.

A conversation costs 16 bytes a message while it is read, whatever the messages hold: their order is learnt first, as
the browser learns it, then they are read some at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Self

from store.contract.stored_rows import RawText, StoredConversation, StoredMessage, Value
from store.core.message_order import KeyRun, key_run, rises
from store.core.reading_order import later_instants
from store.core.stored_values import decode
from store.engines.sqlite.opening import keys_json, snapshot
from store.errors import CorruptDatabase, DatabaseBusy
from store.files.paths import shown
from store.ironclaw0.list_filter import Filter
from store.ironclaw0.sqlite import messages
from store.ironclaw0.sqlite.conversations import describe
from store.ironclaw0.sqlite.list_pages import condition
from store.ironclaw0.sqlite.row_handles import FIRST_ROW, THESE_ROWS, find, order_key, require, row_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence
    from types import TracebackType

    from store.contract.stored_rows import RowSelection
    from store.engines.sqlite.connection import Reader
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw0.sqlite.schema import Database, Schema

_CONVERSATIONS = 50
"""Conversations read at a time."""
_KEYS = 5000
"""Places of messages read at a time."""
_MESSAGES = 500
_BYTES = 2_000_000
"""Messages read at a time, by number, and by the bytes after which no further one is read."""
_TRIES = 5
_LARGER = 64
"""Bytes that a value takes beside its text."""

Part = StoredConversation | tuple[StoredMessage, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    """Which conversations to read next."""

    filter: Filter
    ids: tuple[str, ...] | None
    place: int
    """The row, or the position among the given ids, behind us."""


class SqliteRowStream:
    """Implements ``store.contract.stored_rows.RowStream``.

    Args:
        file: The database.
        user_id: Whose conversations.
        selection: What of them.
    """

    def __init__(self, file: DatabaseFile[Schema], user_id: str, selection: RowSelection) -> None:
        self._file = file
        self._user_id = user_id
        self._selection = selection
        self._filter = Filter(user_id, selection.channel, selection.kind, selection.machines)
        self._reader: Reader[Schema] | None = None
        self._parts: AsyncGenerator[Part, None] | None = None
        self.total = 0
        self.done = 0

    async def __aenter__(self) -> Self:
        """Connect and count."""
        self._reader = await self._file.second_reader()
        try:
            await self._reader.run(_read_raw)
            self.total = await self._reader.run(_total, self._filter, self._selection.ids)
        except BaseException:
            await self._reader.close()
            raise
        self._parts = self._read(self._reader)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        if self._parts is not None:
            await self._parts.aclose()
        if self._reader is not None:
            await self._reader.close()

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> Part:
        """Return the next conversation, or the next messages of the one that came last."""
        if self._parts is None:
            raise StopAsyncIteration
        return await anext(self._parts)

    async def _read(self, reader: Reader[Schema]) -> AsyncGenerator[Part, None]:
        head = _Head(self._filter, self._selection.ids, -1 if self._selection.ids is not None else FIRST_ROW)
        while True:
            found, place = await reader.run(_conversations, head)
            if place is None:
                return
            for conversation in found:
                async for part in self._messages(reader, conversation):
                    yield part
            head = _Head(head.filter, head.ids, place)

    async def _messages(self, reader: Reader[Schema], conversation: StoredConversation) -> AsyncGenerator[Part, None]:
        """Yield a conversation and its messages; nothing if none of its messages is wanted, or it is gone."""
        runs = await self._order(reader, conversation)
        has_begun = not self._selection.is_stretch
        if has_begun:
            yield conversation
        order = await self._read_in_order(reader, conversation, runs)
        rowids = (rowid for instant, rowid in order if self._is_wanted(instant, rowid))
        waiting: list[int] = []
        while waiting := waiting or list(islice(rowids, _MESSAGES)):
            if not has_begun:
                yield conversation
                has_begun = True
            found, taken = await reader.run(_messages, conversation, waiting)
            del waiting[:taken]
            self.done += taken
            if found:
                yield found

    async def _order(self, reader: Reader[Schema], conversation: StoredConversation) -> list[KeyRun]:
        """Return the places of all messages, the newest first: runs that may lie across each other."""
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

    async def _read_in_order(
        self, reader: Reader[Schema], conversation: StoredConversation, runs: list[KeyRun]
    ) -> Iterator[tuple[int, int]]:
        """Return every (instant, rowid) in the order in which messages are read."""
        ascending = runs[::-1]
        if all(map(rises, ascending)) and all(one.ties[-1] < other.ties[0] for one, other in pairwise(ascending)):
            return _in_order(runs)
        ordered = key_run(list(_in_order(runs)))
        later = await later_instants(ordered, lambda run: reader.run(messages.roles, _row(conversation), run))
        keys = zip(*ordered, strict=True)
        return iter(sorted(keys, key=lambda key: (later.get(key[1], key[0]), key[1]))) if later else keys

    def _is_wanted(self, instant: int, rowid: int) -> bool:
        first, last = self._selection.first, self._selection.last
        if first is not None and (instant, rowid) < order_key(first):
            return False
        return last is None or (instant, rowid) <= order_key(last)


def _in_order(runs: list[KeyRun]) -> Iterator[tuple[int, int]]:
    """Yield every (instant, rowid) in order; only runs that lie across each other are compared."""
    ascending = runs[::-1]
    if all(one.last < other.first for one, other in pairwise(ascending)):
        for run in ascending:
            yield from zip(run.instants, run.ties, strict=True)
    else:
        yield from merge(*(zip(run.instants, run.ties, strict=True) for run in ascending))


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


def _conversations(db: Database, head: _Head) -> tuple[list[StoredConversation], int | None]:
    """Return some conversations, and where the next begin, ``None`` after the last."""
    with snapshot(db):
        if head.ids is not None:
            stop = head.place + 1 + _CONVERSATIONS
            given = head.ids[head.place + 1 : stop]
            rowids = [row for each in given if (row := find(db, each, head.filter.user_id)) is not None]
            return _stored(db, rowids, head.filter.user_id), stop - 1 if given else None
        wanted = condition(db, head.filter)
        rows = db.execute(
            f"SELECT rowid FROM conversations WHERE {wanted.sql} AND rowid > ? ORDER BY rowid LIMIT ?",
            (*wanted.parameters, head.place, _CONVERSATIONS),
        ).fetchall()
        rowids = [rowid for (rowid,) in rows]
        return _stored(db, rowids, head.filter.user_id), rowids[-1] if rowids else None


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
