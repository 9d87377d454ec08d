"""Read the runs of a routine, where the file keeps a record of them: some by time, or all of them as sums."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from store.contract.usage import RoutineRun, RunUse, StatusUse, WeekUse
from store.core.limits import at_least_one
from store.core.stored_values import text_of
from store.domain.timestamps import parse
from store.engines.sqlite.opening import keys_json
from store.ironclaw0.sqlite.row_handles import equals
from store.ironclaw0.sqlite.usage import STEP, Bill, add, number

if TYPE_CHECKING:
    from store.engines.sqlite.connection import Reader
    from store.ironclaw0.sqlite.schema import Database, Schema

_NEEDED = frozenset({"routine_id", "status", "started_at"})
_JOB_CALLS = frozenset({"job_id", "input_tokens", "output_tokens", "cost"})
_DAY = timedelta(days=1)


def runs(
    db: Database, routine_id: str, user_id: str, start: datetime, stop: datetime, *, limit: int
) -> list[RoutineRun]:
    """Return the runs that began between two times, the newest ``limit``, oldest first.

    Stored times differ in form; they agree in how the date is written, so whole days are asked for and then sifted.
    """
    if not _is_known(db, routine_id, user_id):
        return []
    first, last = _date(start, -_DAY), _date(stop, 2 * _DAY)
    rows = db.execute(
        f"SELECT {_columns(db, 'trigger_type', 'status', 'started_at', 'completed_at', 'tokens_used')}"
        " FROM routine_runs WHERE routine_id = ? AND started_at >= ? AND started_at < ?"
        " ORDER BY started_at DESC, rowid DESC LIMIT ?",
        (routine_id, first, last, at_least_one(limit)),
    ).fetchall()
    found = [_run(*row) for row in reversed(rows)]
    return [each for each in found if each.started_at is not None and start <= each.started_at <= stop]


def _date(moment: datetime, by: timedelta) -> str:
    """Return the date some days from a time, as stored times begin; at the ends of the calendar, beyond any."""
    try:
        return (moment + by).isoformat()[:10]
    except OverflowError:
        return "" if by < timedelta() else ":"


def _run(trigger: object, status: object, started_at: object, completed_at: object, tokens: object) -> RoutineRun:
    return RoutineRun(
        text_of(trigger, set()),
        text_of(status, set()),
        parse(started_at),
        parse(completed_at),
        tokens if isinstance(tokens, int) else None,
    )


@dataclass
class _Week:
    runs: int = 0
    failed: int = 0
    tokens: int = 0
    cost: Decimal = field(default_factory=Decimal)


class _Sums:
    """Adds up runs."""

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


async def run_use(reader: Reader[Schema], routine_id: str, user_id: str, tz: tzinfo) -> RunUse | None:
    """Return the sums of a routine's runs, read in steps; ``None`` if the file has no record of them."""
    sums, after = _Sums(tz), None
    while True:
        step = await reader.run(_step, routine_id, user_id, after)
        if step is None:
            return None
        rows, calls = step
        sums.add(rows, calls)
        if len(rows) < STEP:
            return sums.use()
        after = rows[-1][0]


def _step(
    db: Database, routine_id: str, user_id: str, after: int | None
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]] | None] | None:
    if not _is_known(db, routine_id, user_id):
        return None
    edge = "1" if after is None else f"rowid > {int(after)}"
    rows = db.execute(
        f"SELECT rowid, {_columns(db, 'status', 'started_at', 'tokens_used', 'job_id')}"
        f" FROM routine_runs WHERE routine_id = ? AND {edge} ORDER BY rowid LIMIT ?",
        (routine_id, STEP),
    ).fetchall()
    if not (db.schema.llm_calls >= _JOB_CALLS and "job_id" in db.schema.routine_runs):
        return rows, None
    jobs = {row[4] for row in rows if isinstance(row[4], str)}
    calls = db.execute(
        "SELECT job_id, input_tokens, output_tokens, cost FROM llm_calls"
        " WHERE job_id IN (SELECT value FROM json_each(?))",
        (keys_json(sorted(jobs)),),
    ).fetchall()
    return rows, calls


def _is_known(db: Database, routine_id: str, user_id: str) -> bool:
    """Tell whether the file records runs, and the routine is not somebody else's."""
    if not db.schema.routine_runs >= _NEEDED:
        return False
    if not db.schema.routines >= {"id", "user_id"}:
        return True
    theirs = equals(db, "user_id", user_id)
    stranger = db.execute(
        f"SELECT 1 FROM routines WHERE id = ? AND NOT ({theirs.sql}) LIMIT 1", (routine_id, *theirs.parameters)
    ).fetchone()
    return stranger is None


def _columns(db: Database, *names: str) -> str:
    return ", ".join(name if name in db.schema.routine_runs else "NULL" for name in names)
