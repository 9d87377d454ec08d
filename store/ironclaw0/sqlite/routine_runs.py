"""Read the runs of a routine, where the file keeps a record of them: some by time, or all of them as sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.domain.timestamps import stored_date
from store.engines.sqlite.database import keys_json
from store.ironclaw0.accounting import STEP, RunStep, run_of, run_use_by_steps
from store.ironclaw0.sqlite.row_handles import equals

if TYPE_CHECKING:
    from datetime import tzinfo

    from store.contract.usage import RoutineRun, RunUse
    from store.core.list_filter import RunsRequest
    from store.core.step_search import Lane
    from store.ironclaw0.sqlite.schema import Database

_NEEDED = frozenset({"routine_id", "status", "started_at"})
_JOB_CALLS = frozenset({"job_id", "input_tokens", "output_tokens", "cost"})


def runs(db: Database, asked: RunsRequest) -> list[RoutineRun]:
    """Return the runs that began between two times, the oldest first.

    Stored times differ in form; they agree in how the date is written, so whole days are asked for and then sifted.
    """
    if not _is_known(db, asked.routine_id, asked.user_id):
        return []
    first, last = stored_date(asked.start, -1), stored_date(asked.stop, 2)
    rows = db.execute(
        f"SELECT {_columns(db, 'trigger_type', 'status', 'started_at', 'completed_at', 'tokens_used')}"
        " FROM routine_runs WHERE routine_id = ? AND started_at >= ? AND started_at < ?"
        " ORDER BY started_at DESC, rowid DESC LIMIT ?",
        (asked.routine_id, first, last, asked.limit),
    ).fetchall()
    found = [run_of(*row) for row in reversed(rows)]
    return [each for each in found if each.started_at is not None and asked.start <= each.started_at <= asked.stop]


async def run_use(reader: Lane[Database], routine_id: str, user_id: str, tz: tzinfo) -> RunUse | None:
    """Return the sums of a routine's runs, read in steps; ``None`` if the file has no record of them.

    Args:
        reader: The connection.
        routine_id: Which routine.
        user_id: Whose it must be.
        tz: The zone in which weeks begin.
    """
    return await run_use_by_steps(lambda after: reader.run(_step, routine_id, user_id, after), tz)


def _step(db: Database, routine_id: str, user_id: str, after: Any) -> RunStep | None:
    if not _is_known(db, routine_id, user_id):
        return None
    edge = "1" if after is None else f"rowid > {int(after)}"
    rows = db.execute(
        f"SELECT rowid, {_columns(db, 'status', 'started_at', 'tokens_used', 'job_id')}"
        f" FROM routine_runs WHERE routine_id = ? AND {edge} ORDER BY rowid LIMIT ?",
        (routine_id, STEP),
    ).fetchall()
    is_last = len(rows) < STEP
    if not (db.schema.llm_calls >= _JOB_CALLS and "job_id" in db.schema.routine_runs):
        return RunStep(rows, None, is_last)
    jobs = {row[4] for row in rows if isinstance(row[4], str)}
    calls = db.execute(
        "SELECT job_id, input_tokens, output_tokens, cost FROM llm_calls"
        " WHERE job_id IN (SELECT value FROM json_each(?))",
        (keys_json(sorted(jobs)),),
    ).fetchall()
    return RunStep(rows, calls, is_last)


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
