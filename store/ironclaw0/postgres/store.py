"""PostgresStore: the contract over a database on a server. All SQL is in the topic modules."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from store.contract.capability import Capability
from store.core.kept_timelines import KeptTimelines
from store.core.limits import utc_now
from store.domain.timestamps import instant
from store.errors import CommitFailed, CommitUnknown, ConversationNotFound, StoreError
from store.ironclaw0.postgres import metadata
from store.ironclaw0.postgres.connections import reason_not_to_write, server_database
from store.ironclaw0.postgres.schema import Database
from store.ironclaw0.postgres.timeline_source import Place, open_timeline
from store.ironclaw0.postgres.topics import PostgresTopics
from store.ironclaw0.store import Ironclaw0Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo
    from pathlib import Path

    from store.contract.stored_rows import RowSelection
    from store.core.ordered_timeline import OrderedTimeline
    from store.core.row_taking import OrderedRowStream
    from store.core.search_memory import KeptState
    from store.core.statistics_run import StatisticsRun
    from store.domain.query import Query
    from store.engines.postgres.connection import Reader
    from store.engines.postgres.server_database import ServerDatabase
    from store.ironclaw0.known_titles import Titles
    from store.ironclaw0.postgres.feed import PostgresFeed
    from store.ironclaw0.postgres.schema import Schema
    from store.ironclaw0.postgres.search import PostgresFind, PostgresSearch
    from store.records import Metadata

P = ParamSpec("P")
T = TypeVar("T")

_LOOK_S, _LOOK_PAUSE_S = 5.0, 0.2
"""How long, and how often, to look whether a save that was cut off is stored."""
_REASONS = {
    Capability.TEXT_INDEX: "A search index is for a file on this machine, not for a server.",
    Capability.CHECK: "A server looks for damage by itself; ask its administrator.",
    Capability.SPELLING: "PostgreSQL keeps what a document means, not its spaces and the order of its keys.",
}


class PostgresStore(Ironclaw0Store[Database, datetime | None]):
    """Implements ``contract.ConversationStore``: one database, read and, from the first edit on, written.

    Args:
        server: The database, open.
        read_only: Refuse every write.
        clock: What tells the time that a write stores; ``None`` for the server's clock, as IronClaw has it.
        index_folder: Where counts are kept; without it none are.
    """

    _topics = PostgresTopics()

    def __init__(
        self,
        server: ServerDatabase[Schema],
        *,
        read_only: bool = False,
        clock: Callable[[], datetime] | None = None,
        index_folder: Path | None = None,
    ) -> None:
        self.shown = server.address.shown
        """Where the database lies, without any password."""
        self._is_read_only = read_only
        self._clock = clock
        self._index_folder = index_folder
        self._server = server
        self._follow(is_standby=server.reader.can.is_standby)
        self._reopening = asyncio.Lock()
        self._search_memory: KeptState[Titles[str]] | None = None
        self._timelines = KeptTimelines(lambda conversation_id: self.timeline(conversation_id, None))

    @property
    def capabilities(self) -> dict[Capability, str | None]:
        """Return what this store can: ``None``, or else in one sentence why not."""
        return {**dict.fromkeys(Capability), **_REASONS, Capability.WRITE: self.read_only_reason}

    async def reopen(self) -> None:
        """Connect anew; nothing is kept of the old connections."""
        async with self._reopening:
            server = server_database(self._server.address, self._server.deadline_s)
            await server.open()
            old, self._server = self._server, server
            self._follow(is_standby=server.reader.can.is_standby)
            self._timelines.clear()
            self._titles = None
            await old.close()

    async def close(self) -> None:
        """Close every connection. May be called twice."""
        self._timelines.clear()
        await self._server.close()

    async def timeline(self, conversation_id: str, user_id: str | None) -> OrderedTimeline[Place]:
        """Return the messages of a conversation as a sequence."""
        return await open_timeline(self._reader, conversation_id, user_id)

    async def save_metadata(self, conversation_id: str, user_id: str, new: str, expected: str) -> Metadata:
        """Store the whole metadata if what is stored still says what ``expected`` says.

        Where the connection is lost while it is saved, what is stored tells whether it was.

        Raises:
            CommitFailed: it was not.
            CommitUnknown: the server did not answer again in time, or something else is stored by then.
        """
        try:
            return await super().save_metadata(conversation_id, user_id, new, expected)
        except CommitUnknown as error:
            unknown = error
        is_stored = await self._is_stored(conversation_id, user_id, new, expected)
        if is_stored is None:
            raise unknown
        if not is_stored:
            raise CommitFailed(f"The connection to {self.shown} was lost, and nothing was saved; save it again.")
        return await self._server.write(metadata.read_text, conversation_id, user_id)

    async def _is_stored(self, conversation_id: str, user_id: str, new: str, expected: str) -> bool | None:
        """Look for some seconds, as soon as the server answers, whether a save is stored; ``None`` if none can tell.

        Args:
            conversation_id: Which conversation.
            user_id: Whose it is.
            new: The document that was to be stored.
            expected: What was stored before.
        """
        clock = asyncio.get_running_loop().time
        give_up = clock() + _LOOK_S
        while clock() < give_up:
            try:
                return await self._server.write(metadata.is_stored, conversation_id, user_id, new, expected)
            except ConversationNotFound:
                raise
            except StoreError:
                await asyncio.sleep(_LOOK_PAUSE_S)
        return None

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
        from store.core.search_memory import KeptState
        from store.ironclaw0.known_titles import Titles
        from store.ironclaw0.postgres.search import PostgresSearch

        self._search_memory = self._search_memory or KeptState(Titles)
        return PostgresSearch(self._server, query, user_id, self._search_memory)

    def find(self, query: Query, conversation_id: str, user_id: str) -> PostgresFind:
        """Find messages in one conversation, the newest rows first."""
        from store.ironclaw0.postgres.search import PostgresFind

        return PostgresFind(self._server, query, conversation_id, user_id)

    async def update_index(self) -> bool:
        """Return that there is no index to add to."""
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

    async def ping(self) -> None:
        """Make sure that the server still answers; a standby that has become the primary is written from then on."""
        if not self._is_standby:
            await self._reader.ask("SELECT 1")
        elif not await self._reader.ask("SELECT pg_is_in_recovery()"):
            self._follow(is_standby=False)

    async def check(self) -> list[str]:
        """Return nothing: a server looks after its own pages."""
        return []

    def _follow(self, *, is_standby: bool) -> None:
        """Take in whether the server follows another one."""
        self._is_standby = is_standby
        asked = self._is_read_only
        self.read_only_reason = reason_not_to_write(self._reader, asked=asked, is_standby=is_standby)

    async def _in_transaction(
        self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._server.write(function, *args, **kwargs)

    @property
    def _reader(self) -> Reader[Schema]:
        return self._server.reader

    def _now(self) -> datetime | None:
        return None if self._clock is None else self._clock()

    def _require_text(self, *texts: str | None) -> None:
        """Refuse text that the server does not take.

        Raises:
            ValueError: one holds half a character, or NUL.
        """
        super()._require_text(*texts)
        if any(text is not None and "\0" in text for text in texts):
            raise ValueError("text with NUL cannot be stored on a PostgreSQL server")
