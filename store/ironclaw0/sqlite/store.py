"""SqliteStore: the contract over one SQLite file, a line or two a call. All SQL is in the topic modules."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from store.contract.capability import Capability
from store.core.limits import at_least_one
from store.engines.sqlite import checks
from store.files.paths import shown
from store.ironclaw0.list_filter import Filter
from store.ironclaw0.sqlite import conversations, list_pages, messages, metadata, routines, threads
from store.ironclaw0.sqlite.ironclaw_calls import IronclawCalls
from store.records import ConversationPage, Machines, MessageCursor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo
    from pathlib import Path

    from store.contract.raw_rows import RawMessage
    from store.contract.stored_rows import RowSelection
    from store.contract.usage import RoutineRun, Usage
    from store.core.row_taking import OrderedRowStream
    from store.domain.query import Query
    from store.ironclaw0.sqlite.feed import SqliteFeed
    from store.ironclaw0.sqlite.search import SqliteFind, SqliteSearch
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


class SqliteStore(IronclawCalls):
    """Implements ``contract.ConversationStore``. Here is what a browser adds."""

    @property
    def capabilities(self) -> dict[Capability, str | None]:
        """Return what this store can: ``None``, or else in one sentence why not."""
        found: dict[Capability, str | None] = dict.fromkeys(Capability)
        found[Capability.WRITE] = self.read_only_reason
        if self._index_folder is None:
            found[Capability.TEXT_INDEX] = "No folder for indexes was named when the store was opened."
        return found

    async def list_users(self) -> list[User]:
        """Return everybody with a conversation, most conversations first."""
        return await self._reader.run(list_pages.users, self._list_cache)

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
            self._list_cache,
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
        from store.ironclaw0.sqlite import raw_rows

        return await self._reader.run(raw_rows.read, message, limit)

    async def read_metadata(self, conversation_id: str, user_id: str) -> Metadata:
        """Return the metadata as they are stored, and whether they may be edited."""
        return await self._reader.run(metadata.read_text, conversation_id, user_id)

    async def save_metadata(self, conversation_id: str, user_id: str, new: str, expected: str) -> Metadata:
        """Store the whole metadata, character for character, if what is stored still is ``expected``."""
        return await self._write(metadata.save, conversation_id, user_id, new, expected)

    async def list_special_threads(self, user_id: str) -> list[SpecialThread]:
        """Return every routine, heartbeat and assistant thread of a user, the last used first."""
        return await self._reader.run(threads.special_threads, user_id)

    async def list_routines(self, user_id: str) -> list[Routine]:
        """Return a user's routines by name, with their threads, then the threads whose routine is gone."""
        return await self._reader.run(routines.routines, user_id)

    async def usage(self, conversation_id: str, user_id: str, *, tz: tzinfo = UTC) -> Usage:
        """Count what a conversation took, in short steps, so that pages are read meanwhile."""
        from store.ironclaw0.sqlite.usage import usage

        return await usage(self._reader, conversation_id, user_id, tz)

    async def routine_runs(
        self, routine_id: str, user_id: str, start: datetime, stop: datetime, *, limit: int = 1000
    ) -> list[RoutineRun]:
        """Return the runs of a routine that began between two times, the newest ``limit``, oldest first."""
        from store.ironclaw0.sqlite.routine_runs import runs

        return await self._reader.run(runs, routine_id, user_id, start, stop, limit=limit)

    def search(self, query: Query, user_id: str) -> SqliteSearch:
        """Search the titles and all messages of all conversations of a user, the newest rows first."""
        from store.core.search_memory import KeptState
        from store.ironclaw0.sqlite.remembered import Remembered
        from store.ironclaw0.sqlite.search import SqliteSearch

        self._search_memory = self._search_memory or KeptState(Remembered)
        return SqliteSearch(self._file, query, user_id, self._index(), self._search_memory)

    def find(self, query: Query, conversation_id: str, user_id: str) -> SqliteFind:
        """Find messages in one conversation, the newest rows first."""
        from store.ironclaw0.sqlite.search import SqliteFind

        return SqliteFind(self._file, query, conversation_id, user_id)

    async def update_index(self) -> bool:
        """Add some of what was written since to the full-text index; return whether there may be more."""
        index = self._index()
        if index is None or not index.exists():
            return False
        from store.ironclaw0.sqlite.text_index import keep

        reader = await self._file.second_reader()
        try:
            return await reader.run(keep, index, self.path)
        finally:
            await reader.close()

    def take(self, user_id: str, selection: RowSelection) -> OrderedRowStream[int]:
        """Read conversations of a user, and their messages, exactly as they are stored."""
        from store.core.row_taking import OrderedRowStream
        from store.ironclaw0.sqlite.stored_rows import SqliteRows

        return OrderedRowStream(SqliteRows(self._file, user_id, selection), selection)

    def feed(self, user_id: str) -> SqliteFeed:
        """Return a feed of what is written to the conversations of a user from now on."""
        from store.ironclaw0.sqlite.feed import SqliteFeed

        return SqliteFeed(self._file, user_id, self._clock)

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
        """Make sure that the file that was opened still lies at the path."""
        await self._reader.run(checks.data_version)

    async def check(self) -> list[str]:
        """Return what SQLite's quick check finds wrong with the file; a damaged file is not written any more."""
        reader = await self._file.second_reader()
        try:
            found = await reader.run(checks.complaints)
        finally:
            await reader.close()
        if found and self.read_only_reason is None:
            self.read_only_reason = f"{shown(self.path)} has damaged pages, so that writing could make it worse."
        return found

    def _index(self) -> Path | None:
        """Return where the full-text index lies, if there is one."""
        if self._index_folder is None:
            return None
        from store.ironclaw0.sqlite.text_index_file import path_in

        return path_in(self._index_folder, self.path)
