"""Search all conversations of a user, or one of them, as steps that stream their hits.

Steps go through the blocks of the table, newest first, as rows are added at its end; where a server cannot read by
blocks, through conversations, the last used first.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from store.core.matching import Matcher
from store.core.step_search import StepSearch
from store.domain.search_results import FindBatch, SearchBatch, Way
from store.ironclaw0.known_titles import Titles
from store.ironclaw0.postgres import messages, search_sql
from store.ironclaw0.postgres.schema import Database
from store.ironclaw0.postgres.timeline_source import SNAPSHOT
from store.ironclaw0.title_search import TITLES, some_of, title_hits

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterator, Sequence

    from store.core.clause import Clause
    from store.core.search_memory import KeptState
    from store.domain.query import Query
    from store.domain.search_results import TitleHit
    from store.engines.postgres.server_database import ServerDatabase
    from store.ironclaw0.postgres.schema import Schema
    from store.ironclaw0.postgres.search_sql import Scope

Batch = TypeVar("Batch")

_BLOCKS = (16, 200, 500)
"""Blocks read by the first step, which shall answer at once, by the second, and by all others."""
_CONVERSATIONS = 50
"""Conversations read by a step where there are no blocks."""
_KNOWN_TITLES = 10_000
"""Titles that are looked at by a step, if they are known already."""
_SMALL = 20_000
"""Messages of a conversation that are found quicker through its index, by one step, than in the whole table."""


class _BlockSearch(StepSearch[Batch, Database]):
    """Goes through blocks, newest first."""

    def __init__(self, server: ServerDatabase[Schema], query: Query) -> None:
        super().__init__(server.lane)
        self._has_blocks = server.reader.can.has_block_ranges
        self._query = query
        self._matcher = Matcher(query, self.is_stopped)
        self._total: int | None = None
        self._share = 0.0
        """How much of the table is behind us, 0 to 1."""

    async def _picks(self, scope: Scope) -> AsyncIterator[Clause]:
        """Yield what picks the rows to look at, newest first."""
        if not self._has_blocks:
            ids = await self._ask(search_sql.conversations_in, scope)
            for number, some in enumerate(some_of(ids, _CONVERSATIONS), 1):
                self._share = number * _CONVERSATIONS / len(ids)
                yield search_sql.of_these(some)
            return
        number = high = await self._ask(messages.blocks)
        step = 0
        while high > 0:
            low = max(high - _BLOCKS[min(step, len(_BLOCKS) - 1)], 0)
            self._share = 1 - low / number
            yield search_sql.between(low, high)
            high, step = low, step + 1

    def _progress(self) -> tuple[int, int | None]:
        """Return how many messages are done with, about, and of how many, as soon as that is known."""
        if self._total is None:
            return 0, None
        return round(self._total * min(self._share, 1.0)), self._total

    async def _count(self, scope: Scope) -> None:
        if self._total is None:
            self._total = await self._ask(search_sql.total, scope)


class PostgresSearch(_BlockSearch[SearchBatch]):
    """Implements ``store.contract.searching.Running`` over all conversations of a user.

    Args:
        server: The database.
        query: What to look for.
        user_id: Whose conversations.
        memory: The titles that are known already.
    """

    def __init__(
        self, server: ServerDatabase[Schema], query: Query, user_id: str, memory: KeptState[Titles[str]]
    ) -> None:
        super().__init__(server, query)
        self._server = server
        self._user_id = user_id
        self._memory = memory
        self._known = Titles[str]()

    async def _steps(self) -> AsyncGenerator[Coroutine[Any, Any, SearchBatch], None]:
        scope = await self._ask(search_sql.scope_of, self._query, self._user_id)
        titles: Iterator[Sequence[str]] | None = None
        async for picked in self._picks(scope):
            yield self._search(scope, picked, self._progress())
            titles = titles or await self._titled(scope)
            if ids := next(titles, None):
                yield self._titles(ids, self._progress())
            await self._count(scope)
        for ids in titles or await self._titled(scope):
            yield self._titles(ids, self._progress())
        yield self._end(scope)

    async def _titled(self, scope: Scope) -> Iterator[Sequence[str]]:
        """Return the conversations whose titles are searched, some at a time."""
        if self._query.is_about_messages:
            return iter(())
        if self._server.reader.can.has_snapshots:
            self._known = self._memory.at(hash(await self._server.reader.ask(SNAPSHOT)))
        ids = await self._ask(search_sql.conversations_in, scope)
        return some_of(ids, TITLES if self._known.lack(self._user_id, ids) else _KNOWN_TITLES)

    async def _search(self, scope: Scope, picked: Clause, progress: tuple[int, int | None]) -> SearchBatch:
        found = await self._ask(search_sql.hits, self._query, scope, picked, self._matcher)
        return SearchBatch(found, (), *progress, Way.NO_INDEX)

    async def _titles(self, ids: Sequence[str], progress: tuple[int, int | None]) -> SearchBatch:
        found = await self._ask(self._named, ids)
        return SearchBatch((), tuple(found), *progress, Way.NO_INDEX)

    def _named(self, db: Database, ids: Sequence[str]) -> list[TitleHit]:
        read = partial(search_sql.titled, db, self._user_id)
        return title_hits(ids, self._user_id, self._matcher, self._known, read)

    async def _end(self, scope: Scope) -> SearchBatch:
        await self._count(scope)
        total = self._total or 0
        return SearchBatch((), (), total, total, Way.NO_INDEX)


class PostgresFind(_BlockSearch[FindBatch]):
    """Implements ``store.contract.searching.Running`` over one conversation.

    Args:
        server: The database.
        query: What to look for.
        conversation_id: Where.
        user_id: Whose conversation.
    """

    def __init__(self, server: ServerDatabase[Schema], query: Query, conversation_id: str, user_id: str) -> None:
        super().__init__(server, query)
        self._conversation_id = conversation_id
        self._user_id = user_id

    async def _steps(self) -> AsyncGenerator[Coroutine[Any, Any, FindBatch], None]:
        scope = await self._ask(search_sql.scope_in, self._conversation_id, self._user_id)
        theirs = search_sql.of_these([self._conversation_id])
        self._total = await self._ask(messages.total, self._conversation_id)
        if self._total <= _SMALL or not self._has_blocks:
            yield self._find(scope, theirs, (self._total, self._total))
        else:
            async for picked in self._picks(scope):
                yield self._find(scope, theirs & picked, self._progress())
        yield self._end()

    async def _find(self, scope: Scope, picked: Clause, progress: tuple[int, int | None]) -> FindBatch:
        found = await self._ask(search_sql.matching, self._query, scope, picked, self._matcher)
        return FindBatch(tuple(each.cursor for each in found), *progress)

    async def _end(self) -> FindBatch:
        total = self._total or 0
        return FindBatch((), total, total)
