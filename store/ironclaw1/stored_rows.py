"""Read records exactly as they are stored, in the order in which they are shown.

What the model saw of a tool call stands in the row of its card, under names that begin with ``call.``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

from store.contract.stored_rows import StoredConversation, StoredMessage, Value
from store.core.list_filter import Filter
from store.engines.sqlite.database import snapshot
from store.ironclaw1 import message_fetch, thread_listing, thread_rows
from store.ironclaw1.addresses import below
from store.ironclaw1.conversation_records import Lists
from store.ironclaw1.message_records import message_of, record_of
from store.ironclaw1.schema import MESSAGES_IN_ORDER

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from types import TracebackType

    from store.contract.stored_rows import RowSelection
    from store.engines.sqlite.connection import Reader
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.schema import Database, Schema
    from store.ironclaw1.thread_rows import IndexKey
    from store.records import Message, MessageCursor

_KEYS = 5000
_MESSAGES = 200
_BYTES = 2_000_000
"""Messages read at a time, by number, and by the bytes after which no further one is read."""


class _Place(NamedTuple):
    """A message, and the rows that hold it."""

    tie: int
    number: int
    call: int | None = None
    is_covering_redacted: bool = False


Part = StoredConversation | tuple[StoredMessage, ...]


class ThreadRowStream:
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
        self._lists = Lists()
        self._reader: Reader[Schema] | None = None
        self._parts: AsyncGenerator[Part, None] | None = None
        self._threads: list[Thread] = []
        self.total = 0
        self.done = 0
        self.divisible = None

    async def __aenter__(self) -> Self:
        """Connect and count."""
        self._reader = await self._file.second_reader()
        try:
            self._threads = await self._reader.run(_threads, self._lists, self._user_id, self._selection)
            self.total = await self._reader.run(_total, self._threads)
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
        for thread in self._threads:
            conversation = await reader.run(_conversation, self._lists, thread)
            if conversation is None:
                continue
            has_begun = not self._selection.is_stretch
            if has_begun:
                yield conversation
            places = await self._places(reader, thread)
            while places:
                found, taken = await reader.run(_messages, thread, places[:_MESSAGES])
                del places[:taken]
                self.done = min(self.done + taken, self.total)
                wanted = tuple(each for each in found if self._is_wanted(each.message))
                if wanted and not has_begun:
                    yield conversation
                    has_begun = True
                if wanted:
                    yield wanted

    async def _places(self, reader: Reader[Schema], thread: Thread) -> list[_Place]:
        """Return the places of all messages, in order."""
        if not await reader.run(self._lists.proofs.is_large, thread):
            listing = await thread_listing.list_in_steps(reader, thread)
            return [
                _Place(each.tie, each.number, each.call, each.tie in listing.covering) for each in listing.messages
            ]
        places: list[_Place] = []
        before: IndexKey | None = None
        while found := await reader.run(_indexed_places, thread, before):
            ties = thread_rows.ties_of((key for key, _ in found), before)
            places += (_Place(tie, row) for tie, (_, row) in zip(ties, found, strict=True))
            before = found[-1][0]
        places += await reader.run(_summary_places, thread)
        return sorted(places)

    def _is_wanted(self, message: Message) -> bool:
        first, last = self._selection.first, self._selection.last
        return (first is None or _compared(message, first) >= 0) and (last is None or _compared(message, last) <= 0)


def _compared(message: Message, place: MessageCursor) -> int:
    """Return whether a message lies before a place (-1), at it or after it (1)."""
    if isinstance(place.tie, int) and isinstance(message.cursor.tie, int):
        return (message.cursor.tie > place.tie) - (message.cursor.tie < place.tie)
    return 1 if message.cursor.instant >= place.instant else -1


def _threads(db: Database, lists: Lists, user_id: str, selection: RowSelection) -> list[Thread]:
    """Return the chosen threads, as they were given or in the order in which they were begun.

    Raises:
        ConversationNotFound: one of the given does not exist, or is another user's.
    """
    if selection.ids is not None:
        return [thread_rows.require(db, each, user_id) for each in selection.ids]
    heads = lists.chosen(db, Filter(user_id, selection.channel, selection.kind, selection.machines))
    begun = sorted(heads, key=lambda head: (head.started_at is None, head.started_at or 0, head.thread.key))
    return [head.thread for head in begun]


def _total(db: Database, threads: Sequence[Thread]) -> int:
    with snapshot(db):
        files = sum(thread_rows.count_files(db, each.messages) for each in threads)
        return files + sum(len(thread_rows.logged_only(db, each)) for each in threads)


def _conversation(db: Database, lists: Lists, thread: Thread) -> StoredConversation | None:
    head = lists.head(db, thread)
    found = _stored(db, "path = ?", f"{thread.key}/thread.json") or _stored(db, "path = ?", thread.index_path)
    if head is None or found is None:
        return None
    number, values = found
    (described,) = lists.describe(db, [head], thread.scope.user_id)
    return StoredConversation(number, values, described)


def _indexed_places(db: Database, thread: Thread, before: IndexKey | None) -> list[tuple[IndexKey, int]]:
    edge = "" if before is None else " AND (o.k1, o.k2) < (?, ?)"
    rows = db.execute(
        "SELECT o.k1, o.k2, e.rowid FROM root_filesystem_ordered_index_rows AS o"
        " CROSS JOIN root_filesystem_entries AS e ON e.path = o.path"
        f" WHERE o.index_name = '{MESSAGES_IN_ORDER}' AND o.k0 = ? AND +o.path >= ? AND +o.path < ?{edge}"
        " ORDER BY o.k1 DESC, o.k2 DESC LIMIT ?",
        (thread.id, *thread.messages, *(before or ()), _KEYS),
    ).fetchall()
    return [(thread_rows.IndexKey(sequence, name), number) for sequence, name, number in rows]


def _summary_places(db: Database, thread: Thread) -> list[_Place]:
    return [
        _Place(tie, row.number, None, message_fetch.covers_redacted(db, thread, row.record))
        for tie, row in thread_rows.summaries(db, thread)
    ]


def _messages(db: Database, thread: Thread, places: Sequence[_Place]) -> tuple[tuple[StoredMessage, ...], int]:
    """Return messages by their places, in the given order, and how many places were dealt with."""
    found: list[StoredMessage] = []
    size = taken = 0
    with snapshot(db):
        for place in places:
            taken += 1
            row = _record(db, thread, place.number)
            if row is None:
                continue
            call = None if place.call is None else _record(db, thread, place.call)
            values = row[1] | {f"call.{name}": value for name, value in (call[1] if call else {}).items()}
            record = record_of(values.get("payload" if place.number < 0 else "contents"))
            message = message_of(
                record,
                thread,
                place.tie,
                row=abs(place.number),
                has_reasons=False,
                is_covering_redacted=place.is_covering_redacted,
            )
            found.append(StoredMessage.of(row[0], values, message))
            size += message.size
            if size > _BYTES:
                break
    return tuple(found), taken


def _record(db: Database, thread: Thread, number: int) -> tuple[int, dict[str, Value]] | None:
    """Return number and columns of the row that holds a message of a thread."""
    if number < 0:
        sql = "SELECT -seq AS number, * FROM root_filesystem_events WHERE seq = ? AND path = ?"
        return _row(db, sql, (-number, thread.log))
    return _stored(db, "rowid = ? AND path >= ? AND path < ?", number, *below(thread.key))


def _stored(db: Database, where: str, *parameters: object) -> tuple[int, dict[str, Value]] | None:
    """Return number and columns of a file."""
    return _row(db, f"SELECT rowid AS number, * FROM root_filesystem_entries WHERE {where}", parameters)


def _row(db: Database, sql: str, parameters: Sequence[Any]) -> tuple[int, dict[str, Value]] | None:
    cursor = db.execute(sql, parameters)
    row = cursor.fetchone()
    if row is None:
        return None
    names = [column[0] for column in cursor.description]
    return row[0], {name: _readable(value) for name, value in zip(names[1:], row[1:], strict=True)}


def _readable(value: Value) -> Value:
    """Return a record as the text that it is, bytes that are none as they are."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value
