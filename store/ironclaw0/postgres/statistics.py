"""Count the history of a user in steps, each a short transaction on the store's one reading connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.core.conversation_counts import ConversationSteps
from store.core.statistics_sums import StatisticsPart
from store.ironclaw0.postgres import statistics_sql
from store.ironclaw0.postgres.schema import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.core.conversation_counts import ConversationHead, CountedConversation
    from store.core.kept_counts import KeptCounts
    from store.core.local_days import LocalDays
    from store.engines.postgres.server_database import ServerDatabase
    from store.ironclaw0.postgres.schema import Schema

_HEADS = 1000
"""Conversations looked at by one transaction."""


class PostgresStatistics(ConversationSteps[Database]):
    """Counts the history of one user.

    Args:
        server: The database.
        user_id: Whose history.
        days: Tells the local days.
        kept: Where counts are kept.
        now: The time, an instant in microseconds.
    """

    def __init__(
        self,
        server: ServerDatabase[Schema],
        user_id: str,
        days: LocalDays,
        kept: KeptCounts,
        now: int,
    ) -> None:
        super().__init__(server.lane, days, kept, now)
        self._user_id = user_id

    async def _heads(self) -> list[ConversationHead]:
        found: list[ConversationHead] = []
        while True:
            after = found[-1].key if found else None
            some = await self._ask(statistics_sql.heads, self._user_id, after, _HEADS)
            found += some
            if len(some) < _HEADS:
                return found

    async def _runs(self) -> StatisticsPart:
        weeks = await self._ask(statistics_sql.weeks, self._user_id, self._days)
        routines = await self._ask(statistics_sql.routines, self._user_id)
        return StatisticsPart(0, weeks=weeks, routines=routines)

    def _read(self, db: Database, heads: Sequence[ConversationHead]) -> dict[str, CountedConversation]:
        return statistics_sql.counts(db, [head.key for head in heads], self._days)
