"""Tell what was written since: a poll that costs what changed, on the store's one reading connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from store.contract.feed import News
from store.ironclaw0.postgres import messages
from store.ironclaw0.postgres.conversations import describe
from store.ironclaw0.postgres.feed_by_snapshot import SnapshotMemory
from store.ironclaw0.postgres.feed_by_time import TimeMemory
from store.ironclaw0.postgres.row_handles import equals
from store.ironclaw0.postgres.timeline_source import SNAPSHOT
from store.records import HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from types import TracebackType

    from store.engines.postgres.connection import Lane
    from store.engines.postgres.server_database import ServerDatabase
    from store.ironclaw0.postgres.feed_memory import Memory, Written
    from store.ironclaw0.postgres.schema import Database, Schema
    from store.records import Message

_MOST = 200
"""Messages, and changed conversations, of one answer."""
_NOTHING = News()


class PostgresFeed:
    """Implements ``store.contract.feed.Feed``.

    Args:
        server: The database.
        user_id: Whose conversations.
    """

    def __init__(self, server: ServerDatabase[Schema], user_id: str) -> None:
        self._server = server
        self._user_id = user_id
        self._lane: Lane[Schema] | None = None
        has_snapshots = server.reader.can.has_snapshots
        self._memory: Memory = SnapshotMemory(user_id) if has_snapshots else TimeMemory(user_id)
        self._waiting: list[Written] = []
        """Messages that did not fit into the last answer."""
        self._changed: list[str] = []
        """Conversations that did not."""
        self._watched: dict[str, bool] = {}

    async def __aenter__(self) -> Self:
        """Begin; what is there now is no news."""
        self._lane = await self._server.lane()
        await self._lane.run(self._memory.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        if self._lane is not None:
            await self._lane.close()

    async def poll(self, watched: Collection[str] = ()) -> News:
        """Return what is new."""
        if self._lane is None:
            raise ValueError("The feed is not open.")
        is_settled = not self._waiting and not self._changed and self._watched.keys() >= set(watched)
        if is_settled and self._memory.token and await self._lane.ask(SNAPSHOT) == self._memory.token:
            return _NOTHING
        return await self._lane.run(self._look, watched)

    def _look(self, db: Database, watched: Collection[str]) -> News:
        """Return what is new; nothing is taken for told until the answer is whole."""
        look = self._memory.look(db, watched)
        waiting = sorted([*self._waiting, *look.messages])
        changed = list(dict.fromkeys([*self._changed, *look.conversations]))
        told, left = waiting[:_MOST], waiting[_MOST:]
        exists = self._existing(db, watched)
        touched = dict.fromkeys([*changed[:_MOST], *(each.conversation_id for each in told)])
        news = News(
            tuple(_read(db, told)),
            tuple(describe(db, list(touched), self._user_id)),
            tuple(each for each in watched if not exists[each] and self._watched.get(each, True)),
            has_more=bool(left or changed[_MOST:]),
        )
        self._memory.keep()
        self._waiting, self._changed, self._watched = left, changed[_MOST:], exists
        return news

    def _existing(self, db: Database, watched: Collection[str]) -> dict[str, bool]:
        theirs = equals("user_id", self._user_id)
        rows = db.rows(
            f"SELECT id::text FROM conversations WHERE id::text = ANY(%s) AND {theirs.sql}",
            list(watched),
            *theirs.parameters,
        )
        found = {row_id for (row_id,) in rows}
        return {each: each in found for each in watched}


def _read(db: Database, written: Iterable[Written]) -> list[Message]:
    """Return messages in the given order, large ones by head, without those that are gone."""
    by_conversation: dict[str, list[str]] = {}
    for each in written:
        by_conversation.setdefault(each.conversation_id, []).append(each.id)
    found: dict[int, Message] = {}
    for conversation_id, ids in by_conversation.items():
        found |= messages.read(db, conversation_id, ids, HEAD_BYTES)
    return [found[each.tie] for each in written if each.tie in found]
