"""Search all threads of a user, or one of them, as steps that stream their hits: files by number, newest first.

Numbers of rows, not paths, lead through the table: files lie on the disk in the order in which they were written. SQL
lets through what may match, read as JSON writes it; ``core.matching`` decides by what is shown of the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from store.core.list_filter import Filter
from store.core.matching import Matcher
from store.core.search_memory import Searched
from store.core.step_search import StepSearch
from store.domain.folding import folded
from store.domain.search_results import FindBatch, SearchBatch, TitleHit, Way, by_conversation
from store.engines.sqlite.checks import data_version
from store.engines.sqlite.database import snapshot
from store.ironclaw1 import search_heads, search_sql, thread_rows
from store.ironclaw1.schema import Database
from store.ironclaw1.scopes import scopes_in
from store.ironclaw1.search_sql import Place, Range

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, Container, Coroutine, Iterator, Sequence

    from store.core.search_memory import KeptState
    from store.domain.query import Query
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw1.conversation_records import Lists
    from store.ironclaw1.schema import Schema
    from store.ironclaw1.thread_heads import Head

Batch = TypeVar("Batch")

_STEPS = (100, 1000, 6000)
"""Rows of the first step, which shall answer at once, of the second, and of all others."""
_TITLES = 100
_TITLES_FROM = 0.05
"""Titles that are looked at by a step, and the share of the messages after which that begins."""


class _RowSearch(StepSearch[Batch, Database]):
    """Goes through rows, newest first."""

    def __init__(self, file: DatabaseFile[Schema], query: Query) -> None:
        super().__init__(file.second_reader)
        self._query = query
        self._matcher = Matcher(query, self.is_stopped)
        self._known = Searched[int]()
        self._total: asyncio.Task[int] | None = None

    def _count(self, place: Place) -> None:
        """Begin to count the messages, after the first hits are there."""
        self._total = self._total or self._begin(self._count_once(place))

    async def _count_once(self, place: Place) -> int:
        totals = self._known.totals
        if place not in totals:
            totals[place] = await self._scan(search_sql.total, place)
        return totals[place]

    def _progress(self, share: float) -> tuple[int, int | None]:
        """Return how many messages are done with, about, and of how many, as soon as that is known."""
        if self._total is None or not self._total.done():
            return 0, None
        total = self._total.result()
        return int(total * share), total

    async def _ranges(self, place: Place) -> AsyncGenerator[tuple[Range, float], None]:
        """Yield the ranges of rows, newest first, with the share that is done after each."""
        await self._spread()
        bounds = await self._ask(search_sql.bounds, place)
        rows = sum(each.high - each.low + 1 for each in bounds)
        done = 0
        for bound in bounds:
            sizes = iter(_STEPS)
            high, size = bound.high, next(sizes)
            while high >= bound.low:
                low = max(high - size + 1, bound.low)
                done += high - low + 1
                yield bound._replace(low=low, high=high), done / rows
                high, size = low - 1, next(sizes, _STEPS[-1])


class ThreadSearch(_RowSearch[SearchBatch]):
    """Implements ``store.contract.searching.Running`` over all threads of a user.

    Args:
        file: The database.
        query: What to look for.
        user_id: Whose threads.
        lists: The threads as the file's reader knows them.
        memory: What searches before have found out.
    """

    def __init__(
        self,
        file: DatabaseFile[Schema],
        query: Query,
        user_id: str,
        lists: Lists,
        memory: KeptState[Searched[int]],
    ) -> None:
        super().__init__(file, query)
        self._reader = file.reader
        self._user_id = user_id
        self._lists = lists
        self._memory = memory

    async def _steps(self) -> AsyncGenerator[Coroutine[None, None, SearchBatch], None]:
        self._known = self._memory.at(await self._reader.run(data_version))
        place = await self._ask(self._place)
        is_all = self._query.channel is None and self._query.kind is None
        threads = None if is_all else await self._reader.run(self._threads)
        titles: Iterator[Sequence[Head]] | None = None
        async for span, share in self._ranges(place):
            yield self._search(place, threads, span, share)
            self._count(place)
            if share > _TITLES_FROM:
                titles = titles or await self._titled()
                if some := next(titles, None):
                    yield self._titles(some, share)
        for some in titles or await self._titled():
            yield self._titles(some, 1)
        yield self._end()

    def _place(self, db: Database) -> Place:
        return Place(tuple(scope for scope in scopes_in(db) if scope.user_id == self._user_id))

    def _threads(self, db: Database) -> dict[str, Head]:
        """Return the threads in which one looks, by their keys."""
        heads = self._lists.chosen(db, Filter(self._user_id, kind=self._query.kind))
        if self._query.channel is not None:
            heads = search_sql.of_channel(heads, self._lists.catalog.openings(db, heads), self._query.channel)
        return {head.thread.key: head for head in heads}

    async def _titled(self) -> Iterator[Sequence[Head]]:
        """Return the threads whose titles are searched, some at a time."""
        if self._query.is_about_messages:
            return iter(())
        heads = [*(await self._reader.run(self._threads)).values()]
        return (heads[start : start + _TITLES] for start in range(0, len(heads), _TITLES))

    async def _search(self, place: Place, threads: Container[str] | None, span: Range, share: float) -> SearchBatch:
        found = await self._scan(search_sql.matching, place, span, self._matcher, self._known.undecided)
        wanted = ((each.key, each.cursor, each.text) for each in found if threads is None or each.key in threads)
        hits = by_conversation(wanted, self._matcher.excerpt)
        return SearchBatch(hits, (), *self._progress(share), Way.NO_INDEX)

    async def _titles(self, heads: Sequence[Head], share: float) -> SearchBatch:
        found = await self._reader.run(self._named, heads)
        return SearchBatch((), tuple(found), *self._progress(share), Way.NO_INDEX)

    def _named(self, db: Database, heads: Sequence[Head]) -> list[TitleHit]:
        titles = self._lists.titles(db, heads, self._user_id)
        return [
            TitleHit(head.thread.key, head.cursor, titles[head.thread.key])
            for head in heads
            if self._matcher.accepts(folded(titles[head.thread.key]))
        ]

    async def _end(self) -> SearchBatch:
        total = 0 if self._total is None else await self._total
        return SearchBatch((), (), total, total, Way.NO_INDEX)


class ThreadFind(_RowSearch[FindBatch]):
    """Implements ``store.contract.searching.Running`` over one thread.

    Args:
        file: The database.
        query: What to look for.
        key: Which thread.
        user_id: Whose it must be.
    """

    def __init__(self, file: DatabaseFile[Schema], query: Query, key: str, user_id: str) -> None:
        super().__init__(file, query)
        self._key = key
        self._user_id = user_id

    async def _steps(self) -> AsyncGenerator[Coroutine[None, None, FindBatch], None]:
        place, total = await self._ask(self._place)
        await self._spread()
        if total <= thread_rows.FEW:
            yield self._find(place, None, total, total)
            return
        async for span, share in self._ranges(place):
            yield self._find(place, span, int(total * share), total)

    def _place(self, db: Database) -> tuple[Place, int]:
        with snapshot(db):
            place = Place(thread=thread_rows.require(db, self._key, self._user_id))
            return place, search_sql.total(db, place)

    async def _find(self, place: Place, span: Range | None, done: int, total: int) -> FindBatch:
        if self._matcher.is_told_by_heads:
            return FindBatch(tuple(await self._scan(search_heads.placed, place, span, self._matcher)), done, total)
        found = await self._scan(search_sql.matching, place, span, self._matcher, self._known.undecided)
        return FindBatch(tuple(each.cursor for each in found), done, total)
