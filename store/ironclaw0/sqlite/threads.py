"""Create conversations, touch them; find, make and list the special threads of a user.

What creates or touches is one transaction of the writer: under IMMEDIATE nobody can create a thread between our look
and our insert, whether the file has IronClaw's unique indexes or not.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from store.core.clause import Clause
from store.ironclaw0.special_threads import Thread, by_routine, last_used
from store.ironclaw0.special_threads import special_threads as told_apart
from store.ironclaw0.sqlite.kinds import text_in
from store.ironclaw0.sqlite.row_handles import equals, key_of, require
from store.records import Kind

if TYPE_CHECKING:
    from store.core.new_rows import NewConversation
    from store.ironclaw0.single_threads import SingleThread
    from store.ironclaw0.sqlite.schema import Database
    from store.records import SpecialThread

_ROUTINE_INDEX = "uq_conv_routine"
_HEARTBEAT_INDEX = "uq_conv_heartbeat"


def create(db: Database, new: NewConversation, now: str) -> str:
    """Insert a conversation, begun at a time as IronClaw writes it, and return its id."""
    values = {**new._asdict(), "started_at": now, "last_activity": now}
    present = {name: value for name, value in values.items() if name in db.schema.conversations}
    places = ", ".join("?" * len(present))
    db.execute(f"INSERT INTO conversations ({', '.join(present)}) VALUES ({places})", tuple(present.values()))
    return new.id


def ensure(db: Database, new: NewConversation, now: str) -> bool:
    """Create a conversation, or touch it if it is this user's on this channel; tell whether it is."""
    where = equals(db, "id", new.id)
    if db.execute(f"SELECT 1 FROM conversations WHERE {where.sql}", where.parameters).fetchone() is None:
        create(db, new, now)
        return True
    where &= equals(db, "user_id", new.user_id) & equals(db, "channel", new.channel)
    changed = db.execute(f"UPDATE conversations SET last_activity = ? WHERE {where.sql}", (now, *where.parameters))
    return changed.rowcount > 0


def touch(db: Database, conversation_id: str, now: str) -> None:
    """Set ``last_activity``.

    Raises:
        ConversationNotFound: there is no such conversation.
    """
    rowid = require(db, conversation_id)
    db.execute("UPDATE conversations SET last_activity = ? WHERE rowid = ?", (now, rowid))


def find_single(db: Database, sought: SingleThread) -> str | None:
    """Return the id of a thread that there should be one of; of several the one last used."""
    where = equals(db, "user_id", sought.user_id)
    match sought.kind:
        case Kind.ROUTINE:
            quick = Clause("json_extract(metadata, '$.routine_id') = ?", (sought.key,))
            safe = Clause(f"{text_in(db.schema, 'routine_id')} = ?", (sought.key,))
            return _newest(db, _ROUTINE_INDEX, where & quick, where & safe)
        case Kind.HEARTBEAT:
            quick = Clause("json_extract(metadata, '$.thread_type') = 'heartbeat'")
            safe = Clause(f"{text_in(db.schema, 'thread_type')} = 'heartbeat'")
            return _newest(db, _HEARTBEAT_INDEX, where & quick, where & safe)
    where &= equals(db, "channel", sought.key)
    return _newest(db, None, None, where & Clause(f"{text_in(db.schema, 'thread_type')} = 'assistant'"))


def hold_single(db: Database, sought: SingleThread) -> None:
    """Do nothing: no other connection writes until the transaction ends."""


def special_threads(db: Database, user_id: str) -> list[SpecialThread]:
    """Return the special threads of a user, the last used first."""
    kinds = ", ".join(f"'{kind}'" for kind in (Kind.ASSISTANT, Kind.ROUTINE, Kind.HEARTBEAT))
    rows = _rows(db, user_id, Clause(f"(meta_thread_type IN ({kinds}) OR meta_routine_id IS NOT NULL)"))
    return told_apart(rows)


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
    return by_routine(rows)


def _rows(db: Database, user_id: str, special: Clause, index: str = "") -> list[Thread]:
    where = equals(db, "user_id", user_id) & special
    keys = ("thread_type", "routine_id", "routine_name")
    strings = ", ".join(f"{text_in(db.schema, key)} AS meta_{key}" for key in keys)
    rows = db.execute(
        f"SELECT id, rowid, last_activity, channel, {strings} FROM conversations {index} WHERE {where.sql}",
        where.parameters,
    ).fetchall()
    threads = (Thread(key_of(stored_id, rowid), rowid, *rest) for stored_id, rowid, *rest in rows)
    return sorted(threads, key=last_used, reverse=True)


def _newest(db: Database, index: str | None, quick: Clause | None, safe: Clause) -> str | None:
    """Return the id of the match last used, of equals the oldest row.

    Through IronClaw's index where the file has it; a malformed row then never comes into it.
    """
    columns = "SELECT id, rowid, last_activity FROM conversations"
    rows: list[tuple[Any, int, Any]] | None = None
    if index in db.schema.indexes and quick is not None:
        try:
            rows = db.execute(f"{columns} INDEXED BY {index} WHERE {quick.sql}", quick.parameters).fetchall()
        except sqlite3.OperationalError:
            rows = None
    if rows is None:
        rows = db.execute(f"{columns} WHERE {safe.sql}", safe.parameters).fetchall()
    if not rows:
        return None
    stored_id, rowid, _ = max(rows, key=last_used)
    return key_of(stored_id, rowid)
