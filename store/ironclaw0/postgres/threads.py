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
from store.ironclaw0.metadata_rules import written
from store.ironclaw0.postgres.kinds import text_in
from store.ironclaw0.postgres.row_handles import equals, find, tie_of
from store.ironclaw0.postgres.times import text_sql
from store.ironclaw0.special_threads import (
    ASSISTANT_METADATA,
    HEARTBEAT_METADATA,
    Thread,
    by_routine,
    last_used,
    routine_metadata,
)
from store.ironclaw0.special_threads import special_threads as told_apart
from store.records import Kind

if TYPE_CHECKING:
    from store.ironclaw0.postgres.schema import Database
    from store.records import SpecialThread

_NOW = "coalesce(%s::timestamptz, clock_timestamp())"


def create(
    db: Database,
    conversation_id: str,
    channel: str,
    user_id: str,
    now: object,
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
        now: The time to store; ``None`` for the server's.
        thread_id: The channel's own name for it.
        metadata: Its metadata, a JSON text.
    """
    started = db.value(f"SELECT {_NOW}::text", now)
    values = {
        "id": (conversation_id, "uuid"),
        "channel": (channel, "text"),
        "user_id": (user_id, "text"),
        "thread_id": (thread_id, "text"),
        "started_at": (started, "timestamptz"),
        "last_activity": (started, "timestamptz"),
        "metadata": (metadata, "jsonb"),
        "source_channel": (channel, "text"),
    }
    present = {name: value for name, value in values.items() if name in db.schema.conversations}
    places = ", ".join(f"%s::{kind}" for _, kind in present.values())
    db.change(
        f"INSERT INTO conversations ({', '.join(present)}) VALUES ({places})",
        *(value for value, _ in present.values()),
    )
    return conversation_id


def ensure(
    db: Database, conversation_id: str, channel: str, user_id: str, now: object, *, thread_id: str | None = None
) -> bool:
    """Create a conversation, or touch it if it is this user's on this channel; tell whether it is.

    Args:
        db: The connection.
        conversation_id: Its id.
        channel: Its channel.
        user_id: Its owner.
        now: The time to store; ``None`` for the server's.
        thread_id: The channel's own name for a new one.

    Raises:
        ValueError: the id is no UUID.
    """
    if not is_uuid(conversation_id):
        raise ValueError("on a server the id of a conversation is a UUID in lower case")
    _lock(db, conversation_id)
    if find(db, conversation_id) is None:
        create(db, conversation_id, channel, user_id, now, thread_id=thread_id)
        return True
    changed = db.change(
        f"UPDATE conversations SET last_activity = {_NOW} WHERE id = %s::uuid AND user_id = %s AND channel = %s",
        now,
        conversation_id,
        user_id,
        channel,
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


def find_routine(db: Database, routine_id: str, user_id: str) -> str | None:
    """Return the id of a routine's thread."""
    theirs = equals(f"{db.schema.column('metadata')} ->> 'routine_id'", routine_id)
    return _newest(db, equals("user_id", user_id) & theirs)


def find_heartbeat(db: Database, user_id: str) -> str | None:
    """Return the id of a user's heartbeat thread."""
    theirs = Clause(f"{db.schema.column('metadata')} ->> 'thread_type' = 'heartbeat'")
    return _newest(db, equals("user_id", user_id) & theirs)


def find_assistant(db: Database, user_id: str, channel: str) -> str | None:
    """Return the id of a user's assistant thread on a channel, of several the one last used."""
    theirs = Clause(f"{text_in(db.schema, 'thread_type')} = 'assistant'")
    return _newest(db, equals("user_id", user_id) & equals("channel", channel) & theirs)


def get_or_create_routine(db: Database, new_id: str, routine_id: str, name: str, user_id: str, *, now: object) -> str:
    """Return the id of a routine's thread, made now if there is none; its channel is no part of the key.

    Args:
        db: The connection.
        new_id: The id of a new thread.
        routine_id: Which routine.
        name: What the metadata of a new thread call it.
        user_id: Whose.
        now: The time to store; ``None`` for the server's.
    """
    _lock(db, "routine", user_id, routine_id)
    document = written(routine_metadata(routine_id, name))
    found = find_routine(db, routine_id, user_id)
    return found or create(db, new_id, "routine", user_id, now, metadata=document)


def get_or_create_heartbeat(db: Database, new_id: str, user_id: str, now: object) -> str:
    """Return the id of the heartbeat thread, made now if there is none.

    Args:
        db: The connection.
        new_id: The id of a new thread.
        user_id: Whose.
        now: The time to store; ``None`` for the server's.
    """
    _lock(db, "heartbeat", user_id)
    found = find_heartbeat(db, user_id)
    return found or create(db, new_id, "heartbeat", user_id, now, metadata=written(HEARTBEAT_METADATA))


def get_or_create_assistant(db: Database, new_id: str, user_id: str, channel: str, now: object) -> str:
    """Return the id of the assistant thread, made now if there is none.

    Args:
        db: The connection.
        new_id: The id of a new thread.
        user_id: Whose.
        channel: Which channel.
        now: The time to store; ``None`` for the server's.
    """
    _lock(db, "assistant", user_id, channel)
    found = find_assistant(db, user_id, channel)
    return found or create(db, new_id, channel, user_id, now, metadata=written(ASSISTANT_METADATA))


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
