"""List the special threads of a user, and which of several is the one that IronClaw means.

IronClaw writes to one thread per routine, one heartbeat thread, and one assistant thread per channel. A race of its
own, or a file without the unique indexes, can leave more; the one last used counts, as in ``threads.find_*``.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.stored_values import text_of
from store.domain.timestamps import parse
from store.ironclaw0.sqlite.kinds import text_in
from store.ironclaw0.sqlite.row_handles import Clause, equals, key_of
from store.ironclaw0.sqlite.threads import last_used
from store.records import Kind, SpecialThread

if TYPE_CHECKING:
    from store.ironclaw0.sqlite.schema import Database

_ROUTINE_INDEX = "uq_conv_routine"


class Thread(NamedTuple):
    """A row of ``conversations`` with the strings of its metadata that make it special."""

    id: Any
    rowid: int
    last_activity: Any
    channel: Any
    thread_type: str | None
    routine_id: str | None
    routine_name: str | None

    @property
    def key(self) -> str:
        """Return the id by which callers may name it."""
        return key_of(self.id, self.rowid)


def special_threads(db: Database, user_id: str) -> list[SpecialThread]:
    """Return the special threads of a user, the last used first."""
    kinds = ", ".join(f"'{kind}'" for kind in (Kind.ASSISTANT, Kind.ROUTINE, Kind.HEARTBEAT))
    rows = _rows(db, user_id, Clause(f"(meta_thread_type IN ({kinds}) OR meta_routine_id IS NOT NULL)"))
    seen: set[tuple[Kind, object]] = set()
    found = []
    for row in rows:
        kind = Kind(row.thread_type) if row.thread_type in list(Kind) else Kind.ROUTINE
        place = kind, {Kind.ROUTINE: row.routine_id, Kind.ASSISTANT: row.channel}.get(kind)
        found.append(
            SpecialThread(
                id=row.key,
                kind=kind,
                channel=text_of(row.channel, set()),
                routine_id=row.routine_id,
                last_activity=parse(row.last_activity),
                is_duplicate=place in seen and place != (Kind.ROUTINE, None),
            )
        )
        seen.add(place)
    return found


def threads_of_routines(db: Database, user_id: str) -> dict[str, list[Thread]]:
    """Return the threads of each routine of a user, the last used first.

    Through IronClaw's index where the file has it.
    """
    rows = None
    if _ROUTINE_INDEX in db.schema.indexes:
        try:
            indexed = Clause("json_extract(metadata, '$.routine_id') IS NOT NULL AND meta_routine_id IS NOT NULL")
            rows = _rows(db, user_id, indexed, f"INDEXED BY {_ROUTINE_INDEX}")
        except sqlite3.OperationalError:
            rows = None
    if rows is None:
        rows = _rows(db, user_id, Clause("meta_routine_id IS NOT NULL"))
    found: dict[str, list[Thread]] = {}
    for row in rows:
        found.setdefault(str(row.routine_id), []).append(row)
    return found


def _rows(db: Database, user_id: str, special: Clause, index: str = "") -> list[Thread]:
    where = equals(db, "user_id", user_id) & special
    keys = ("thread_type", "routine_id", "routine_name")
    strings = ", ".join(f"{text_in(db.schema, key)} AS meta_{key}" for key in keys)
    rows = db.execute(
        f"SELECT id, rowid, last_activity, channel, {strings} FROM conversations {index} WHERE {where.sql}",
        where.parameters,
    ).fetchall()
    return sorted(map(Thread._make, rows), key=last_used, reverse=True)
