"""Read the first and the newest messages of a thread, for its name, its preview and what is unseen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.domain.timestamps import instant_of, parse
from store.ironclaw1 import thread_rows
from store.ironclaw1.addresses import thread_named
from store.ironclaw1.message_records import CALL, content_of, record_of, role_of, sequence_of
from store.ironclaw1.schema import MESSAGES_IN_ORDER
from store.records import UNREADABLE, Count, Preview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.index_proofs import Proofs
    from store.ironclaw1.message_records import Record
    from store.ironclaw1.schema import Database
    from store.records import MessageCursor

_FIRST_LOOKS = (2, 24)
_PREVIEW_LOOKS = (2, 12)
"""Messages looked at for a name, and for a preview; farther only where the first look finds none."""
_SPOKEN = ("user", "assistant", "system")
_SHOWN_CHARACTERS = 400


def first_of_user(db: Database, proofs: Proofs, thread: Thread) -> Record | None:
    """Return the first message of a thread's user, ``None`` if it has none, or says so late."""
    for look in _FIRST_LOOKS if db.schema.has_order else ():
        rows = db.execute(
            "SELECT o.k1, e.contents FROM root_filesystem_ordered_index_rows AS o"
            " CROSS JOIN root_filesystem_entries AS e ON e.path = o.path"
            f" WHERE o.index_name = '{MESSAGES_IN_ORDER}' AND o.k0 = ? AND +o.path >= ? AND +o.path < ?"
            " ORDER BY o.k1, o.k2 LIMIT ?",
            (thread.id, *thread.messages, look),
        ).fetchall()
        # Where the index does not begin with the first message, it must not lack any.
        if not (rows and rows[0][0] == 1) and not proofs.is_complete(db, thread):
            break
        records = (record_of(contents) for _, contents in rows)
        found = next((record for record in records if record.kind == "user"), None)
        if found is not None or len(rows) < look:
            return found
    else:
        if db.schema.has_order:
            return None
    placed = sorted(thread_rows.placed_rows(db, thread), key=lambda each: each[0])
    return next((row.record for _, row in placed if row.record.kind == "user"), None)


def newest_rows(db: Database, proofs: Proofs, thread: Thread, limit: int) -> list[tuple[int, Record]]:
    """Return the newest messages of a thread with their ties, the newest first.

    Args:
        db: The connection.
        proofs: What is known of the index.
        thread: Which thread.
        limit: How many at most.
    """
    if proofs.is_complete(db, thread):
        keys = thread_rows.older_keys(db, thread, None, limit)
        found = thread_rows.indexed_rows(db, thread, [key.sequence for key in keys])
    else:
        found = sorted(thread_rows.placed_rows(db, thread), key=lambda each: each[0], reverse=True)
    return [(tie, row.record) for tie, row in found[:limit]]


def preview(db: Database, proofs: Proofs, thread: Thread) -> Preview | None:
    """Return the newest thing that was said in a thread, else its newest message; ``None`` if it has none."""
    rows: list[tuple[int, Record]] = []
    for look in _PREVIEW_LOOKS:
        rows = newest_rows(db, proofs, thread, look)
        for _, record in rows:
            is_placed = sequence_of(record, thread.id) is not None
            if is_placed and record.kind in _SPOKEN and role_of(record) in _SPOKEN and content_of(record):
                return _preview(record)
        if len(rows) < look:
            break
    return _preview(rows[0][1]) if rows else None


def _preview(record: Record) -> Preview:
    return Preview(role_of(record), content_of(record)[:_SHOWN_CHARACTERS], parse(record.fields.get("created_at")))


def total(db: Database, thread: Thread, cap: int) -> Count:
    """Return how many messages a thread has, counted as far as a cap."""
    many = thread_rows.count_files(db, thread.messages, cap + 1) + len(thread_rows.logged_only(db, thread))
    return Count(min(many, cap), capped=many > cap)


def unseen(
    db: Database, proofs: Proofs, user_id: str, seen: Mapping[str, MessageCursor | None], cap: int
) -> dict[str, Count]:
    """Count what came after the given messages, as far as a cap.

    Args:
        db: The connection.
        proofs: What is known of the index.
        user_id: Whose threads.
        seen: For each thread the newest message that was seen, ``None`` if none was.
        cap: Count no further than this.
    """
    counts = {}
    for key, cursor in seen.items():
        thread = thread_named(key)
        if thread is None or thread.scope.user_id != user_id:
            continue
        rows = newest_rows(db, proofs, thread, cap + 1)
        many = sum(_is_after(tie, record, cursor) for tie, record in rows if record.kind != CALL)
        if many:
            counts[key] = Count(min(many, cap), capped=many > cap)
    return counts


def _is_after(tie: int, record: Record, cursor: MessageCursor | None) -> bool:
    if cursor is None:
        return True
    if isinstance(cursor.tie, int):
        return tie > cursor.tie
    created = instant_of(record.fields.get("created_at"))
    return created != UNREADABLE and created >= cursor.instant
