"""Read rows as they are stored: every column; ``store.core.row_taking`` hands them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contract.stored_rows import StoredConversation, StoredMessage
from store.core.list_filter import Filter
from store.ironclaw0.postgres import messages
from store.ironclaw0.postgres.conversations import describe
from store.ironclaw0.postgres.kinds import wanted
from store.ironclaw0.postgres.row_handles import find, id_of, require, tie_of
from store.ironclaw0.postgres.times import text_sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.contract.stored_rows import RowSelection
    from store.core.message_order import KeyRun
    from store.engines.postgres.connection import Lane
    from store.engines.postgres.server_database import ServerDatabase
    from store.ironclaw0.postgres.schema import Database, Schema

_CONVERSATIONS = 50
"""Conversations read at a time."""
_BYTES = 2_000_000
"""Bytes of contents after which no further message is read at a time."""


class PostgresRows:
    """Implements ``store.core.row_taking.RowSource``.

    Args:
        server: The database.
        user_id: Whose conversations.
        selection: What of them.
    """

    path = None
    """A server is asked by as few connections as can be."""

    def __init__(self, server: ServerDatabase[Schema], user_id: str, selection: RowSelection) -> None:
        self._server = server
        self._user_id = user_id
        self._given = selection.ids
        self._filter = Filter(user_id, selection.channel, selection.kind, selection.machines)
        self._ids: list[str] = []
        self._own: Lane[Schema] | None = None

    async def open(self) -> int:
        """Look which conversations are chosen; return how many messages they have."""
        self._own = await self._server.lane()
        self._ids, total = await self._lane.run(_chosen, self._filter, self._given)
        return total

    async def close(self) -> None:
        """Stop what is running."""
        if self._own is not None:
            await self._own.close()

    async def conversations(self, place: int | None) -> tuple[list[StoredConversation], int | None]:
        """Return some conversations, and the position behind them."""
        start = place or 0
        some = self._ids[start : start + _CONVERSATIONS]
        if not some:
            return [], None
        return await self._lane.run(_conversations, some, self._user_id), start + len(some)

    async def order(self, conversation: StoredConversation) -> list[KeyRun]:
        """Return the places of all messages."""
        return [await self._lane.run(messages.all_keys, conversation.conversation.id)]

    def roles(self, conversation: StoredConversation) -> None:
        """Return ``None``: ids are random, and tell nothing of the order of writing."""

    async def messages(
        self, conversation: StoredConversation, ties: Sequence[int]
    ) -> tuple[tuple[StoredMessage, ...], int]:
        """Return messages by their ids, and how many ids were dealt with; some megabytes at most."""
        return await self._lane.run(_messages, conversation.conversation.id, [id_of(tie) for tie in ties])

    @property
    def _lane(self) -> Lane[Schema]:
        assert self._own is not None, "open() comes first"
        return self._own


def _chosen(db: Database, chosen: Filter, given: tuple[str, ...] | None) -> tuple[list[str], int]:
    """Return the chosen conversations in the order in which they were begun, or as given, and their messages.

    Raises:
        ConversationNotFound: one of the given does not exist, or is another user's.
    """
    if given is not None:
        ids = [require(db, each, chosen.user_id) for each in given]
    else:
        where = wanted(db.schema, chosen)
        order = f"{db.schema.column('started_at')}, conversations.id"
        rows = db.rows(f"SELECT id::text FROM conversations WHERE {where.sql} ORDER BY {order}", *where.parameters)
        ids = [row_id for (row_id,) in rows]
    total = db.value("SELECT count(*) FROM conversation_messages WHERE conversation_id = ANY(%s::uuid[])", ids)
    return ids, int(total)


def _conversations(db: Database, ids: Sequence[str], user_id: str) -> list[StoredConversation]:
    """Return conversations as they are stored and as they are read, in the given order, those that exist."""
    types = db.schema.conversations
    rows = db.rows(f"SELECT id::text, {_columns(types)} FROM conversations WHERE id = ANY(%s::uuid[])", list(ids))
    values = {row_id: dict(zip(types, row, strict=True)) for row_id, *row in rows}
    described = describe(db, [each for each in ids if find(db, each, user_id)], user_id)
    return [StoredConversation(each.id, values[each.id], each) for each in described]


def _messages(db: Database, conversation_id: str, ids: Sequence[str]) -> tuple[tuple[StoredMessage, ...], int]:
    """Return messages by their ids, in the given order, and how many ids were dealt with."""
    sizes = dict(
        db.rows(
            "SELECT id::text, octet_length(content) FROM conversation_messages WHERE id = ANY(%s::uuid[])", list(ids)
        )
    )
    some: list[str] = []
    size = 0
    for each in ids:
        some.append(each)
        size += sizes.get(each, 0)
        if size > _BYTES:
            break
    types = db.schema.messages
    rows = db.rows(
        f"SELECT id::text, {_columns(types)} FROM conversation_messages"
        " WHERE id = ANY(%s::uuid[]) AND conversation_id = %s::uuid",
        some,
        conversation_id,
    )
    values = {row_id: dict(zip(types, row, strict=True)) for row_id, *row in rows}
    records = messages.read(db, conversation_id, some, None)
    found = [
        StoredMessage.of(each, values[each], records[tie_of(each)])
        for each in some
        if each in values and tie_of(each) in records
    ]
    return tuple(found), len(some)


def _columns(types: Mapping[str, str]) -> str:
    """Return the SQL for every column of a table as a value to keep: numbers as they are, the rest as text."""
    return ", ".join(_kept(name, kind) for name, kind in types.items())


def _kept(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""').replace("%", "%%") + '"'
    if kind in ("integer", "bigint", "smallint", "text"):
        return quoted
    return text_sql(quoted) if kind == "timestamp with time zone" else f"{quoted}::text"
