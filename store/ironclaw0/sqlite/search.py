"""Search all conversations of a user, or one of them, as steps that stream their hits.

Where to look is in ``search_sql``, what is read there in ``search_hits``; how steps run, and how they stop, in
``store.core.step_search``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from store.core.matching import Matcher
from store.core.step_search import StepSearch
from store.domain.search_results import FindBatch, SearchBatch, Way
from store.engines.sqlite.checks import data_version
from store.errors import IndexFailed
from store.ironclaw0.sqlite import search_hits, search_sql
from store.ironclaw0.sqlite.remembered import Remembered
from store.ironclaw0.sqlite.row_handles import FIRST_ROW
from store.ironclaw0.sqlite.schema import Database
from store.ironclaw0.sqlite.search_changes import take_over
from store.ironclaw0.sqlite.search_packs import Picked
from store.ironclaw0.sqlite.search_sql import EVERY_ROW, Range, Scope, Total
from store.ironclaw0.sqlite.text_index import Answer, consult
from store.ironclaw0.title_search import TITLES, some_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterator, Sequence
    from pathlib import Path

    from store.core.search_memory import KeptState
    from store.domain.query import Query
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw0.sqlite.schema import Schema
    from store.ironclaw0.sqlite.text_index_file import IndexFile

Batch = TypeVar("Batch")

_STEPS = (100, 500, 2000, 8000, 15_000)
"""Rows read by the first step, which shall answer at once, by those after it, and by all others."""
_BLIND_STEPS = 16
"""Where row numbers lie close, so many ranges are taken without looking."""
_CANDIDATES = 1000
"""Rows that the index names for a step."""
_RARE = 4
"""Where more than one in so many rows may match, reading all of them is quicker."""
_COMMON = 10
"""Where more than one in so many rows matches, the layout of rows is worth being read."""


class _RowSearch(StepSearch[Batch, Database]):
    """Goes through rows, newest first."""

    def __init__(self, file: DatabaseFile[Schema], query: Query) -> None:
        super().__init__(file.second_reader)
        self._file = file
        self._query = query
        self._matcher = Matcher(query, self.is_stopped)
        self._known = Remembered()
        self._searched = 0
        self._total: asyncio.Task[Total] | None = None

    async def _ranges(self, scope: Scope, low: int = FIRST_ROW, high: int | None = None) -> AsyncIterator[Range]:
        """Yield the ranges of the rows between two, newest first, and note how many rows they have."""
        await self._spread()
        if high is None:
            high = await self._ask(search_sql.newest_row, scope)
        sizes, blind = iter(_STEPS), 0
        size = next(sizes)
        while high is not None and high >= low:
            if blind:
                blind -= 1
                span = Range(max(high - size + 1, low), high, size)
            else:
                looked = await self._ask(search_sql.range_below, scope, low, high, size)
                if looked is None:
                    break
                if scope.rows is EVERY_ROW and high - looked.low < 2 * looked.rows:
                    blind = _BLIND_STEPS
                span = looked
            self._searched += span.rows
            yield span
            high, size = span.low - 1, next(sizes, size)

    def _count(self, scope: Scope) -> None:
        """Begin to count the rows, after the first hits are there."""
        self._total = self._total or self._begin(self._count_once(scope))

    async def _count_once(self, scope: Scope) -> Total:
        totals = self._known.totals
        if scope not in totals:
            run = self._ask if self._scanners is None else self._scan
            totals[scope] = await run(search_sql.total, scope)
        return totals[scope]

    def _progress(self, searched: int) -> tuple[int, int | None]:
        """Return how many rows are done with, and of how many, as soon as that is known."""
        if self._total is None or not self._total.done():
            return searched, None
        total = self._total.result()
        return min(searched * total.messages // max(total.read, 1), total.messages), total.messages


class SqliteSearch(_RowSearch[SearchBatch]):
    """Implements ``store.contract.searching.Running`` over all conversations of a user.

    Args:
        file: The database.
        query: What to look for.
        user_id: Whose conversations.
        index: Where the full-text index lies, if there is one.
        memory: What searches before have found out.
    """

    def __init__(
        self,
        file: DatabaseFile[Schema],
        query: Query,
        user_id: str,
        index: Path | None,
        memory: KeptState[Remembered],
    ) -> None:
        super().__init__(file, query)
        self._user_id = user_id
        self._path = index
        self._memory = memory
        self._hits = 0
        self._way = Way.NO_INDEX
        self._index: IndexFile | None = None

    async def stop(self) -> None:
        """Interrupt what is running; the iteration ends. May be called twice."""
        if self._index is not None:
            self._index.interrupt()
        try:
            await super().stop()
        finally:
            if self._index is not None:
                self._index.close()
                self._index = None

    async def _steps(self) -> AsyncGenerator[Coroutine[Any, Any, SearchBatch], None]:
        version, before = await self._file.reader.run(data_version), self._memory.last
        self._known = self._memory.at(version)
        scope = await self._ask(search_sql.scope_of, self._query, self._user_id)
        answer = await self._consult()
        if (
            answer is not None
            and self._user_id not in self._known.states
            and not self._known.titles.of(self._user_id)
        ):
            earlier = before if before is not self._known else None
            await self._ask(take_over, self._user_id, scope, earlier, self._known)
        titles: Iterator[Sequence[int]] | None = None
        async for picked in self._picks(scope, answer):
            yield self._search(scope, picked, self._searched)
            if self._way is not Way.INDEX:
                self._count(scope)
            titles = titles or await self._titled(scope)
            if rows := next(titles, None):
                yield self._titles(rows, self._searched)
        for rows in titles or await self._titled(scope):
            yield self._titles(rows, self._searched)
        yield self._end(scope, answer.messages if answer else 0)

    async def _consult(self) -> Answer | None:
        """Ask the index, if there is one."""
        if self._path is None:
            return None
        self._way, answer = await self._ask(consult, self._path, self._file.path, self._query)
        self._index = answer and answer.file
        return answer

    async def _picks(self, scope: Scope, answer: Answer | None) -> AsyncIterator[Picked]:
        """Yield what picks the rows to look at, newest first."""
        if answer is None:
            async for span in self._ranges(scope):
                yield self._picked(span)
            return
        newest = await self._ask(search_sql.newest_row, scope)
        if newest is not None and newest > answer.high:
            async for span in self._ranges(scope, answer.high + 1, newest):
                yield self._picked(span)
        high = answer.high
        while answer.expression and self._way is Way.INDEX and high >= FIRST_ROW:
            try:
                rows = await self._ask(_candidates, answer, high)
            except IndexFailed:
                self._way = Way.BROKEN
                break
            if not rows:
                return
            if len(rows) == _CANDIDATES and high - rows[-1] < _RARE * len(rows):
                self._way = Way.TOO_LITTLE
                break
            yield Picked(search_sql.these(rows))
            high = rows[-1] - 1
        if self._way is not Way.INDEX:
            async for span in self._ranges(scope, high=high):
                yield self._picked(span)

    def _picked(self, span: Range) -> Picked:
        """Return the rows of a range."""
        is_common = self._hits * _COMMON >= self._searched - span.rows > 0
        return Picked(search_sql.between(span), span, is_common)

    async def _titled(self, scope: Scope) -> Iterator[Sequence[int]]:
        """Return the conversations whose titles are searched, some at a time."""
        if self._query.is_about_messages:
            return iter(())
        known = self._known
        if scope not in known.conversations:
            known.conversations[scope] = dict.fromkeys(await self._ask(search_sql.conversations_in, scope))
        rows = [*known.conversations[scope]]
        if scope not in known.titled:
            lacking = known.titles.lack(self._user_id, rows)
            if len(lacking) <= TITLES:
                await self._ask(search_sql.read_titles, lacking, self._user_id, self._matcher, known.titles)
                known.titled.add(scope)
        if scope in known.titled:
            longest = max(self._query.words, key=len)
            rows = [row for row in known.titles.holding(self._user_id, longest) if row in known.conversations[scope]]
        return some_of(rows, TITLES)

    async def _search(self, scope: Scope, picked: Picked, searched: int) -> SearchBatch:
        run = self._ask if self._scanners is None else self._scan
        found = await run(search_hits.hits, scope, picked, self._matcher, self._known)
        self._hits += sum(each.messages for each in found)
        return SearchBatch(tuple(found), (), *self._progress(searched), self._way)

    async def _titles(self, rows: Sequence[int], searched: int) -> SearchBatch:
        found = await self._ask(search_sql.title_hits, rows, self._user_id, self._matcher, self._known.titles)
        return SearchBatch((), tuple(found), *self._progress(searched), self._way)

    async def _end(self, scope: Scope, indexed: int) -> SearchBatch:
        if self._total is not None:
            count = (await self._total).messages
        elif scope in self._known.totals or await self._ask(search_sql.has_others, scope):
            count = (await self._count_once(scope)).messages
        else:
            count = self._searched + indexed
        return SearchBatch((), (), count, count, self._way)


def _candidates(_: Database, answer: Answer, high: int) -> list[int]:
    return answer.file.candidates(answer.expression, high, _CANDIDATES)


class SqliteFind(_RowSearch[FindBatch]):
    """Implements ``store.contract.searching.Running`` over one conversation.

    Args:
        file: The database.
        query: What to look for.
        conversation_id: Where.
        user_id: Whose conversation.
    """

    def __init__(self, file: DatabaseFile[Schema], query: Query, conversation_id: str, user_id: str) -> None:
        super().__init__(file, query)
        self._conversation_id = conversation_id
        self._user_id = user_id

    async def _steps(self) -> AsyncGenerator[Coroutine[Any, Any, FindBatch], None]:
        scope = await self._ask(search_sql.scope_in, self._conversation_id, self._user_id)
        async for span in self._ranges(scope):
            yield self._find(scope, Picked(search_sql.between(span)), self._searched)
            self._count(scope)
        yield self._end()

    async def _find(self, scope: Scope, picked: Picked, searched: int) -> FindBatch:
        found = await self._scan(search_hits.places, scope, picked, self._matcher)
        return FindBatch(tuple(found), *self._progress(searched))

    async def _end(self) -> FindBatch:
        count = 0 if self._total is None else (await self._total).messages
        return FindBatch((), count, count)
