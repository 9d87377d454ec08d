"""PostgresStore: the contract over a database on a server, a line or two a call. All SQL is in the topic modules."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC
from typing import TYPE_CHECKING

from store.contract.capability import Capability
from store.core.limits import at_least_one, utc_now
from store.domain.timestamps import instant
from store.errors import CommitUnknown, StoreError
from store.ironclaw0.list_filter import Filter
from store.ironclaw0.postgres import conversations, list_pages, messages, metadata, routines, threads
from store.ironclaw0.postgres.ironclaw_calls import IronclawCalls
from store.records import ConversationPage, Machines, MessageCursor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from store.contract.raw_rows import RawMessage
    from store.contract.stored_rows import RowSelection
    from store.contract.usage import RoutineRun, Usage
    from store.core.row_taking import OrderedRowStream
    from store.core.statistics_run import StatisticsRun
    from store.domain.query import Query
    from store.ironclaw0.postgres.feed import PostgresFeed
    from store.ironclaw0.postgres.search import PostgresFind, PostgresSearch
    from store.records import (
        Channel,
        Conversation,
        ConversationCursor,
        Count,
        Kind,
        Message,
        Metadata,
        Routine,
        SpecialThread,
        User,
    )


_UNSEEN_A_HOP = 50
_LOOK_S, _LOOK_PAUSE_S = 5.0, 0.2
"""How long, and how often, to look whether a save that was cut off is stored."""


class PostgresStore(IronclawCalls):
    """Implements ``contract.ConversationStore``. Here is what a browser adds."""

    @property
    def capabilities(self) -> dict[Capability, str | None]:
        """Return what this store can: ``None``, or else in one sentence why not."""
        found: dict[Capability, str | None] = dict.fromkeys(Capability)
        found[Capability.WRITE] = self.read_only_reason
        found[Capability.TEXT_INDEX] = "A search index is for a file on this machine, not for a server."
        found[Capability.CHECK] = "A server looks for damage by itself; ask its administrator."
        found[Capability.SPELLING] = (
            "PostgreSQL keeps what a document means, not its spaces and the order of its keys."
        )
        return found

    async def list_users(self) -> list[User]:
        """Return everybody with a conversation, most conversations first."""
        return await self._reader.run(list_pages.users)

    async def list_channels(self, user_id: str) -> list[Channel]:
        """Return the channels of a user with exact counts, fullest first, then by name."""
        return await self._reader.run(list_pages.channels, user_id)

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
        return await self._reader.run(
            conversations.page,
            chosen,
            after=after,
            before=before,
            oldest=oldest,
            limit=at_least_one(limit),
        )

    async def count_conversations(
        self,
        user_id: str,
        *,
        channel: str | None = None,
        kind: Kind | None = None,
        machines: Machines = Machines.SHOWN,
    ) -> int:
        """Return exactly how many conversations such a list holds."""
        return await self._reader.run(list_pages.count, Filter(user_id, channel, kind, machines))

    async def get_conversation(self, conversation_id: str, user_id: str) -> Conversation:
        """Return one conversation."""
        return await self._reader.run(conversations.one, conversation_id, user_id)

    async def find_conversations(self, prefix: str, user_id: str, *, limit: int = 10) -> list[Conversation]:
        """Return a user's conversations whose id begins so, by id; one that has it whole comes alone."""
        return await self._reader.run(conversations.named, prefix, user_id, limit=at_least_one(limit))

    async def read_message(self, message: Message, *, limit: int | None = None) -> Message:
        """Return a message again with up to ``limit`` bytes of its content, or with all of it."""
        return await self._reader.run(messages.again, message, limit)

    async def read_raw_message(self, message: Message, *, limit: int | None = None) -> RawMessage:
        """Return the row of a message as it is stored, with up to ``limit`` bytes of its content, or a megabyte."""
        from store.ironclaw0.postgres import raw_rows

        return await self._reader.run(raw_rows.read, message, limit)

    async def read_metadata(self, conversation_id: str, user_id: str) -> Metadata:
        """Return the metadata as they are stored, and whether they may be edited."""
        return await self._reader.run(metadata.read_text, conversation_id, user_id)

    async def save_metadata(self, conversation_id: str, user_id: str, new: str, expected: str) -> Metadata:
        """Store the whole metadata if what is stored still says what ``expected`` says.

        Where the connection is lost while it is saved, what is stored tells whether it was.

        Raises:
            CommitUnknown: the server did not answer again in time.
        """
        try:
            return await self._write(metadata.save, conversation_id, user_id, new, expected)
        except CommitUnknown as error:
            unknown = error
        if await self._is_stored(conversation_id, user_id, new):
            return await self.read_metadata(conversation_id, user_id)
        raise unknown

    async def _is_stored(self, conversation_id: str, user_id: str, document: str) -> bool:
        """Look for some seconds, as soon as the server answers again, whether a document was stored."""
        clock = asyncio.get_running_loop().time
        give_up = clock() + _LOOK_S
        while clock() < give_up:
            with suppress(StoreError):
                return await self._server.write(metadata.is_stored, conversation_id, user_id, document)
            await asyncio.sleep(_LOOK_PAUSE_S)
        return False

    async def list_special_threads(self, user_id: str) -> list[SpecialThread]:
        """Return every routine, heartbeat and assistant thread of a user, the last used first."""
        return await self._reader.run(threads.special_threads, user_id)

    async def list_routines(self, user_id: str) -> list[Routine]:
        """Return a user's routines by name, with their threads, then the threads whose routine is gone."""
        return await self._reader.run(routines.routines, user_id)

    async def usage(self, conversation_id: str, user_id: str, *, tz: tzinfo = UTC) -> Usage:
        """Count what a conversation took, in short steps, so that pages are read meanwhile."""
        from store.ironclaw0.postgres.usage import usage

        return await usage(self._reader, conversation_id, user_id, tz)

    async def routine_runs(
        self, routine_id: str, user_id: str, start: datetime, stop: datetime, *, limit: int = 1000
    ) -> list[RoutineRun]:
        """Return the runs of a routine that began between two times, the newest ``limit``, oldest first."""
        from store.ironclaw0.postgres.routine_runs import runs

        return await self._reader.run(runs, routine_id, user_id, start, stop, limit=limit)

    def statistics(self, user_id: str, *, tz: tzinfo = UTC, anew: bool = False) -> StatisticsRun:
        """Count the whole history of a user, in short steps."""
        from store.core.kept_counts import KeptCounts
        from store.core.local_days import LocalDays
        from store.core.statistics_run import StatisticsRun
        from store.ironclaw0.postgres.statistics import PostgresStatistics

        kept = KeptCounts(self._index_folder, self.shown, user_id, anew=anew)
        now = instant((self._clock or utc_now)())
        return StatisticsRun(PostgresStatistics(self._server, user_id, LocalDays(tz), kept, now))

    def search(self, query: Query, user_id: str) -> PostgresSearch:
        """Search the titles and all messages of all conversations of a user, the newest rows first."""
        from store.ironclaw0.known_titles import Titles
        from store.ironclaw0.postgres.search import PostgresSearch

        self._titles = self._titles or Titles()
        return PostgresSearch(self._server, query, user_id, self._titles)

    def find(self, query: Query, conversation_id: str, user_id: str) -> PostgresFind:
        """Find messages in one conversation, the newest rows first."""
        from store.ironclaw0.postgres.search import PostgresFind

        return PostgresFind(self._server, query, conversation_id, user_id)

    async def update_index(self) -> bool:
        """Add some of what was written since to the full-text index; return whether there may be more."""
        return False

    def take(self, user_id: str, selection: RowSelection) -> OrderedRowStream[int]:
        """Read conversations of a user, and their messages, exactly as they are stored."""
        from store.core.row_taking import OrderedRowStream
        from store.ironclaw0.postgres.stored_rows import PostgresRows

        return OrderedRowStream(PostgresRows(self._server, user_id, selection), selection)

    def feed(self, user_id: str) -> PostgresFeed:
        """Return a feed of what is written to the conversations of a user from now on."""
        from store.ironclaw0.postgres.feed import PostgresFeed

        return PostgresFeed(self._server, user_id)

    async def count_unseen(
        self, user_id: str, seen: Mapping[str, MessageCursor | None], *, cap: int = 99
    ) -> dict[str, Count]:
        """Count the messages that came after what was seen."""
        at_least_one(cap)
        counts: dict[str, Count] = {}
        places = list(seen.items())
        for start in range(0, len(places), _UNSEEN_A_HOP):
            some = dict(places[start : start + _UNSEEN_A_HOP])
            counts |= await self._reader.run(messages.unseen, user_id, some, cap)
        return counts

    async def ping(self) -> None:
        """Make sure that the server still answers."""
        await self._reader.ask("SELECT 1")

    async def check(self) -> list[str]:
        """Return nothing: a server looks after its own pages."""
        return []
