"""The reading calls of the contract that every format answers by its topics, a line or two a call."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from store.core.limits import at_least_one
from store.core.list_filter import Filter, PageRequest, RunsRequest
from store.records import Machines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from store.contract.raw_rows import RawMessage
    from store.contract.usage import RoutineRun
    from store.core.reading_topics import ReadingTopics
    from store.core.step_search import Lane
    from store.records import (
        Channel,
        Conversation,
        ConversationCursor,
        ConversationPage,
        ConversationSummary,
        Count,
        Kind,
        Message,
        MessageCursor,
        Metadata,
        Routine,
        User,
    )

Connection = TypeVar("Connection")


class ReadingStore(ABC, Generic[Connection]):
    """A part of ``contract.ConversationStore``; a subclass is a format and has the rest."""

    _unseen_a_hop = 50
    """Conversations whose unseen messages are counted at once, so that other readers get in between."""

    @property
    @abstractmethod
    def _topics(self) -> ReadingTopics[Connection]:
        """Return what the format answers."""

    @property
    @abstractmethod
    def _reader(self) -> Lane[Connection]:
        """Return the connection that reads, which ``reopen`` makes anew."""

    async def list_users(self) -> list[User]:
        """Return everybody with a conversation, most conversations first."""
        return await self._reader.run(self._topics.list_pages.users)

    async def list_channels(self, user_id: str) -> list[Channel]:
        """Return the channels of a user with exact counts, fullest first, then by name."""
        return await self._reader.run(self._topics.list_pages.channels, user_id)

    async def list_conversations(
        self,
        user_id: str,
        *,
        channel: str | None = None,
        kind: Kind | None = None,
        machines: Machines = Machines.SHOWN,
        after: ConversationCursor | None = None,
        before: ConversationCursor | None = None,
        oldest: bool = False,
        limit: int = 50,
    ) -> ConversationPage:
        """Return a page of conversations, newest first."""
        if (after is not None) + (before is not None) + oldest > 1:
            raise ValueError("at most one of after, before and oldest")
        chosen = Filter(user_id, channel, kind, machines)
        asked = PageRequest(chosen, at_least_one(limit), after, before, oldest)
        return await self._reader.run(self._topics.conversations.page, asked)

    async def count_conversations(
        self,
        user_id: str,
        *,
        channel: str | None = None,
        kind: Kind | None = None,
        machines: Machines = Machines.SHOWN,
    ) -> int:
        """Return exactly how many conversations such a list holds."""
        return await self._reader.run(self._topics.list_pages.count, Filter(user_id, channel, kind, machines))

    async def list_conversations_with_preview(
        self, user_id: str, channel: str, limit: int
    ) -> list[ConversationSummary]:
        """Return this user's newest conversations on one channel, newest first."""
        chosen = Filter(user_id, channel)
        return await self._reader.run(self._topics.summaries.newest, chosen, at_least_one(limit))

    async def list_conversations_all_channels(self, user_id: str, limit: int) -> list[ConversationSummary]:
        """Return this user's newest conversations, newest first."""
        return await self._reader.run(self._topics.summaries.newest, Filter(user_id), at_least_one(limit))

    async def get_conversation(self, conversation_id: str, user_id: str) -> Conversation:
        """Return one conversation."""
        return await self._reader.run(self._topics.conversations.one, conversation_id, user_id)

    async def find_conversations(self, prefix: str, user_id: str, *, limit: int = 10) -> list[Conversation]:
        """Return a user's conversations whose id begins so, by id; those that have it whole come alone."""
        return await self._reader.run(self._topics.conversations.named, prefix, user_id, limit=at_least_one(limit))

    async def read_raw_message(self, message: Message, *, limit: int | None = None) -> RawMessage:
        """Return the row of a message as it is stored, with up to ``limit`` bytes of its content, or a megabyte."""
        return await self._reader.run(self._topics.raw_rows.read, message, limit)

    async def read_metadata(self, conversation_id: str, user_id: str) -> Metadata:
        """Return the metadata as they are stored, and whether they may be edited."""
        return await self._reader.run(self._topics.metadata.read_text, conversation_id, user_id)

    async def get_conversation_metadata(self, conversation_id: str) -> dict[str, Any] | None:
        """Return the metadata, or ``None`` if there is no such conversation."""
        return await self._reader.run(self._topics.metadata.read, conversation_id)

    async def list_routines(self, user_id: str) -> list[Routine]:
        """Return a user's routines by name, with their threads, then the threads whose routine is gone."""
        return await self._reader.run(self._topics.routines.routines, user_id)

    async def routine_runs(
        self, routine_id: str, user_id: str, start: datetime, stop: datetime, *, limit: int = 1000
    ) -> list[RoutineRun]:
        """Return the runs of a routine that began between two times, the newest ``limit``, oldest first."""
        asked = RunsRequest(routine_id, user_id, start, stop, at_least_one(limit))
        return await self._reader.run(self._topics.routine_runs.runs, asked)

    async def count_unseen(
        self, user_id: str, seen: Mapping[str, MessageCursor | None], *, cap: int = 99
    ) -> dict[str, Count]:
        """Count the messages that came after what was seen."""
        at_least_one(cap)
        counts: dict[str, Count] = {}
        places = list(seen.items())
        for start in range(0, len(places), self._unseen_a_hop):
            some = dict(places[start : start + self._unseen_a_hop])
            counts |= await self._reader.run(self._topics.messages.unseen, user_id, some, cap)
        return counts
