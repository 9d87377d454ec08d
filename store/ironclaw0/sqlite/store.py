"""SqliteStore: the contract over one SQLite file. All SQL is in the topic modules."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from store.contract.capability import Capability
from store.core.kept_timelines import KeptTimelines
from store.core.limits import utc_now
from store.domain.timestamps import format_canonical, instant
from store.engines.sqlite import checks
from store.files.paths import identify, shown
from store.ironclaw0.sqlite.connections import database_file, reason_not_to_write
from store.ironclaw0.sqlite.schema import Database
from store.ironclaw0.sqlite.timeline_source import Place, open_timeline
from store.ironclaw0.sqlite.topics import SqliteTopics
from store.ironclaw0.store import Ironclaw0Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo
    from pathlib import Path

    from store.contract.stored_rows import RowSelection
    from store.core.ordered_timeline import OrderedTimeline
    from store.core.polled_feed import PolledFeed
    from store.core.row_taking import OrderedRowStream
    from store.core.search_memory import KeptState
    from store.core.statistics_run import StatisticsRun
    from store.domain.query import Query
    from store.engines.sqlite.connection import Reader
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw0.sqlite.remembered import Remembered
    from store.ironclaw0.sqlite.schema import Schema
    from store.ironclaw0.sqlite.search import SqliteFind, SqliteSearch
    from store.ironclaw0.sqlite.text_index_check import IndexCheck

P = ParamSpec("P")
T = TypeVar("T")


class SqliteStore(Ironclaw0Store[Database, str]):
    """Implements ``contract.ConversationStore``: one file, open for reading and, from the first edit on, for writing.

    Args:
        file: The file, open.
        read_only: Refuse every write.
        now: The clock.
        index_folder: Where full-text indexes lie and counts are kept; without it there are none.
    """

    _topics = SqliteTopics()

    def __init__(
        self,
        file: DatabaseFile[Schema],
        *,
        read_only: bool = False,
        now: Callable[[], datetime] = utc_now,
        index_folder: Path | None = None,
    ) -> None:
        self.path = file.path
        self.read_only_reason = reason_not_to_write(file.path, file.reader.schema, asked=read_only)
        self._is_read_only = read_only
        self._clock = now
        self._file = file
        self._reopening = asyncio.Lock()
        self._search_memory: KeptState[Remembered] | None = None
        self._index_check: IndexCheck | None = None
        self._index_folder = index_folder
        self._timelines = KeptTimelines(
            lambda conversation_id: open_timeline(self._reader, conversation_id, None, keeps_turns=False)
        )

    @property
    def capabilities(self) -> dict[Capability, str | None]:
        """Return what this store can: ``None``, or else in one sentence why not."""
        found: dict[Capability, str | None] = dict.fromkeys(Capability)
        found[Capability.WRITE] = self.read_only_reason
        if self._index_folder is None:
            found[Capability.TEXT_INDEX] = "No folder for indexes was named when the store was opened."
        return found

    async def reopen(self) -> None:
        """Go on with the file that lies at the path now; nothing is kept of the old one."""
        async with self._reopening:
            await self._file.abandon()
            file = database_file(self.path, self._file.deadline_s)
            try:
                schema = (await file.open()).reader.schema
                self.read_only_reason = reason_not_to_write(self.path, schema, asked=self._is_read_only)
            except BaseException:
                await file.close()
                raise
            self._file = file
            self._search_memory = None
            self._index_check = None
            self._timelines.clear()

    async def close(self) -> None:
        """Close every connection. May be called twice."""
        self._timelines.clear()
        await self._file.close()

    async def timeline(self, conversation_id: str, user_id: str | None) -> OrderedTimeline[Place]:
        """Return the messages of a conversation as a sequence."""
        return await open_timeline(self._reader, conversation_id, user_id, keeps_turns=True)

    def statistics(self, user_id: str, *, tz: tzinfo = UTC, anew: bool = False) -> StatisticsRun:
        """Count the whole history of a user, in short steps, the newest messages first."""
        from store.core.kept_counts import KeptCounts
        from store.core.local_days import LocalDays
        from store.core.statistics_run import StatisticsRun
        from store.ironclaw0.sqlite.statistics import SqliteStatistics

        kept = KeptCounts(self._index_folder, str(identify(self.path)), user_id, anew=anew)
        now = instant(self._clock())
        return StatisticsRun(SqliteStatistics(self._file, user_id, LocalDays(tz), kept, now))

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
        from store.ironclaw0.sqlite.text_index_check import IndexCheck

        check = self._index_check = self._index_check or IndexCheck()
        reader = await self._file.second_reader()
        try:
            return await reader.run(keep, index, self.path, check)
        finally:
            await reader.close()
            if check.was_rewritten():
                self._search_memory = None

    def take(self, user_id: str, selection: RowSelection) -> OrderedRowStream[int]:
        """Read conversations of a user, and their messages, exactly as they are stored."""
        from store.core.row_taking import OrderedRowStream
        from store.ironclaw0.sqlite.stored_rows import SqliteRows

        return OrderedRowStream(SqliteRows(self._file, user_id, selection), selection)

    def feed(self, user_id: str) -> PolledFeed[Database]:
        """Return a feed of what is written to the conversations of a user from now on."""
        from store.core.polled_feed import PolledFeed
        from store.ironclaw0.sqlite.feed import SqliteMemory

        return PolledFeed(self._file.second_reader, SqliteMemory(user_id, self._clock))

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

    async def _in_transaction(
        self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._file.write(function, *args, **kwargs)

    @property
    def _reader(self) -> Reader[Schema]:
        return self._file.reader

    def _now(self) -> str:
        return format_canonical(self._clock())
