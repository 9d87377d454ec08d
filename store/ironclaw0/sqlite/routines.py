"""Read IronClaw's routines, where the file has them: for the list of routines, and for the threads they write to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.core.stored_values import is_clean, is_uuid, text_of
from store.domain.timestamps import parse
from store.engines.sqlite.database import keys_json
from store.ironclaw0.sqlite.row_handles import equals, key_of
from store.ironclaw0.sqlite.threads import threads_of_routines
from store.records import Flaw, Routine, RoutineState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.sqlite.threads import Thread

_COLUMNS = (
    "id",
    "name",
    "description",
    "enabled",
    "trigger_type",
    "trigger_config",
    "last_run_at",
    "next_fire_at",
    "run_count",
    "consecutive_failures",
)
_NEEDED = frozenset({"id", "user_id"})


def states(db: Database, names: Mapping[str, str | None], user_id: str) -> dict[str, RoutineState]:
    """Return the state of a user's routines by id; one that is gone keeps the name its thread remembers."""
    found: dict[str, RoutineState] = {}
    if names and db.schema.routines >= _NEEDED:
        where = equals(db, "user_id", user_id)
        columns = ", ".join(_column(db, name) for name in ("id", "name", "enabled", "consecutive_failures"))
        rows = db.execute(
            f"SELECT {columns} FROM routines WHERE id IN (SELECT value FROM json_each(?)) AND {where.sql}",
            (keys_json(names), *where.parameters),
        ).fetchall()
        found = {
            row[0]: RoutineState(row[0], text_of(row[1], set()), bool(_number(row[2])), _number(row[3]))
            for row in rows
        }
    orphans = {
        routine: RoutineState(routine, name or "", enabled=False, consecutive_failures=0, is_orphan=True)
        for routine, name in names.items()
    }
    return orphans | found


def routines(db: Database, user_id: str) -> list[Routine]:
    """Return a user's routines by name, then the threads whose routine is gone, each as an orphan."""
    rows: list[tuple[Any, ...]] = []
    if db.schema.routines >= _NEEDED:
        where = equals(db, "user_id", user_id)
        columns = ", ".join(_column(db, name) for name in _COLUMNS)
        rows = db.execute(f"SELECT rowid, {columns} FROM routines WHERE {where.sql}", where.parameters).fetchall()
    threads = threads_of_routines(db, user_id)
    found = [_routine(row, threads.pop(row[1], []) if is_clean(row[1]) else []) for row in rows]
    found += [_orphan(routine, left) for routine, left in threads.items()]
    return sorted(found, key=lambda routine: (routine.is_orphan, routine.name, routine.id))


def _routine(row: tuple[Any, ...], threads: Sequence[Thread]) -> Routine:
    rowid, stored_id, name, description, enabled, trigger, config, last_run, next_fire, runs, failures = row
    flaws: set[Flaw] = set()
    if not (is_clean(stored_id) and is_uuid(stored_id)):
        flaws.add(Flaw.ID)
    if any(time is not None and parse(time) is None for time in (last_run, next_fire)):
        flaws.add(Flaw.TIME)
    return Routine(
        id=key_of(stored_id, rowid),
        name=text_of(name, flaws),
        description=text_of(description, flaws),
        enabled=bool(_number(enabled)),
        trigger_type=text_of(trigger, flaws),
        trigger_config=text_of(config, flaws),
        last_run_at=parse(last_run),
        next_fire_at=parse(next_fire),
        run_count=_number(runs),
        consecutive_failures=_number(failures),
        conversation_id=threads[0].key if threads else None,
        flaws=frozenset(flaws),
        duplicates=tuple(thread.key for thread in threads[1:]),
    )


def _orphan(routine_id: str, threads: Sequence[Thread]) -> Routine:
    """Return what is known of a routine that only its threads remember."""
    return Routine(
        id=routine_id,
        name=threads[0].routine_name or "",
        description="",
        enabled=False,
        trigger_type="",
        trigger_config="{}",
        last_run_at=None,
        next_fire_at=None,
        run_count=0,
        consecutive_failures=0,
        conversation_id=threads[0].key,
        is_orphan=True,
        duplicates=tuple(thread.key for thread in threads[1:]),
    )


def _column(db: Database, name: str) -> str:
    return name if name in db.schema.routines else {"id": "id", "enabled": "1"}.get(name, "NULL")


def _number(value: object) -> int:
    """Return a stored number, 0 for what is none."""
    return value if isinstance(value, int) else 0
