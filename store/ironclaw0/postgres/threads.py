"""Create conversations, touch them; find, make and list the special threads of a user.

What creates or touches is one transaction of the writer. IronClaw's unique indexes keep routine and heartbeat threads
single whatever races; the assistant thread, and all three where the indexes are missing, are kept so by a lock that
ends with the transaction. IronClaw does not take that lock, so against the agent itself only the indexes help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.core.clause import Clause
from store.core.stored_values import is_uuid
from store.ironclaw0.absent_rows import not_found
from store.ironclaw0.postgres.kinds import text_in
from store.ironclaw0.postgres.row_handles import equals, find, tie_of
from store.ironclaw0.postgres.times import text_sql
from store.ironclaw0.special_threads import Thread, by_routine, last_used
from store.ironclaw0.special_threads import special_threads as told_apart
from store.records import Kind

if TYPE_CHECKING:
    from store.core.new_rows import NewConversation
    from store.ironclaw0.postgres.schema import Database
    from store.ironclaw0.single_threads import SingleThread
    from store.records import SpecialThread

_NOW = "coalesce(%s::timestamptz, clock_timestamp())"


_TYPES = {"id": "uuid", "started_at": "timestamptz", "last_activity": "timestamptz", "metadata": "jsonb"}
"""Of the columns that are no text."""


def create(db: Database, new: NewConversation, now: object) -> str:
    """Insert a conversation, begun at a time, ``None`` for the server's, and return its id."""
    started = db.value(f"SELECT {_NOW}::text", now)
    values = {
        **new._asdict(),
        "started_at": started,
        "last_activity": started,
        "source_channel": new.channel,
    }
    present = {name: value for name, value in values.items() if name in db.schema.conversations}
    places = ", ".join(f"%s::{_TYPES.get(name, 'text')}" for name in present)
    db.change(f"INSERT INTO conversations ({', '.join(present)}) VALUES ({places})", *present.values())
    return new.id


def ensure(db: Database, new: NewConversation, now: object) -> bool:
    """Create a conversation, or touch it if it is this user's on this channel; tell whether it is.

    Raises:
        ValueError: the id is no UUID.
    """
    if not is_uuid(new.id):
        raise ValueError("on a server the id of a conversation is a UUID in lower case")
    _lock(db, new.id)
    if find(db, new.id) is None:
        create(db, new, now)
        return True
    changed = db.change(
        f"UPDATE conversations SET last_activity = {_NOW} WHERE id = %s::uuid AND user_id = %s AND channel = %s",
        now,
        new.id,
        new.user_id,
        new.channel,
    )
    return changed > 0


def touch(db: Database, conversation_id: str, now: object) -> None:
    """Set ``last_activity``.

    Raises:
        ConversationNotFound: there is no such conversation.
    """
    found = find(db, conversation_id)
    if not db.change(f"UPDATE conversations SET last_activity = {_NOW} WHERE id = %s::uuid", now, found):
        raise not_found()


def find_single(db: Database, sought: SingleThread) -> str | None:
    """Return the id of a thread that there should be one of; of several the one last used."""
    metadata = db.schema.column("metadata")
    where = equals("user_id", sought.user_id)
    match sought.kind:
        case Kind.ROUTINE:
            where &= equals(f"{metadata} ->> 'routine_id'", sought.key)
        case Kind.HEARTBEAT:
            where &= Clause(f"{metadata} ->> 'thread_type' = 'heartbeat'")
        case _:
            assistants = Clause(f"{text_in(db.schema, 'thread_type')} = 'assistant'")
            where &= equals("channel", sought.key) & assistants
    return _newest(db, where)


def hold_single(db: Database, sought: SingleThread) -> None:
    """Let no other clawback make such a thread until the transaction ends."""
    _lock(db, sought.kind, sought.user_id, sought.key)


def special_threads(db: Database, user_id: str) -> list[SpecialThread]:
    """Return the special threads of a user, the last used first."""
    kinds = ", ".join(f"'{kind}'" for kind in (Kind.ASSISTANT, Kind.ROUTINE, Kind.HEARTBEAT))
    schema = db.schema
    special = f"({text_in(schema, 'thread_type')} IN ({kinds}) OR {text_in(schema, 'routine_id')} IS NOT NULL)"
    return told_apart(_rows(db, user_id, Clause(special)))


def threads_of_routines(db: Database, user_id: str) -> dict[str, list[Thread]]:
    """Return the threads of each routine of a user, the last used first."""
    metadata = db.schema.column("metadata")
    # The first condition is that of IronClaw's index.
    return by_routine(
        _rows(
            db,
            user_id,
            Clause(f"({metadata} ->> 'routine_id') IS NOT NULL AND {text_in(db.schema, 'routine_id')} IS NOT NULL"),
        )
    )


def _rows(db: Database, user_id: str, special: Clause) -> list[Thread]:
    where = equals("user_id", user_id) & special
    strings = ", ".join(text_in(db.schema, key) for key in ("thread_type", "routine_id", "routine_name"))
    rows = db.rows(
        f"SELECT id::text, {text_sql('last_activity')}, channel, {strings} FROM conversations WHERE {where.sql}",
        *where.parameters,
    )
    threads = (Thread(key, tie_of(key), *rest) for key, *rest in rows)
    return sorted(threads, key=last_used, reverse=True)


def _newest(db: Database, where: Clause) -> str | None:
    """Return the id of the match last used."""
    rows: list[tuple[Any, ...]] = [
        (key, tie_of(key), last_activity)
        for key, last_activity in db.rows(
            f"SELECT id::text, {text_sql('last_activity')} FROM conversations WHERE {where.sql}", *where.parameters
        )
    ]
    return max(rows, key=last_used)[0] if rows else None


def _lock(db: Database, *key: str) -> None:
    """Take the lock of a key until the transaction ends; without locks, transactions are serializable instead."""
    if db.can.has_locks:
        db.value("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", "clawback\x1f" + "\x1f".join(key))
