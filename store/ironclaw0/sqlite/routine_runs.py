"""Read the runs of a routine, where the file keeps a record of them: some by time, or all of them as sums."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from store.core.limits import at_least_one
from store.engines.sqlite.database import keys_json
from store.ironclaw0.accounting import STEP, RunSums, run_of
from store.ironclaw0.sqlite.row_handles import equals

if TYPE_CHECKING:
    from store.contract.usage import RoutineRun, RunUse
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

    Args:
        db: The connection.
        routine_id: Which routine.
        user_id: Whose it must be.
        start: The first moment.
        stop: The last moment.
        limit: Runs at most.
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
    found = [run_of(*row) for row in reversed(rows)]
    return [each for each in found if each.started_at is not None and start <= each.started_at <= stop]


def _date(moment: datetime, by: timedelta) -> str:
    """Return the date some days from a time, as stored times begin; at the ends of the calendar, beyond any."""
    try:
        return (moment + by).isoformat()[:10]
    except OverflowError:
        return "" if by < timedelta() else ":"


async def run_use(reader: Reader[Schema], routine_id: str, user_id: str, tz: tzinfo) -> RunUse | None:
    """Return the sums of a routine's runs, read in steps; ``None`` if the file has no record of them.

    Args:
        reader: The connection.
        routine_id: Which routine.
        user_id: Whose it must be.
        tz: The zone in which weeks begin.
    """
    sums, after = RunSums(tz), None
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
