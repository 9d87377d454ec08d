"""Read the runs of a routine, where the database keeps a record of them: some by time, or all of them as sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.ironclaw0.accounting import STEP, RunStep, run_of, run_use_by_steps
from store.ironclaw0.postgres.row_handles import FIRST_ID, equals
from store.ironclaw0.postgres.times import text_sql

if TYPE_CHECKING:
    from datetime import tzinfo

    from store.contract.usage import RoutineRun, RunUse
    from store.core.clause import Clause
    from store.core.list_filter import RunsRequest
    from store.core.step_search import Lane
    from store.ironclaw0.postgres.schema import Database

_NEEDED = frozenset({"id", "routine_id", "status", "started_at"})
_JOB_CALLS = frozenset({"job_id", "input_tokens", "output_tokens", "cost"})


def runs(db: Database, asked: RunsRequest) -> list[RoutineRun]:
    """Return the runs that began between two times, the oldest first."""
    theirs = _theirs(db, asked.routine_id, asked.user_id)
    if theirs is None:
        return []
    rows = db.rows(
        f"SELECT {_columns(db, 'trigger_type', 'status', 'started_at', 'completed_at', 'tokens_used')}"
        f" FROM routine_runs WHERE {theirs.sql} AND started_at BETWEEN %s AND %s"
        " ORDER BY started_at DESC, id DESC LIMIT %s",
        *theirs.parameters,
        asked.start,
        asked.stop,
        asked.limit,
    )
    return [run_of(*row) for row in reversed(rows)]


async def run_use(reader: Lane[Database], routine_id: str, user_id: str, tz: tzinfo) -> RunUse | None:
    """Return the sums of a routine's runs, read in steps; ``None`` if the database has no record of them.

    Args:
        reader: The connection.
        routine_id: Which routine.
        user_id: Whose it must be.
        tz: The zone in which weeks begin.
    """
    return await run_use_by_steps(lambda after: reader.run(_step, routine_id, user_id, after), tz)


def _step(db: Database, routine_id: str, user_id: str, after: Any) -> RunStep | None:
    theirs = _theirs(db, routine_id, user_id)
    if theirs is None:
        return None
    rows = db.rows(
        f"SELECT id::text, {_columns(db, 'status', 'started_at', 'tokens_used', 'job_id')} FROM routine_runs"
        f" WHERE {theirs.sql} AND id > %s::uuid ORDER BY routine_runs.id LIMIT %s",
        *theirs.parameters,
        after or FIRST_ID,
        STEP,
    )
    is_last = len(rows) < STEP
    if not (db.schema.llm_calls.keys() >= _JOB_CALLS and "job_id" in db.schema.routine_runs):
        return RunStep(rows, None, is_last)
    jobs = sorted({row[4] for row in rows if row[4] is not None})
    calls = db.rows(
        "SELECT job_id::text, input_tokens, output_tokens, cost FROM llm_calls WHERE job_id = ANY(%s::uuid[])", jobs
    )
    return RunStep(rows, calls, is_last)


def _theirs(db: Database, routine_id: str, user_id: str) -> Clause | None:
    """Return the condition for the runs of a user's routine; ``None`` if nothing can be said of them."""
    schema = db.schema
    if not (schema.routine_runs.keys() >= _NEEDED and schema.routines.keys() >= {"id", "user_id"}):
        return None
    where = equals("id::text", routine_id) & equals("user_id", user_id)
    if db.value(f"SELECT 1 FROM routines WHERE {where.sql}", *where.parameters) is None:
        return None
    return where._replace(sql=f"routine_id = (SELECT id FROM routines WHERE {where.sql} LIMIT 1)")


def _columns(db: Database, *names: str) -> str:
    return ", ".join(_column(db, name) for name in names)


def _column(db: Database, name: str) -> str:
    kind = db.schema.routine_runs.get(name)
    if kind is None:
        return "NULL"
    if kind == "timestamp with time zone":
        return text_sql(name)
    return name if kind == "integer" else f"{name}::text"
