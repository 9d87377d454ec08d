"""Tell what was written since by the transactions that wrote it.

A snapshot of the server names the oldest transaction that was running; every row says which transaction wrote it.
Rows of that one or a later one are new, whatever their time, unless they were told already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.ironclaw0.postgres.feed_memory import Look, Written
from store.ironclaw0.postgres.row_handles import equals, tie_of
from store.ironclaw0.postgres.timeline_source import snapshot
from store.ironclaw0.postgres.times import instant_sql

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.ironclaw0.postgres.schema import Database

_BLOCKS = 250
"""Blocks at the end of the table in which new messages are looked for; a smaller table is read whole."""


class SnapshotMemory:
    """Implements ``feed_memory.Memory`` by the transactions that wrote the rows.

    Args:
        user_id: Whose conversations.
    """

    def __init__(self, user_id: str) -> None:
        self._user_id = user_id
        self._snapshot = ""
        self._told: set[tuple[str, int]] = set()
        """Ids of rows with the transactions that wrote them, of those that a later look would meet again."""

    def start(self, db: Database) -> None:
        """Take what there is for told."""
        self._snapshot = snapshot(db)
        oldest = _oldest(self._snapshot)
        self._told = {(row[0], row[1]) for row in (*self._conversations(db, oldest), *self._messages(db, oldest, []))}

    def look(self, db: Database, watched: Collection[str]) -> Look | None:
        """Return what was written since, ``None`` if no transaction that writes has ended."""
        now = snapshot(db)
        if now == self._snapshot:
            return None
        since = _oldest(self._snapshot)
        conversations = self._conversations(db, since)
        changed = [row_id for row_id, xid in conversations if (row_id, xid) not in self._told]
        found = {row[0]: row for row in self._messages(db, since, changed)}
        fresh = [row for row in found.values() if (row[0], row[1]) not in self._told]
        oldest = _oldest(now)
        rows = [*conversations, *((row[0], row[1]) for row in found.values())]
        self._snapshot, self._told = now, {row for row in rows if _is_after(row[1], oldest)}
        return Look([Written(row[2], tie_of(row[0]), row[0], row[3]) for row in fresh], changed)

    def _conversations(self, db: Database, since: int) -> list[tuple[str, int]]:
        theirs = equals("user_id", self._user_id)
        return [
            (row_id, xid)
            for row_id, xid in db.rows(
                "SELECT id::text, xmin::text::bigint FROM conversations"
                f" WHERE {theirs.sql} AND {_written_since('xmin')}",
                *theirs.parameters,
                since,
            )
        ]

    def _messages(self, db: Database, since: int, changed: list[str]) -> list[tuple[Any, ...]]:
        """Return new rows at the end of the table, and wherever they lie in conversations that changed."""
        blocks = db.value("SELECT pg_relation_size(to_regclass('conversation_messages'))") // db.can.block_size
        theirs = equals("c.user_id", self._user_id)
        select = (
            f"SELECT m.id::text, m.xmin::text::bigint, {instant_sql('m.created_at')}, c.id::text"
            f" FROM conversation_messages AS m JOIN conversations AS c ON c.id = m.conversation_id AND {theirs.sql}"
            f" WHERE {_written_since('m.xmin')}"
        )
        if blocks <= _BLOCKS or not db.can.has_block_ranges:
            return db.rows(select, *theirs.parameters, since)
        last = f"{select} AND m.ctid >= %s::tid"
        rows = db.rows(last, *theirs.parameters, since, f"({blocks - _BLOCKS},0)")
        if changed:
            rows += db.rows(f"{select} AND m.conversation_id = ANY(%s::uuid[])", *theirs.parameters, since, changed)
        return rows


def _written_since(xid: str) -> str:
    """Return the condition that a row was written by a transaction or a later one, numbers going round at 2**32."""
    number = f"{xid}::text::bigint"
    return f"{number} > 2 AND (({number} - %s) & 4294967295) < 2147483648"


def _oldest(snapshot_text: str) -> int:
    """Return the oldest transaction that was running at a snapshot, as rows number it."""
    return int(snapshot_text.partition(":")[0]) & 0xFFFFFFFF


def _is_after(xid: int, other: int) -> bool:
    return (xid - other) & 0xFFFFFFFF < 0x80000000
