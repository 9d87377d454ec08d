"""Tell what was written since by the transactions that wrote it.

A snapshot of the server names the oldest transaction that was running; every row says which transaction wrote it.
Rows of that one or a later one are new, whatever their time, unless they were told already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.ironclaw0.postgres import messages
from store.ironclaw0.postgres.feed_memory import Look, Written
from store.ironclaw0.postgres.row_handles import equals, tie_of
from store.ironclaw0.postgres.timeline_source import snapshot
from store.ironclaw0.postgres.times import instant_sql

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.ironclaw0.postgres.schema import Database


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
        self._counts: dict[str, int] = {}
        """How many messages conversations had that changed."""
        self._next = self._snapshot, self._told, self._counts

    def start(self, db: Database) -> None:
        """Take what there is for told."""
        self._snapshot = snapshot(db)
        oldest = _oldest(self._snapshot)
        self._told = {
            (row[0], row[1]) for row in (*self._conversations(db, oldest), *self._messages(db, oldest, [], {}))
        }

    @property
    def token(self) -> str:
        """Return what ``SNAPSHOT`` gives as long as nothing is written."""
        return self._snapshot

    def look(self, db: Database, watched: Collection[str]) -> Look:
        """Return what was written since; it is taken for told by ``keep``."""
        now = snapshot(db)
        if now == self._snapshot:
            self._next = self._snapshot, self._told, self._counts
            return Look([], [])
        since = _oldest(self._snapshot)
        conversations = self._conversations(db, since)
        changed = [row_id for row_id, xid in conversations if (row_id, xid) not in self._told]
        counts = dict(self._counts)
        found = {row[0]: row for row in self._messages(db, since, changed, counts)}
        fresh = [row for row in found.values() if (row[0], row[1]) not in self._told]
        oldest = _oldest(now)
        rows = [*conversations, *((row[0], row[1]) for row in found.values())]
        self._next = now, {row for row in rows if _is_after(row[1], oldest)}, counts
        return Look([Written(row[2], tie_of(row[0]), row[0], row[3]) for row in fresh], changed)

    def keep(self) -> None:
        """Take what the last look found for told."""
        self._snapshot, self._told, self._counts = self._next

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

    def _messages(
        self, db: Database, since: int, changed: list[str], counts: dict[str, int]
    ) -> list[tuple[Any, ...]]:
        """Return new rows at the end of the table, and wherever they lie in conversations that changed.

        Args:
            db: The connection.
            since: The oldest transaction whose rows may be new.
            changed: Conversations that changed.
            counts: How many messages conversations had; takes how many they have.
        """
        theirs = equals("c.user_id", self._user_id)
        select = (
            f"SELECT m.id::text, m.xmin::text::bigint, {instant_sql('m.created_at')}, c.id::text"
            f" FROM conversation_messages AS m JOIN conversations AS c ON c.id = m.conversation_id AND {theirs.sql}"
            f" WHERE {_written_since('m.xmin')}"
        )
        blocks = messages.blocks(db)
        if blocks <= messages.RECENT_BLOCKS or not db.can.has_block_ranges:
            return db.rows(select, *theirs.parameters, since)
        first = f"({blocks - messages.RECENT_BLOCKS},0)"
        rows = db.rows(f"{select} AND m.ctid >= %s::tid", *theirs.parameters, since, first)
        if lacking := self._lacking(db, changed, rows, counts):
            rows += db.rows(f"{select} AND m.conversation_id = ANY(%s::uuid[])", *theirs.parameters, since, lacking)
        return rows

    def _lacking(
        self, db: Database, changed: list[str], rows: list[tuple[Any, ...]], counts: dict[str, int]
    ) -> list[str]:
        """Return those conversations that have more new messages than some rows, or may have.

        Args:
            db: The connection.
            changed: The conversations.
            rows: New messages that were found.
            counts: How many messages conversations had; takes how many they have.
        """
        lacking = []
        for key in changed:
            number = messages.total(db, key)
            fresh = sum(row[3] == key and (row[0], row[1]) not in self._told for row in rows)
            if key not in counts or number != counts[key] + fresh:
                lacking.append(key)
            counts[key] = number
        return lacking


def _written_since(xid: str) -> str:
    """Return the condition that a row was written by a transaction or a later one, numbers going round at 2**32."""
    number = f"{xid}::text::bigint"
    return f"{number} > 2 AND (({number} - %s) & 4294967295) < 2147483648"


def _oldest(snapshot_text: str) -> int:
    """Return the oldest transaction that was running at a snapshot, as rows number it."""
    return int(snapshot_text.partition(":")[0]) & 0xFFFFFFFF


def _is_after(xid: int, other: int) -> bool:
    return (xid - other) & 0xFFFFFFFF < 0x80000000
