"""Read the first and the newest messages of a thread, for its name, its preview and what is unseen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.domain.timestamps import instant_of, parse
from store.ironclaw1 import thread_rows
from store.ironclaw1.addresses import thread_named
from store.ironclaw1.message_records import (
    CALL,
    CARD,
    call_reference,
    content_of,
    record_of,
    role_of,
    sequence_of,
)
from store.ironclaw1.schema import MESSAGES_IN_ORDER
from store.records import UNREADABLE, Count, Preview

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


def first_of_user(db: Database, proofs: Proofs, thread: Thread) -> tuple[Record | None, bool]:
    """Return the first message of a thread's user, and whether it surely is the first; ``None`` if it comes late.

    Of a thread with many messages, but not all of them in the index, it is an early one.
    """
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
            return found, True
    else:
        if db.schema.has_order:
            return None, True
    is_sure = not thread_rows.is_long(db, thread)
    if is_sure:
        placed = sorted(thread_rows.placed_rows(db, thread), key=lambda each: each[0])
    else:
        placed = thread_rows.outer_rows(db, thread, _FIRST_LOOKS[-1], newest=False)
    return next((row.record for _, row in placed if row.record.kind == "user"), None), is_sure


def newest_rows(db: Database, proofs: Proofs, thread: Thread, limit: int) -> list[tuple[int, Record]]:
    """Return the newest messages of a thread with their ties, the newest first.

    Of a thread with many messages, but not all of them in the index, those written last.

    Args:
        db: The connection.
        proofs: What is known of the index.
        thread: Which thread.
        limit: How many at most.
    """
    if proofs.is_complete(db, thread):
        keys = thread_rows.older_keys(db, thread, None, limit)
        found = thread_rows.indexed_rows(db, thread, [key.sequence for key in keys])
    elif thread_rows.is_long(db, thread):
        found = thread_rows.outer_rows(db, thread, limit, newest=True)
    else:
        found = sorted(thread_rows.placed_rows(db, thread), key=lambda each: each[0], reverse=True)
    return [(tie, row.record) for tie, row in found[:limit]]


def preview(db: Database, proofs: Proofs, thread: Thread) -> Preview | None:
    """Return the newest thing that was said in a thread, else its newest message; ``None`` if it has none."""
    rows: list[tuple[int, Record]] = []
    is_exact = not proofs.is_doubtful(db, thread)
    for look in _PREVIEW_LOOKS:
        rows = newest_rows(db, proofs, thread, look)
        for _, record in rows:
            is_placed = sequence_of(record, thread.id) is not None
            if is_placed and record.kind in _SPOKEN and role_of(record) in _SPOKEN and content_of(record):
                return _preview(record, is_exact=is_exact)
        if len(rows) < look:
            break
    return _preview(rows[0][1], is_exact=is_exact) if rows else None


def _preview(record: Record, *, is_exact: bool) -> Preview:
    text = content_of(record)[:_SHOWN_CHARACTERS]
    return Preview(role_of(record), text, parse(record.fields.get("created_at")), is_exact)


class Totals:
    """Counts what is shown of threads; what is not shown is looked for once for as many messages as there are."""

    def __init__(self) -> None:
        self._hidden: dict[str, tuple[int, int]] = {}
        """By thread how many messages it had, and how many of these are not shown by themselves."""

    def total(self, db: Database, thread: Thread, cap: int) -> Count:
        """Return how many messages are shown of a thread, up to a cap: each tool call once, and summaries."""
        files = thread_rows.count_files(db, thread.messages, 2 * cap + 1)
        if files > 2 * cap:
            # Every call that is not shown has a card that is.
            return Count(cap, capped=True)
        logged = [row.record for row in thread_rows.logged_only(db, thread).values()]
        many = files + len(logged)
        known, hidden = self._hidden.get(thread.key, (-1, 0))
        if known != many:
            hidden = _hidden(db, thread, logged)
            self._hidden[thread.key] = many, hidden
        many += thread_rows.count_files(db, thread.summaries) - hidden
        return Count(min(many, cap), capped=many > cap)


def _hidden(db: Database, thread: Thread, logged: Iterable[Record]) -> int:
    """Return how many records of tool calls are not shown by themselves, since people see another one of the call."""
    records = [*logged, *thread_rows.records_with(db, thread, CALL, CARD)]
    cards = {reference for record in records if record.kind == CARD and (reference := call_reference(record))}
    return sum(record.kind == CALL and call_reference(record) in cards for record in records)


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
