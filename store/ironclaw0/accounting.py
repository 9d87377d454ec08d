"""Add up what stored rows say of tokens, costs and runs, whatever the engine. Pure.

Costs are decimal text and are summed as decimals: SQL's SUM would make floats of them, which are wrong in the last
places and come out in scientific notation.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from store.contract.usage import ModelUse, RoutineRun, RunUse, StatusUse, WeekUse
from store.core.stored_values import text_of
from store.domain.timestamps import parse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime, tzinfo

STEP = 2000
"""Rows read by one hop."""
_COST = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_EXACT = Context(prec=200)


class Bill:
    """Adds up the calls to one model."""

    def __init__(self) -> None:
        self.calls = self.input = self.output = self.unreadable = 0
        self.cost = Decimal(0)

    def add(self, input_tokens: object, output_tokens: object, cost: object) -> Decimal:
        """Add a call; return its cost in dollars, 0 if that cannot be read.

        Args:
            input_tokens: As stored.
            output_tokens: As stored.
            cost: As stored.
        """
        self.calls += 1
        self.input += number(input_tokens)
        self.output += number(output_tokens)
        read = cost_of(cost)
        if read is None:
            self.unreadable += 1
            return Decimal(0)
        self.cost = add(self.cost, read)
        return read

    def use(self, provider: str, model: str) -> ModelUse:
        """Return the sums."""
        return ModelUse(provider, model, self.calls, self.input, self.output, self.cost, self.unreadable)


class RunStep(NamedTuple):
    """Some runs of a routine as they are stored."""

    runs: list[tuple[Any, ...]]
    """Of each what names its row, status, start, tokens, job."""
    calls: list[tuple[Any, ...]] | None
    """The calls of their jobs, ``None`` where the database does not link them."""
    is_last: bool


@dataclass
class _Week:
    runs: int = 0
    failed: int = 0
    tokens: int = 0
    cost: Decimal = field(default_factory=Decimal)


class RunSums:
    """Adds up the runs of a routine.

    Args:
        tz: The zone in which weeks begin.
    """

    def __init__(self, tz: tzinfo) -> None:
        self._tz = tz
        self._runs: Counter[str] = Counter()
        self._tokens: Counter[str] = Counter()
        self._weeks: dict[tuple[int, int], _Week] = {}
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._counted = 0
        self.jobs: Bill | None = None

    def add(self, rows: list[tuple[Any, ...]], calls: list[tuple[Any, ...]] | None) -> None:
        """Add runs and the calls of their jobs, ``None`` where the file does not link them."""
        costs: dict[object, Decimal] = {}
        if calls is not None:
            self.jobs = self.jobs or Bill()
            for job, *call in calls:
                costs[job] = add(costs.get(job, Decimal(0)), self.jobs.add(*call))
        for _, stored_status, started_at, tokens, job in rows:
            status = text_of(stored_status, set())
            self._runs[status] += 1
            self._tokens[status] += number(tokens)
            self._counted += isinstance(tokens, int)
            moment = parse(started_at)
            if moment is None:
                continue
            self._first = min(self._first or moment, moment)
            self._last = max(self._last or moment, moment)
            week = self._week(moment)
            week.runs += 1
            week.failed += status == "failed"
            week.tokens += number(tokens)
            # A job that several runs name is paid for once.
            week.cost = add(week.cost, costs.pop(job, Decimal(0)) if job is not None else Decimal(0))

    def _week(self, moment: datetime) -> _Week:
        try:
            local = moment.astimezone(self._tz)
        except (OverflowError, ValueError):
            local = moment
        iso = local.isocalendar()
        return self._weeks.setdefault((iso.year, iso.week), _Week())

    def use(self) -> RunUse:
        """Return the sums."""
        return RunUse(
            tuple(StatusUse(status, many, self._tokens[status]) for status, many in self._runs.most_common()),
            tuple(
                WeekUse(year, number_, week.runs, week.failed, week.tokens, week.cost)
                for (year, number_), week in sorted(self._weeks.items(), reverse=True)
            ),
            self._first,
            self._last,
            self._counted,
            self.jobs.use("", "") if self.jobs is not None else None,
        )


async def run_use_by_steps(read: Callable[[Any], Awaitable[RunStep | None]], tz: tzinfo) -> RunUse | None:
    """Return the sums of runs that are read in steps; ``None`` if there is no record of them.

    Args:
        read: Returns some runs after the one whose first column it is handed, ``None`` at first.
        tz: The zone in which weeks begin.
    """
    sums, after = RunSums(tz), None
    while (step := await read(after)) is not None:
        sums.add(step.runs, step.calls)
        if step.is_last:
            return sums.use()
        after = step.runs[-1][0]
    return None


def run_of(trigger: object, status: object, started_at: object, completed_at: object, tokens: object) -> RoutineRun:
    """Return a run of its stored columns.

    Args:
        trigger: What started it, as stored, like all that follow.
        status: How it ended.
        started_at: When it began.
        completed_at: When it ended.
        tokens: How many it took.
    """
    return RoutineRun(
        text_of(trigger, set()),
        text_of(status, set()),
        parse(started_at),
        parse(completed_at),
        tokens if isinstance(tokens, int) else None,
    )


def by_cost(models: Iterable[ModelUse]) -> tuple[ModelUse, ...]:
    """Return uses in order, the dearest first."""
    return tuple(sorted(models, key=lambda each: (-each.cost, -each.calls, each.provider, each.model)))


def add(one: Decimal, other: Decimal) -> Decimal:
    """Return the exact sum of two costs."""
    return _EXACT.add(one, other)


def cost_of(stored: object) -> Decimal | None:
    """Return a stored cost, scientific notation included; ``None`` if it is no plain number."""
    if isinstance(stored, Decimal):
        return stored if stored.is_finite() else None
    if isinstance(stored, (int, float)):
        stored = repr(stored)
    if not isinstance(stored, str) or not _COST.fullmatch(stored.strip()):
        return None
    return Decimal(stored.strip())


def number(stored: object) -> int:
    """Return a stored number of tokens, 0 for what is none."""
    return stored if isinstance(stored, int) else 0
