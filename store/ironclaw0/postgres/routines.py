"""Read IronClaw's routines, where the database has them: for their list, and for the threads they write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.ironclaw0.describing import routine_states
from store.ironclaw0.postgres.row_handles import equals
from store.ironclaw0.postgres.threads import threads_of_routines
from store.ironclaw0.postgres.times import text_sql
from store.ironclaw0.special_threads import ROUTINE_COLUMNS, routine_records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from store.ironclaw0.postgres.schema import Database
    from store.records import Routine, RoutineState

NEEDED = frozenset({"id", "user_id"})


def states(db: Database, names: Mapping[str, str | None], user_id: str) -> dict[str, RoutineState]:
    """Return the state of a user's routines by id; one that is gone keeps the name its thread remembers."""
    rows: list[tuple[Any, Any, Any, Any]] = []
    if names and db.schema.routines.keys() >= NEEDED:
        where = equals("user_id", user_id)
        columns = ", ".join(_column(db, name) for name in ("id", "name", "enabled", "consecutive_failures"))
        found = db.rows(
            f"SELECT {columns} FROM routines WHERE id::text = ANY(%s) AND {where.sql}", list(names), *where.parameters
        )
        rows = [(key, name, enabled, failures) for key, name, enabled, failures in found]
    return routine_states(names, rows)


def routines(db: Database, user_id: str) -> list[Routine]:
    """Return a user's routines by name, then the threads whose routine is gone, each as an orphan."""
    rows: list[tuple[Any, ...]] = []
    if db.schema.routines.keys() >= NEEDED:
        where = equals("user_id", user_id)
        columns = ", ".join(_column(db, name) for name in ROUTINE_COLUMNS)
        found = db.rows(f"SELECT {columns} FROM routines WHERE {where.sql}", *where.parameters)
        rows = [(row[0], *row) for row in found]
    return routine_records(rows, threads_of_routines(db, user_id))


def _column(db: Database, name: str) -> str:
    if name not in db.schema.routines:
        return {"enabled": "true"}.get(name, "NULL")
    kind = db.schema.routines[name]
    if kind == "timestamp with time zone":
        return text_sql(name)
    return name if kind in ("boolean", "integer", "bigint") else f"{name}::text"
