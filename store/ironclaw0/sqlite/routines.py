"""Read IronClaw's routines, where the file has them: for the list of routines, and for the threads they write to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.engines.sqlite.database import keys_json
from store.ironclaw0.describing import routine_states
from store.ironclaw0.special_threads import ROUTINE_COLUMNS, routine_records
from store.ironclaw0.sqlite.row_handles import equals, key_of
from store.ironclaw0.sqlite.threads import threads_of_routines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.ironclaw0.sqlite.schema import Database
    from store.records import Routine, RoutineState

_NEEDED = frozenset({"id", "user_id"})


def states(db: Database, names: Mapping[str, str | None], user_id: str) -> dict[str, RoutineState]:
    """Return the state of a user's routines by id; one that is gone keeps the name its thread remembers."""
    rows: list[tuple[Any, Any, Any, Any]] = []
    if names and db.schema.routines >= _NEEDED:
        where = equals(db, "user_id", user_id)
        columns = ", ".join(_column(db, name) for name in ("id", "name", "enabled", "consecutive_failures"))
        rows = db.execute(
            f"SELECT {columns} FROM routines WHERE id IN (SELECT value FROM json_each(?)) AND {where.sql}",
            (keys_json(names), *where.parameters),
        ).fetchall()
    return routine_states(names, rows)


def routines(db: Database, user_id: str) -> list[Routine]:
    """Return a user's routines by name, then the threads whose routine is gone, each as an orphan."""
    rows: list[tuple[Any, ...]] = []
    if db.schema.routines >= _NEEDED:
        where = equals(db, "user_id", user_id)
        columns = ", ".join(_column(db, name) for name in ROUTINE_COLUMNS)
        rows = db.execute(f"SELECT rowid, {columns} FROM routines WHERE {where.sql}", where.parameters).fetchall()
    found = [(key_of(row[1], row[0]), *row[1:]) for row in rows]
    return routine_records(found, threads_of_routines(db, user_id))


def _column(db: Database, name: str) -> str:
    return name if name in db.schema.routines else {"id": "id", "enabled": "1"}.get(name, "NULL")
