"""Tell what was written since by time, for servers whose rows do not say which transaction wrote them.

IronClaw touches a conversation after each message. A transaction that commits late may carry an older time than what
was seen before, so every look goes back by a minute and compares with what it remembers.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from store.core.clause import Clause
from store.ironclaw0.postgres.feed_memory import Look, Written
from store.ironclaw0.postgres.row_handles import equals, tie_of
from store.ironclaw0.postgres.times import instant_sql, readable_sql

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.ironclaw0.postgres.schema import Database

_OVERLAP = timedelta(minutes=1)
_EVERY = Clause("true")


class TimeMemory:
    """Implements ``feed_memory.Memory`` by times and counts.

    Args:
        user_id: Whose conversations.
    """

    def __init__(self, user_id: str) -> None:
        self._theirs = equals("user_id", user_id)
        self._token: tuple[Any, ...] = ()
        self._prints: dict[str, tuple[Any, ...]] = {}
        """By conversation what tells whether it changed: activity, metadata, number of messages."""
        self._next = self._token, self._prints

    def start(self, db: Database) -> None:
        """Take what there is for told."""
        self._token = self._ask_token(db, ())
        self._prints = self._ask_prints(db, _EVERY)

    token = ""
    """A server of that kind cannot tell by one word."""

    def look(self, db: Database, watched: Collection[str]) -> Look:
        """Return what was written since; it is taken for told by ``keep``."""
        token = self._ask_token(db, watched)
        self._next = token, self._prints
        if token == self._token:
            return Look([], [])
        number, latest, *_ = self._token
        where = Clause("(last_activity >= %s OR id::text = ANY(%s))", (latest and latest - _OVERLAP, list(watched)))
        prints = self._ask_prints(db, _EVERY if token[0] != number or latest is None else where)
        changed = [key for key, found in prints.items() if self._prints.get(key) != found]
        written = [each for key in changed for each in self._ask_messages(db, key, prints[key][2])]
        self._next = token, self._prints | prints
        return Look(written, changed)

    def keep(self) -> None:
        """Take what the last look found for told."""
        self._token, self._prints = self._next

    def _ask_token(self, db: Database, watched: Collection[str]) -> tuple[Any, ...]:
        latest = f"max(last_activity) FILTER (WHERE {readable_sql('last_activity')})"
        metadata = (
            f"string_agg({db.schema.column('metadata')}::text, '' ORDER BY id) FILTER (WHERE id::text = ANY(%s))"
        )
        found = db.row(
            f"SELECT count(*), {latest}, md5({metadata}) FROM conversations WHERE {self._theirs.sql}",
            list(watched),
            *self._theirs.parameters,
        )
        return found or ()

    def _ask_prints(self, db: Database, where: Clause) -> dict[str, tuple[Any, ...]]:
        rows = db.rows(
            f"SELECT id::text, last_activity::text, md5({db.schema.column('metadata')}::text), (SELECT count(*)"
            " FROM conversation_messages AS m WHERE m.conversation_id = conversations.id)"
            f" FROM conversations WHERE {self._theirs.sql} AND {where.sql}",
            *self._theirs.parameters,
            *where.parameters,
        )
        return {row_id: tuple(rest) for row_id, *rest in rows}

    def _ask_messages(self, db: Database, key: str, total: int) -> list[Written]:
        """Return the newest messages of a conversation, as many as it has more than it had."""
        more = total - (self._prints[key][2] if key in self._prints else 0)
        if more <= 0:
            return []
        rows = db.rows(
            f"SELECT {instant_sql('created_at')}, id::text FROM conversation_messages"
            " WHERE conversation_id = %s::uuid ORDER BY created_at DESC, conversation_messages.id DESC LIMIT %s",
            key,
            more,
        )
        return [Written(instant, tie_of(row_id), row_id, key) for instant, row_id in rows]
