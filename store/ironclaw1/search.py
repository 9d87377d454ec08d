"""Search all threads of a user, or one of them, as steps that stream their hits: files by number, newest first.

Numbers of rows, not paths, lead through the table: files lie on the disk in the order in which they were written. SQL
lets through what may match, read as JSON writes it; ``core.matching`` decides by what is shown of the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from store.core.matching import Matcher
from store.core.step_search import StepSearch
from store.domain.folding import folded
from store.domain.search_results import FindBatch, Hit, SearchBatch, TitleHit, Way, is_newer
from store.engines.sqlite.opening import snapshot
from store.ironclaw1 import search_sql, thread_rows
from store.ironclaw1.conversation_records import Lists
from store.ironclaw1.schema import Database
from store.ironclaw1.search_sql import Found, Place, Range
from store.ironclaw1.thread_catalog import Chosen

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Iterator, Sequence

    from store.domain.query import Query
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw1.schema import Schema
    from store.ironclaw1.thread_heads import Head

Batch = TypeVar("Batch")

_STEPS = (250, 1000, 2000)
"""Rows of the first step, which shall answer at once, of the second, and of all others."""
_TITLES = 500
_CACHE_KIB = 2000
"""No page is read twice; so few fit into the processor's cache."""


class _Where(NamedTuple):
    """Where a search looks."""

    places: Place
    threads: frozenset[str] | None
    """The keys of the threads; ``None`` for every thread in those places."""
    heads: list[Head]


class _RowSearch(StepSearch[Batch, Database]):
    """Goes through rows, newest first."""

    def __init__(self, file: DatabaseFile[Schema], query: Query) -> None:
        super().__init__(file.second_reader, _keep_few_pages)
        self._query = query
        self._matcher = Matcher(query, self.is_stopped)
        self._lists = Lists()
        self._total = 0

    async def _ranges(self, place: Place) -> AsyncGenerator[tuple[Range, int], None]:
        """Yield the ranges of rows, newest first, with how many messages are done with after each, about."""
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
                yield bound._replace(low=low, high=high), done * self._total // max(rows, 1)
                high, size = low - 1, next(sizes, _STEPS[-1])


class ThreadSearch(_RowSearch[SearchBatch]):
    """Implements ``store.contract.searching.Running`` over all threads of a user.

    Args:
        file: The database.
        query: What to look for.
        user_id: Whose threads.
    """

    def __init__(self, file: DatabaseFile[Schema], query: Query, user_id: str) -> None:
        super().__init__(file, query)
        self._user_id = user_id

    async def _steps(self) -> AsyncGenerator[Coroutine[None, None, SearchBatch], None]:
        where = await self._ask(self._where)
        titles = self._titled(where)
        async for span, done in self._ranges(where.places):
            yield self._search(where, span, done)
            if not self._total:
                self._total = await self._ask(search_sql.total, where.places)
            if some := next(titles, None):
                yield self._titles(some, done)
        for some in titles:
            yield self._titles(some, self._total)
        yield self._end()

    def _where(self, db: Database) -> _Where:
        query = self._query
        is_all = query.channel is None and query.kind is None
        heads = self._lists.chosen(db, Chosen(self._user_id, kind=query.kind))
        if query.channel is not None:
            heads = search_sql.of_channel(heads, self._lists.catalog.openings(db, heads), query.channel)
        places = Place.of_scopes(self._lists.catalog.scopes_of(self._user_id))
        return _Where(places, None if is_all else frozenset(head.thread.key for head in heads), heads)

    def _titled(self, where: _Where) -> Iterator[Sequence[Head]]:
        """Yield the threads whose titles are searched, some at a time."""
        if not self._query.is_about_messages:
            for start in range(0, len(where.heads), _TITLES):
                yield where.heads[start : start + _TITLES]

    async def _search(self, where: _Where, span: Range, done: int) -> SearchBatch:
        found = await self._scan(search_sql.matching, self._query, where.places, span, self._matcher)
        wanted = [each for each in found if where.threads is None or each.key in where.threads]
        return SearchBatch(_hits(wanted, self._matcher), (), done, self._total or None, Way.NO_INDEX)

    async def _titles(self, heads: Sequence[Head], done: int) -> SearchBatch:
        found = await self._ask(self._named, heads)
        return SearchBatch((), tuple(found), done, self._total or None, Way.NO_INDEX)

    def _named(self, db: Database, heads: Sequence[Head]) -> list[TitleHit]:
        titles = self._lists.titles(db, heads, self._user_id)
        return [
            TitleHit(head.thread.key, head.cursor, titles[head.thread.key])
            for head in heads
            if self._matcher.accepts(folded(titles[head.thread.key]))
        ]

    async def _end(self) -> SearchBatch:
        return SearchBatch((), (), self._total, self._total, Way.NO_INDEX)


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
        place = await self._ask(self._place)
        await self._spread()
        if self._total <= thread_rows.FEW:
            yield self._find(place, None, self._total)
            return
        async for span, done in self._ranges(place):
            yield self._find(place, span, done)

    def _place(self, db: Database) -> Place:
        with snapshot(db):
            place = Place.of_thread(thread_rows.require(db, self._key, self._user_id))
            self._total = search_sql.total(db, place)
        return place

    async def _find(self, place: Place, span: Range | None, done: int) -> FindBatch:
        found = await self._scan(search_sql.matching, self._query, place, span, self._matcher)
        return FindBatch(tuple(each.cursor for each in found), done, self._total)


def _hits(found: Sequence[Found], matcher: Matcher) -> tuple[Hit, ...]:
    """Return hits, each thread's newest with an excerpt."""
    newest: dict[str, Found] = {}
    for each in found:
        if each.key not in newest or is_newer(each.cursor, newest[each.key].cursor):
            newest[each.key] = each
    return tuple(
        Hit(each.key, each.cursor, matcher.excerpt(each.text) if newest[each.key] is each else None) for each in found
    )


def _keep_few_pages(db: Database) -> None:
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
