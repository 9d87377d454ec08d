"""Create conversations, touch them; find, make and list the special threads of a user.

What creates or touches is one transaction of the writer: under IMMEDIATE nobody can create a thread between our look
and our insert, whether the file has IronClaw's unique indexes or not.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from store.core.clause import Clause
from store.ironclaw0.metadata_rules import written
from store.ironclaw0.special_threads import (
    ASSISTANT_METADATA,
    HEARTBEAT_METADATA,
    Thread,
    by_routine,
    last_used,
    routine_metadata,
)
from store.ironclaw0.special_threads import special_threads as told_apart
from store.ironclaw0.sqlite.kinds import text_in
from store.ironclaw0.sqlite.row_handles import equals, key_of, require
from store.records import Kind

if TYPE_CHECKING:
    from store.ironclaw0.sqlite.schema import Database
    from store.records import SpecialThread

_ROUTINE_INDEX = "uq_conv_routine"
_HEARTBEAT_INDEX = "uq_conv_heartbeat"


def create(
    db: Database,
    conversation_id: str,
    channel: str,
    user_id: str,
    now: str,
    *,
    thread_id: str | None = None,
    metadata: str = "{}",
) -> str:
    """Insert a conversation and return its id.

    Args:
        db: The connection.
        conversation_id: Its id.
        channel: Its channel.
        user_id: Its owner.
        now: The time to store, as IronClaw writes it.
        thread_id: The channel's own name for it.
        metadata: Its metadata, a JSON text.
    """
    values = {
        "id": conversation_id,
        "channel": channel,
        "user_id": user_id,
        "thread_id": thread_id,
        "started_at": now,
        "last_activity": now,
        "metadata": metadata,
    }
    present = {name: value for name, value in values.items() if name in db.schema.conversations}
    places = ", ".join("?" * len(present))
    db.execute(f"INSERT INTO conversations ({', '.join(present)}) VALUES ({places})", tuple(present.values()))
    return conversation_id


def ensure(
    db: Database, conversation_id: str, channel: str, user_id: str, now: str, *, thread_id: str | None = None
) -> bool:
    """Create a conversation, or touch it if it is this user's on this channel; tell whether it is.

    Args:
        db: The connection.
        conversation_id: Its id.
        channel: Its channel.
        user_id: Its owner.
        now: The time to store, as IronClaw writes it.
        thread_id: The channel's own name for a new one.
    """
    where = equals(db, "id", conversation_id)
    if db.execute(f"SELECT 1 FROM conversations WHERE {where.sql}", where.parameters).fetchone() is None:
        create(db, conversation_id, channel, user_id, now, thread_id=thread_id)
        return True
    where &= equals(db, "user_id", user_id) & equals(db, "channel", channel)
    changed = db.execute(f"UPDATE conversations SET last_activity = ? WHERE {where.sql}", (now, *where.parameters))
    return changed.rowcount > 0


def touch(db: Database, conversation_id: str, now: str) -> None:
    """Set ``last_activity``.

    Raises:
        ConversationNotFound: there is no such conversation.
    """
    rowid = require(db, conversation_id)
    db.execute("UPDATE conversations SET last_activity = ? WHERE rowid = ?", (now, rowid))


def find_routine(db: Database, routine_id: str, user_id: str) -> str | None:
    """Return the id of a routine's thread."""
    where = equals(db, "user_id", user_id)
    quick = Clause("json_extract(metadata, '$.routine_id') = ?", (routine_id,))
    safe = Clause(f"{text_in(db.schema, 'routine_id')} = ?", (routine_id,))
    return _newest(db, _ROUTINE_INDEX, where & quick, where & safe)


def find_heartbeat(db: Database, user_id: str) -> str | None:
    """Return the id of a user's heartbeat thread."""
    where = equals(db, "user_id", user_id)
    quick = Clause("json_extract(metadata, '$.thread_type') = 'heartbeat'")
    safe = Clause(f"{text_in(db.schema, 'thread_type')} = 'heartbeat'")
    return _newest(db, _HEARTBEAT_INDEX, where & quick, where & safe)


def find_assistant(db: Database, user_id: str, channel: str) -> str | None:
    """Return the id of a user's assistant thread on a channel, of several the one last used."""
    where = equals(db, "user_id", user_id) & equals(db, "channel", channel)
    return _newest(db, None, None, where & Clause(f"{text_in(db.schema, 'thread_type')} = 'assistant'"))


def get_or_create_routine(db: Database, new_id: str, routine_id: str, name: str, user_id: str, *, now: str) -> str:
    """Return the id of a routine's thread, made now if there is none; its channel is no part of the key.

    Args:
        db: The connection.
        new_id: The id of a new thread.
        routine_id: Which routine.
        name: What the metadata of a new thread call it.
        user_id: Whose.
        now: The time to store, as IronClaw writes it.
    """
    document = written(routine_metadata(routine_id, name))
    found = find_routine(db, routine_id, user_id)
    return found or create(db, new_id, "routine", user_id, now, metadata=document)


def get_or_create_heartbeat(db: Database, new_id: str, user_id: str, now: str) -> str:
    """Return the id of the heartbeat thread, made now if there is none.

    Args:
        db: The connection.
        new_id: The id of a new thread.
        user_id: Whose.
        now: The time to store, as IronClaw writes it.
    """
    found = find_heartbeat(db, user_id)
    return found or create(db, new_id, "heartbeat", user_id, now, metadata=written(HEARTBEAT_METADATA))


def get_or_create_assistant(db: Database, new_id: str, user_id: str, channel: str, now: str) -> str:
    """Return the id of the assistant thread, made now if there is none.

    Args:
        db: The connection.
        new_id: The id of a new thread.
        user_id: Whose.
        channel: Which channel.
        now: The time to store, as IronClaw writes it.
    """
    found = find_assistant(db, user_id, channel)
    return found or create(db, new_id, channel, user_id, now, metadata=written(ASSISTANT_METADATA))


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
