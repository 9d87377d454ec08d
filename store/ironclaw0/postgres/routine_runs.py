"""Read the runs of a routine, where the database keeps a record of them: some by time, or all of them as sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.core.limits import at_least_one
from store.ironclaw0.accounting import STEP, RunSums, run_of
from store.ironclaw0.postgres.row_handles import FIRST_ID, equals
from store.ironclaw0.postgres.times import text_sql

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from store.contract.usage import RoutineRun, RunUse
    from store.core.clause import Clause
    from store.engines.postgres.connection import Reader
    from store.ironclaw0.postgres.schema import Database, Schema

_NEEDED = frozenset({"id", "routine_id", "status", "started_at"})
_JOB_CALLS = frozenset({"job_id", "input_tokens", "output_tokens", "cost"})


def runs(
    db: Database, routine_id: str, user_id: str, start: datetime, stop: datetime, *, limit: int
) -> list[RoutineRun]:
    """Return the runs that began between two times, the newest ``limit``, oldest first.

    Args:
        db: The connection.
        routine_id: Which routine.
        user_id: Whose it must be.
        start: The first moment.
        stop: The last moment.
        limit: Runs at most.
    """
    theirs = _theirs(db, routine_id, user_id)
    if theirs is None:
        return []
    rows = db.rows(
        f"SELECT {_columns(db, 'trigger_type', 'status', 'started_at', 'completed_at', 'tokens_used')}"
        f" FROM routine_runs WHERE {theirs.sql} AND started_at BETWEEN %s AND %s"
        " ORDER BY started_at DESC, id DESC LIMIT %s",
        *theirs.parameters,
        start,
        stop,
        at_least_one(limit),
    )
    return [run_of(*row) for row in reversed(rows)]


async def run_use(reader: Reader[Schema], routine_id: str, user_id: str, tz: tzinfo) -> RunUse | None:
    """Return the sums of a routine's runs, read in steps; ``None`` if the database has no record of them.

    Args:
        reader: The connection.
        routine_id: Which routine.
        user_id: Whose it must be.
        tz: The zone in which weeks begin.
    """
    sums, after = RunSums(tz), FIRST_ID
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
    db: Database, routine_id: str, user_id: str, after: str
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]] | None] | None:
    theirs = _theirs(db, routine_id, user_id)
    if theirs is None:
        return None
    rows = db.rows(
        f"SELECT id::text, {_columns(db, 'status', 'started_at', 'tokens_used', 'job_id')} FROM routine_runs"
        f" WHERE {theirs.sql} AND id > %s::uuid ORDER BY id LIMIT %s",
        *theirs.parameters,
        after,
        STEP,
    )
    if not (db.schema.llm_calls.keys() >= _JOB_CALLS and "job_id" in db.schema.routine_runs):
        return rows, None
    jobs = sorted({row[4] for row in rows if row[4] is not None})
    calls = db.rows(
        "SELECT job_id::text, input_tokens, output_tokens, cost FROM llm_calls WHERE job_id = ANY(%s::uuid[])", jobs
    )
    return rows, calls


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
