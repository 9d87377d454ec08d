"""Read messages by their ids and the order of a conversation, and append a message."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING

from store.core.message_order import KeyRun, key_run
from store.core.stored_values import Head
from store.core.wide_numbers import WideNumbers
from store.ironclaw0.absent_rows import not_found, not_there
from store.ironclaw0.describing import message_of
from store.ironclaw0.postgres.row_handles import NOTHING, find, handle, id_of, tie_in, tie_of
from store.ironclaw0.postgres.times import (
    clamped,
    instant_sql,
    instants_of_binary,
    odd_sql,
    order_sql,
    readable_sql,
    text_sql,
)
from store.records import UNREADABLE, Count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.core.new_rows import NewMessage
    from store.ironclaw0.postgres.schema import Database
    from store.records import Message, MessageCursor

KEYS = f"{order_sql('created_at')}, id"
"""What orders the messages of a conversation."""
THROUGH_INDEX = "conversation_id BETWEEN %s::uuid AND %s::uuid ORDER BY conversation_id"
"""The condition for one conversation that keeps the planner from reading the table where it is a large part of it."""
_UP_TO = f"SELECT count(*) FROM (SELECT 1 FROM conversation_messages WHERE {THROUGH_INDEX} LIMIT %s) AS few"
"""The query for how many messages a conversation has, counted up to a cap."""
RECENT_BLOCKS = 250
"""Blocks at the end of the table in which new messages are looked for first."""
_LARGE = 2000
"""Messages from which on a conversation is not read to its end to count what is new in it."""


def total(db: Database, conversation_id: str, *, cap: int | None = None) -> int:
    """Return how many messages a conversation has, from the index alone, counted up to a cap."""
    if cap is None:
        return int(
            db.value("SELECT count(*) FROM conversation_messages WHERE conversation_id = %s::uuid", conversation_id)
        )
    return int(db.value(_UP_TO, conversation_id, conversation_id, cap))


def newest_keys(
    db: Database, conversation_id: str, user_id: str | None, limit: int, *, cap: int
) -> tuple[list[tuple[int, int]], int]:
    """Return the newest keys of a conversation, (instant, tie), and how many messages it has, by one query.

    Args:
        db: The connection.
        conversation_id: Which conversation.
        user_id: Whose it must be; ``None`` for anybody's.
        limit: How many keys at most.
        cap: Count no further than this.

    Raises:
        ConversationNotFound: there is none, or it is another user's; the sentence is the same.
    """
    order = "created_at" if db.schema.has_order_index else order_sql("created_at")
    theirs = handle(conversation_id, user_id)
    if theirs is NOTHING:
        raise not_found()
    # What is told of a key is made of the newest alone, not of every one that is sorted.
    rows = db.rows(
        f"SELECT ({_UP_TO}), {instant_sql('newest.created_at')}, newest.id::text"
        f" FROM (SELECT id FROM conversations WHERE {theirs.sql}) AS c LEFT JOIN LATERAL"
        " (SELECT created_at, id FROM conversation_messages"
        f" WHERE conversation_id = %s::uuid ORDER BY {order} DESC, id DESC LIMIT %s) AS newest ON true",
        *(conversation_id, conversation_id, cap, *theirs.parameters, conversation_id, limit),
    )
    if not rows:
        raise not_found()
    return [(instant, tie_of(row_id)) for _, instant, row_id in rows if row_id is not None], rows[0][0]


def keys_around(db: Database, conversation_id: str, edge: tuple[int, int], *, is_older: bool) -> KeyRun:
    """Return all keys of a conversation on one side of a key, in one sequential read.

    Args:
        db: The connection.
        conversation_id: Which conversation, a UUID.
        edge: The key, itself left out.
        is_older: Whether those before it are wanted, or those after it.
    """
    instant, tie = edge
    side = "<" if is_older else ">"
    if instant == UNREADABLE:
        return _packed(db, conversation_id, f"AND ({KEYS}) {side} ('infinity'::timestamptz, '{id_of(tie)}'::uuid)")
    beyond = f"(created_at, id) {side} ('{clamped(instant).isoformat()}'::timestamptz, '{id_of(tie)}'::uuid)"
    # Times beyond the calendar are the last.
    odd = f"{readable_sql('created_at')} AND" if is_older else f"{odd_sql('created_at')} OR"
    return _packed(db, conversation_id, f"AND ({odd} {beyond})")


def recent_keys(db: Database, conversation_id: str, edge: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the keys of a conversation after a key, of those in the last blocks of the table."""
    instant, tie = edge
    rows = db.rows(
        f"SELECT {instant_sql('created_at')}, id::text FROM conversation_messages WHERE ctid >= %s::tid"
        f" AND conversation_id = %s::uuid AND ({KEYS}) > (%s::timestamptz, %s::uuid)",
        f"({max(blocks(db) - RECENT_BLOCKS, 0)},0)",
        conversation_id,
        "infinity" if instant == UNREADABLE else clamped(instant),
        id_of(tie),
    )
    return [(instant, tie_of(row_id)) for instant, row_id in rows]


