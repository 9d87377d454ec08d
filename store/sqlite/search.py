"""Search all conversations of a user, or one of them, as steps that stream their hits.

Made by ``SqliteStore.search`` and ``find``. All SQL is in ``scan``; what runs when, and how it stops, in ``running``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from store.search import FindBatch, SearchBatch
from store.sqlite import scan
from store.sqlite.order import FIRST_ROW
from store.sqlite.running import Steps
from store.sqlite.scan import EVERY_ROW, Range, Scope
from store.sqlite.sieve import Judge

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterator

    from store.query import Query
    from store.sqlite.keys import Clause
    from store.sqlite.link import Link

Batch = TypeVar("Batch")

_FIRST_STEP, _STEP = 500, 10_000
"""Rows read by the first step, which shall answer at once, and by all others."""
_BLIND_STEPS = 16
"""Where row numbers lie close, so many ranges are taken without looking."""
_TITLES = 500
"""Titles read by a step."""


class _Scanning(Steps[Batch]):
    """Goes through rows, newest first."""

    def __init__(self, link: Link, query: Query) -> None:
        super().__init__(link)
        self._query = query
        self._judge = Judge(query, self.is_stopped)
        self._searched = 0
        self._total: asyncio.Task[int] | None = None

    async def _ranges(self, scope: Scope) -> AsyncIterator[Range]:
        """Yield the ranges of all rows, and count how many rows they had."""
        high = await self._ask(scan.newest_row, scope)
        self._total = self._begin(self._ask(scan.total, scope))
        size, blind = _FIRST_STEP, 0
        while high is not None and high >= FIRST_ROW:
            if blind:
                blind -= 1
                span = Range(max(high - size + 1, FIRST_ROW), high, size)
            else:
                looked = await self._ask(scan.range_below, scope, high, size)
                if looked is None:
                    break
                span = looked
                if scope.rows is EVERY_ROW and high - span.low < 2 * span.rows:
                    blind = _BLIND_STEPS
            self._searched += span.rows
            yield span
            high, size = span.low - 1, _STEP

    def _progress(self, searched: int) -> tuple[int, int | None]:
        """Return how many rows are done with, and of how many, as soon as that is known."""
        total = self._total.result() if self._total and self._total.done() else None
        return (searched if total is None else min(searched, total)), total

    async def _count(self) -> int:
        """Return how many rows there are."""
        return 0 if self._total is None else await self._total


class SqliteSearch(_Scanning[SearchBatch]):
    """Implements ``store.finding.Running`` over all conversations of a user.

    Args:
        link: The database file.
        query: What to look for.
        user_id: Whose conversations.
    """

    def __init__(self, link: Link, query: Query, user_id: str) -> None:
        super().__init__(link, query)
        self._user_id = user_id

    async def _steps(self) -> AsyncGenerator[Coroutine[Any, Any, SearchBatch], None]:
        scope = await self._ask(scan.scope_of, self._query, self._user_id)
        titles: Iterator[list[int]] | None = None
        async for span in self._ranges(scope):
            yield self._search(scope, scan.between(span), self._searched)
            titles = titles or await self._titled(scope)
            if rows := next(titles, None):
                yield self._titles(rows, self._searched)
        for rows in titles or await self._titled(scope):
            yield self._titles(rows, self._searched)
        yield self._end()

    async def _titled(self, scope: Scope) -> Iterator[list[int]]:
        """Return the conversations whose titles are searched, some at a time."""
        if self._query.is_about_messages:
            return iter(())
        rows = await self._ask(scan.conversations_in, scope)
        return (rows[start : start + _TITLES] for start in range(0, len(rows), _TITLES))

    async def _search(self, scope: Scope, picked: Clause, searched: int) -> SearchBatch:
        found = await self._scan(scan.hits, self._query, scope, picked, self._judge)
        return SearchBatch(tuple(found), (), *self._progress(searched), is_indexed=False)

    async def _titles(self, rows: list[int], searched: int) -> SearchBatch:
        found = await self._ask(scan.title_hits, rows, self._user_id, self._judge)
        return SearchBatch((), tuple(found), *self._progress(searched), is_indexed=False)

    async def _end(self) -> SearchBatch:
        count = await self._count()
        return SearchBatch((), (), count, count, is_indexed=False)


class SqliteFind(_Scanning[FindBatch]):
    """Implements ``store.finding.Running`` over one conversation.

    Args:
        link: The database file.
        query: What to look for.
        conversation_id: Where.
        user_id: Whose conversation.
    """

    def __init__(self, link: Link, query: Query, conversation_id: str, user_id: str) -> None:
        super().__init__(link, query)
        self._conversation_id = conversation_id
        self._user_id = user_id

    async def _steps(self) -> AsyncGenerator[Coroutine[Any, Any, FindBatch], None]:
        scope = await self._ask(scan.scope_in, self._conversation_id, self._user_id)
        async for span in self._ranges(scope):
            yield self._find(scope, scan.between(span), self._searched)
        yield self._end()

    async def _find(self, scope: Scope, picked: Clause, searched: int) -> FindBatch:
        found = await self._scan(scan.places, self._query, scope, picked, self._judge)
        return FindBatch(tuple(found), *self._progress(searched))

    async def _end(self) -> FindBatch:
        count = await self._count()
        return FindBatch((), count, count)
