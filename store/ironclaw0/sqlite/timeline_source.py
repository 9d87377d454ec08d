"""Read one conversation for its timeline: its keys in steps, what was written since, its messages by their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.core.ordered_timeline import KeyStep, OrderedTimeline
from store.engines.sqlite.checks import data_version
from store.engines.sqlite.database import snapshot
from store.files.paths import shown
from store.ironclaw0.sqlite import messages
from store.ironclaw0.sqlite.row_handles import require

if TYPE_CHECKING:
    from store.core.message_order import KeyRun
    from store.engines.sqlite.connection import Reader
    from store.ironclaw0.sqlite.messages import Below, Watermark
    from store.ironclaw0.sqlite.schema import Database, Schema
    from store.records import Message


class Place(NamedTuple):
    """How far a conversation was read."""

    row: int
    """The conversation's row number."""
    last: int | None
    """Its newest message when the reading began; ``None`` if it had none."""
    mark: Watermark | None
    """Its newest message that was read."""
    below: Below | None
    """Where the next step towards its start begins; ``None`` before the first."""


class SqliteMessages:
    """Implements ``store.core.ordered_timeline.MessageSource``.

    Args:
        reader: The connection.
        conversation_id: Which conversation.
        user_id: Whose it must be; ``None`` for anybody's.
    """

    def __init__(self, reader: Reader[Schema], conversation_id: str, user_id: str | None) -> None:
        self.name = shown(reader.path)
        self._reader = reader
        self._id = conversation_id
        self._user_id = user_id

    async def version(self) -> int:
        """Return a number that changes whenever anything was written."""
        return await self._reader.run(data_version)

    async def begin(self, size: int, cap: int) -> tuple[KeyStep[Place], int]:
        """Return the newest keys, and how many messages there are, counted up to ``cap``."""
        return await self._reader.run(_begin, self._id, self._user_id, size, cap)

    async def older(self, place: Place, size: int) -> KeyStep[Place] | None:
        """Return the next keys towards the start; ``None`` if the last step's row is not what it was."""
        keys = await self._reader.run(messages.older_keys, place.row, place.last, place.below, size)
        return keys and KeyStep(keys.keys, place._replace(below=keys.below))

    async def newer(self, place: Place) -> tuple[KeyStep[Place], int] | None:
        """Return the keys written since, and how many messages there are; ``None`` if rows are not what they were."""
        news = await self._reader.run(_news, self._id, self._user_id, place)
        return news and (KeyStep(news.keys, place._replace(mark=news.watermark)), news.total)

    async def total(self, place: Place) -> int:
        """Return how many messages there were when the reading began."""
        return await self._reader.run(messages.total, place.row, last=place.last)

    async def fetch(self, place: Place, run: KeyRun, limit: int | None) -> list[Message] | None:
        """Return the messages of a run, large ones by head; ``None`` if one is not what it was."""
        return await self._reader.run(messages.fetch, place.row, self._id, run, limit)

    async def roles(self, place: Place, run: KeyRun) -> list[str] | None:
        """Return the roles of the messages of a run; ``None`` if one is gone."""
        return await self._reader.run(messages.roles, place.row, run)


async def open_timeline(
    reader: Reader[Schema], conversation_id: str, user_id: str | None, *, keeps_turns: bool
) -> OrderedTimeline[Place]:
    """Return the messages of a conversation as a sequence with its newest step read.

    Args:
        reader: The connection.
        conversation_id: Which conversation.
        user_id: Whose it must be; ``None`` for anybody's.
        keeps_turns: Whether replies stay behind their questions whatever their times say.

    Raises:
        ConversationNotFound: the conversation does not exist, or is another user's.
    """
    source = SqliteMessages(reader, conversation_id, user_id)
    timeline = OrderedTimeline(source, conversation_id, keeps_turns=keeps_turns)
    await timeline.start()
    return timeline


def _begin(
    db: Database, conversation_id: str, user_id: str | None, size: int, cap: int
) -> tuple[KeyStep[Place], int]:
    with snapshot(db):
        row = require(db, conversation_id, user_id)
        mark = messages.watermark(db, row)
        last = mark and mark.rowid
        keys = messages.older_keys(db, row, last, None, size) or messages.Keys([], None)
        return KeyStep(keys.keys, Place(row, last, mark, keys.below)), messages.total(db, row, cap=cap)


def _news(db: Database, conversation_id: str, user_id: str | None, place: Place) -> messages.News | None:
    """Return what was written since; ``None`` if the conversation's row is another one by now."""
    with snapshot(db):
        is_same = require(db, conversation_id, user_id) == place.row
        return messages.news(db, place.row, place.mark) if is_same else None