def blocks(db: Database) -> int:
    """Return how many blocks the table of messages has."""
    size = int(db.value("SELECT pg_relation_size(to_regclass('conversation_messages'))") or 0)
    return -(-size // db.can.block_size)


def all_keys(db: Database, conversation_id: str) -> KeyRun:
    """Return all keys of a conversation, a UUID, in order."""
    return _packed(db, conversation_id, "")


def _packed(db: Database, conversation_id: str, beyond: str) -> KeyRun:
    """Read keys in two values, which costs nothing a row on the way here, where the server can."""
    theirs = (
        "SELECT id, created_at FROM conversation_messages"
        f" WHERE conversation_id = '{id_of(tie_of(conversation_id))}' {beyond}"
    )
    if not db.can.has_packing:
        rows = db.rows(f"SELECT {instant_sql('created_at')}, id::text FROM ({theirs}) AS theirs")
        return key_run([(instant, tie_of(row_id)) for instant, row_id in rows])
    if db.can.large_read:
        db.driver.execute(db.can.large_read.encode())
    ids, times = db.binary_row(
        "SELECT string_agg(uuid_send(id), ''::bytea), string_agg(timestamptz_send(created_at), ''::bytea)"
        f" FROM ({theirs} ORDER BY created_at, id) AS theirs"
    ) or (None, None)
    halves, moments = _unpacked("Q", ids or b""), _unpacked("q", times or b"")
    ties = WideNumbers(halves[0::2], halves[1::2])
    instants = instants_of_binary(moments)
    if UNREADABLE in instants:
        return key_run(list(zip(instants, ties, strict=True)))
    return KeyRun(instants, ties)


def _unpacked(kind: str, data: bytes) -> array[int]:
    """Return numbers of 64 bits from the bytes that the server sends of them, the highest first."""
    numbers = array(kind, data)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def content_sql(limit: int | None) -> str:
    """Return the SQL for a content, or as many of its first characters as it may have bytes, and for its size."""
    if limit is None:
        return "content, octet_length(content)"
    return (
        f"CASE WHEN octet_length(content) <= {int(limit)} THEN content ELSE left(content, {int(limit)}) END,"
        " octet_length(content)"
    )


def read(db: Database, conversation_id: str, ids: Sequence[str], limit: int | None) -> dict[int, Message]:
    """Return messages of a conversation by their ties, as far as they exist.

    Args:
        db: The connection.
        conversation_id: Which conversation, a UUID.
        ids: The messages.
        limit: Bytes of a content that are read; ``None`` for all of it.
    """
    rows = db.rows(
        f"SELECT id::text, {content_sql(limit)}, role, {text_sql('created_at')} FROM conversation_messages"
        " WHERE id = ANY(%s::uuid[]) AND conversation_id = %s::uuid",
        list(ids),
        conversation_id,
    )
    found = {}
    for row_id, content, size, role, created_at in rows:
        tie = tie_of(row_id)
        text = _head(content, size, limit) if limit is not None and size > limit else content
        found[tie] = message_of(conversation_id, row_id, (tie, text, row_id, role, created_at), limit)
    return found


def _head(content: str, size: int, limit: int) -> Head:
    head = Head(content.encode()[:limit].decode("utf-8", "ignore"))
    head.size, head.is_blob, head.is_replaced = size, False, False
    return head


def fetch(db: Database, conversation_id: str, run: KeyRun, limit: int | None) -> list[Message] | None:
    """Return the messages of a run, contents over ``limit`` bytes by head; ``None`` if one is not what it was."""
    found = read(db, conversation_id, [id_of(tie) for tie in run.ties], limit)
    messages = []
    for instant, tie in zip(run.instants, run.ties, strict=True):
        message = found.get(tie)
        if message is None or message.cursor.instant != instant:
            return None
        messages.append(message)
    return messages


def roles(db: Database, conversation_id: str, run: KeyRun) -> list[str] | None:
    """Return the roles of the messages of a run; ``None`` if one is not there any more."""
    rows = db.rows(
        "SELECT id::text, role FROM conversation_messages WHERE id = ANY(%s::uuid[]) AND conversation_id = %s::uuid",
        [id_of(tie) for tie in run.ties],
        conversation_id,
    )
    found = {tie_of(row_id): role for row_id, role in rows}
    return [found[tie] for tie in run.ties] if len(found) == len(run) else None


def again(db: Database, message: Message, limit: int | None) -> Message:
    """Return a message anew with up to ``limit`` bytes of its content.

    Raises:
        ConversationNotFound: the message, or its conversation, is gone.
    """
    conversation = find(db, message.conversation_id)
    tie = tie_in(message.cursor)
    found = {} if conversation is None else read(db, conversation, [id_of(tie)], limit)
    if tie not in found:
        raise not_there()
    return found[tie]


def append(db: Database, new: NewMessage, now: object) -> None:
    """Append a message at a time, ``None`` for the server's, and touch its conversation; for one transaction.

    Raises:
        ConversationNotFound: there is no such conversation.
    """
    touched = db.value(
        "UPDATE conversations SET last_activity = coalesce(%s::timestamptz, clock_timestamp()) WHERE id = %s::uuid"
        f" RETURNING {text_sql('last_activity')}",
        now,
        find(db, new.conversation_id),
    )
    if touched is None:
        raise not_found()
    db.change(
        "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
        " VALUES (%s::uuid, %s::uuid, %s, %s, %s::timestamptz)",
        new.id,
        new.conversation_id,
        new.role,
        new.content,
        touched,
    )


def unseen(db: Database, user_id: str, seen: Mapping[str, MessageCursor | None], cap: int) -> dict[str, Count]:
    """Count what came after the given messages, as far as a cap.

    A large conversation without an order index is read only if it was used since.

    Args:
        db: The connection.
        user_id: Whose conversations.
        seen: For each conversation the newest message that was seen, ``None`` if none was.
        cap: Count no further than this.
    """
    counts = {}
    for conversation_id, cursor in seen.items():
        row = find(db, conversation_id, user_id)
        if row is None or (cursor is not None and cursor.instant == UNREADABLE):
            continue
        after = _count_after(db, row, cursor, cap + 1)
        if after:
            counts[conversation_id] = Count(min(after, cap), capped=after > cap)
    return counts


def _count_after(db: Database, conversation_id: str, cursor: MessageCursor | None, cap: int) -> int:
    if cursor is None:
        return total(db, conversation_id, cap=cap)
    moment = clamped(cursor.instant)
    if not db.schema.has_order_index and total(db, conversation_id, cap=_LARGE) == _LARGE:
        used = db.value("SELECT last_activity > %s FROM conversations WHERE id = %s::uuid", moment, conversation_id)
        if not used:
            return 0
    return int(
        db.value(
            "SELECT count(*) FROM (SELECT 1 FROM conversation_messages WHERE conversation_id = %s::uuid"
            " AND (created_at, id) > (%s::timestamptz, %s::uuid) LIMIT %s) AS few",
            conversation_id,
            moment,
            id_of(max(tie_in(cursor), 0)),
            cap,
        )
    )
