"""Read one conversation for its timeline: its newest keys at once, all others in one read, its messages by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.core.message_order import KeyRun, key_run
from store.core.ordered_timeline import KeyStep, OrderedTimeline
from store.ironclaw0.postgres import messages
from store.ironclaw0.postgres.row_handles import require

if TYPE_CHECKING:
    from store.engines.postgres.connection import Reader
    from store.ironclaw0.postgres.schema import Database, Schema
    from store.records import Message

SNAPSHOT = "SELECT pg_current_snapshot()::text"
"""What changes with every commit of a transaction that wrote, anywhere on the server."""
_BEFORE_ALL = (-(2**63), 0)


class Place(NamedTuple):
    """How far a conversation was read."""

    oldest: tuple[int, int] | None
    """The oldest key that was read; ``None`` if there is none before it."""
    newest: tuple[int, int] | None
    """The newest one."""
    total: int | None = None
    """How many messages there were when that was last counted to the end."""


class PostgresMessages:
    """Implements ``store.core.ordered_timeline.MessageSource``.

    Args:
        reader: The connection.
        conversation_id: Which conversation.
        user_id: Whose it must be; ``None`` for anybody's.
    """

    def __init__(self, reader: Reader[Schema], conversation_id: str, user_id: str | None) -> None:
        self.name = reader.shown
        self._reader = reader
        self._id = conversation_id
        self._user_id = user_id
        self._looks = 0

    async def version(self) -> int:
        """Return a number that changes whenever anything was written; always, where the server cannot tell."""
        if not self._reader.can.has_snapshots:
            self._looks += 1
            return self._looks
        return hash(await self._reader.ask(SNAPSHOT))

    async def begin(self, size: int, cap: int) -> tuple[KeyStep[Place], int]:
        """Return the newest keys, and how many messages there are, counted up to ``cap``."""
        keys, total = await self._reader.look(messages.newest_keys, self._id, self._user_id, size, cap=cap)
        place = Place(min(keys), max(keys)) if keys else Place(None, None)
        return KeyStep(keys, place), total

    async def older(self, place: Place, size: int) -> KeyStep[Place] | None:
        """Return all keys before those that were read."""
        if place.oldest is None:
            return KeyStep([], place)
        keys = await self._reader.run(messages.keys_around, self._id, place.oldest, is_older=True)
        return KeyStep(keys, place._replace(oldest=None))

    async def newer(self, place: Place) -> tuple[KeyStep[Place], int] | None:
        """Return the keys after those that were read, and how many messages there are."""
        return await self._reader.run(_newer, self._id, self._user_id, place)

    async def total(self, place: Place) -> int:
        """Return how many messages there were when the reading began."""
        return await self._reader.run(_total, self._id, place)

    async def fetch(self, place: Place, run: KeyRun, limit: int | None) -> list[Message] | None:
        """Return the messages of a run, large ones by head; ``None`` if one is not what it was."""
        return await self._reader.look(messages.fetch, self._id, run, limit)

    async def roles(self, place: Place, run: KeyRun) -> list[str] | None:
        """Return the roles of the messages of a run; ``None`` if one is gone."""
        return await self._reader.look(messages.roles, self._id, run)


async def open_timeline(reader: Reader[Schema], conversation_id: str, user_id: str | None) -> OrderedTimeline[Place]:
    """Return the messages of a conversation as a sequence with its newest step read.

    Raises:
        ConversationNotFound: the conversation does not exist, or is another user's.
    """
    timeline = OrderedTimeline(PostgresMessages(reader, conversation_id, user_id), conversation_id)
    await timeline.start()
    return timeline


def snapshot(db: Database) -> str:
    """Return a text that changes with every commit of a transaction that wrote, anywhere on the server."""
    return str(db.value(SNAPSHOT))


def _newer(db: Database, conversation_id: str, user_id: str | None, place: Place) -> tuple[KeyStep[Place], int]:
    require(db, conversation_id, user_id)
    total = messages.total(db, conversation_id)
    keys = _after(db, conversation_id, place, total)
    if len(keys):
        place = place._replace(newest=keys.last)
    return KeyStep(keys, place._replace(total=total)), total


def _after(db: Database, conversation_id: str, place: Place, total: int) -> KeyRun:
    """Return the keys after those that were read; in the last blocks alone, if as many are there as there must be."""
    edge = place.newest or _BEFORE_ALL
    if place.total is not None and db.can.has_block_ranges:
        recent = messages.recent_keys(db, conversation_id, edge)
        if len(recent) == total - place.total:
            return key_run(recent)
    return messages.keys_around(db, conversation_id, edge, is_older=False)


def _total(db: Database, conversation_id: str, place: Place) -> int:
    if place.newest is None:
        return 0
    if db.can.has_block_ranges:
        # Should one have come elsewhere, that is set right with the order of all.
        later = len(messages.recent_keys(db, conversation_id, place.newest))
    else:
        later = len(messages.keys_around(db, conversation_id, place.newest, is_older=False))
    return messages.total(db, conversation_id) - later
