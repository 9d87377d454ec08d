"""Count the history of a user in steps: rows newest first, and of those that were counted before only the proof."""

from __future__ import annotations

import asyncio
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.kept_counts import BROKEN, TRUSTED_US
from store.core.statistics_run import StatisticsSteps
from store.core.statistics_sums import StatisticsPart, StatisticsSums, part_of
from store.ironclaw0.history_sums import model_weeks
from store.ironclaw0.sqlite import statistics_sql
from store.ironclaw0.sqlite.schema import Database
from store.ironclaw0.sqlite.statistics_sql import CALLS, MESSAGES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Coroutine

    from store.core.kept_counts import KeptCounts
    from store.core.local_days import LocalDays
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw0.sqlite.schema import Schema
    from store.ironclaw0.sqlite.statistics_sql import Beginning

STEP = 15_000
"""Rows read by a step."""
_FIRST_STEP = 2000
"""Rows read by the first step, which shall answer at once."""
_PROVED = 500
"""Conversations whose rows are proved by a step."""


class _Mark(NamedTuple):
    """Up to which row of a table something was counted, and what proves that it still holds."""

    number: int
    id: str
    proof: str


class _Kept(NamedTuple):
    """What was kept the last time."""

    part: StatisticsPart
    marks: dict[str, _Mark]
    """By table."""
    read_at: int
    """When all of it was read, an instant in microseconds."""


class SqliteStatistics(StatisticsSteps[Database]):
    """Counts the history of one user.

    Args:
        file: The database.
        user_id: Whose history.
        days: Tells the local days.
        kept: Where counts are kept.
        now: The time, an instant in microseconds.
    """

    def __init__(
        self,
        file: DatabaseFile[Schema],
        user_id: str,
        days: LocalDays,
        kept: KeptCounts,
        now: int,
    ) -> None:
        super().__init__(file.second_reader)
        self._user_id = user_id
        self._days = days
        self._kept = kept
        self._now = self._read_at = now
        self._marks: dict[str, _Mark] = {}
        """What proves what is counted now."""
        self._settled = StatisticsSums()
        """What the next time need not be read."""

    async def keep(self) -> None:
        """Keep what was counted for the next time."""
        if self._kept.is_kept and self._marks:
            facts = self._settled.facts()
            zone = self._days.mark(day for _, day, _ in facts["messages"])
            facts |= {"marks": self._marks, "zone": zone, "read_at": self._read_at}
            await asyncio.to_thread(self._kept.write, facts)

    async def _steps(self) -> AsyncGenerator[Coroutine[Any, Any, StatisticsPart], None]:
        begun = await self._ask(statistics_sql.beginning, self._user_id)
        yield self._first(begun)
        await self._spread()
        kept = await self._recall(begun)
        if kept is not None:
            yield self._settle(kept.part)
        lows = {
            table: kept.marks[table].number + 1
            if kept is not None and table in kept.marks
            else await self._ask(statistics_sql.oldest, table)
            for table in begun.newest
        }
        total = sum(row.number - lows[table] + 1 for table, row in begun.newest.items()) or 1
        done = 0
        for table in (CALLS, MESSAGES):
            if table in begun.newest:
                async for low, high in self._spans(table, lows[table], begun.newest[table].number):
                    share = min((done + begun.newest[table].number - low + 1) / total, 1.0)
                    yield self._count(begun, table, (low, high), share)
                done += begun.newest[table].number - lows[table] + 1
        yield self._settle(StatisticsPart(1.0, is_last=True))

    async def _first(self, begun: Beginning) -> StatisticsPart:
        """Count what is counted anew each time: conversations, runs, and the calls of their jobs."""
        routines = await self._ask(statistics_sql.routines, self._user_id)
        calls = await self._ask(statistics_sql.job_calls, self._user_id)
        weeks = None if calls is None else model_weeks(calls, self._days)
        return StatisticsPart(0, conversations=begun.conversations, routines=routines, weeks=weeks)

    async def _spans(self, table: str, low: int, high: int) -> AsyncIterator[tuple[int, int]]:
        """Yield ranges of row numbers down to the first, over what is empty."""
        size = _FIRST_STEP
        while high >= low and (row := await self._ask(statistics_sql.newest, table, high)) is not None:
            first = max(row.number - size + 1, low)
            if row.number >= low:
                yield first, row.number
            if first <= low:
                return
            high, size = first - 1, STEP

    async def _count(self, begun: Beginning, table: str, span: tuple[int, int], share: float) -> StatisticsPart:
        """Count a range of rows."""
        if table == CALLS:
            calls = await self._scan(statistics_sql.calls, self._user_id, span)
            part = StatisticsPart(share, weeks=model_weeks(calls, self._days))
        else:
            found = await self._scan(statistics_sql.messages, begun.channels, span, self._days)
            part = StatisticsPart(share, found)
        return await self._settle(part)

    async def _settle(self, part: StatisticsPart) -> StatisticsPart:
        """Return a part whose rows need not be read the next time."""
        self._settled.add(part)
        return part

    # What was kept.

    async def _recall(self, begun: Beginning) -> _Kept | None:
        """Return what was kept, if it still holds; note what proves all that there is now."""
        if not self._kept.is_kept or not begun.is_provable:
            return None
        kept = await asyncio.to_thread(self._read)
        is_sound = kept is not None and kept.marks.keys() <= begun.newest.keys()
        for table, newest in begun.newest.items():
            old = kept.marks.get(table) if kept is not None else None
            *before, now = await self._prove(begun, table, [*([old.number] if old else []), newest.number])
            self._marks[table] = _Mark(newest.number, repr(newest.id), now)
            if old is not None:
                row = await self._ask(statistics_sql.newest, table, old.number)
                is_sound = is_sound and row is not None and old == (row.number, repr(row.id), *before)
        if kept is None or not is_sound:
            return None
        self._read_at = kept.read_at
        return kept

    async def _prove(self, begun: Beginning, table: str, highs: list[int]) -> list[str]:
        """Return what proves the rows of a table up to each of some numbers."""
        digests = [blake2b(digest_size=16) for _ in highs]
        for start in range(0, len(begun.rows), _PROVED):
            some = begun.rows[start : start + _PROVED]
            found = await self._scan(statistics_sql.prove, table, self._user_id, (some[0], some[-1]), highs)
            for digest, rows in zip(digests, found, strict=True):
                for row in rows:
                    digest.update(repr(row).encode("utf-8", "surrogatepass"))
        return [digest.hexdigest() for digest in digests]

    def _read(self) -> _Kept | None:
        """Read what was kept; ``None`` if it is of another zone, too old, or not what we wrote."""
        facts = self._kept.read()
        try:
            part = part_of(facts)
            marks = {str(table): _Mark(*mark) for table, mark in facts["marks"].items()}
            read_at = int(facts["read_at"])
            is_ours = facts["zone"] == self._days.mark(day for _, day in part.messages)
        except BROKEN:
            return None
        return _Kept(part, marks, read_at) if is_ours and 0 <= self._now - read_at < TRUSTED_US else None
