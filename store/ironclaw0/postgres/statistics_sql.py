"""Read what the statistics of a history need; the server adds, so that little travels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contract.statistics import ModelWeek
from store.core.clause import Clause
from store.core.conversation_counts import ConversationHead, CountedConversation
from store.core.local_days import week_of
from store.ironclaw0.history_sums import CALL_COLUMNS, routine_uses
from store.ironclaw0.postgres.row_handles import equals
from store.ironclaw0.postgres.times import instant_sql, readable_sql
from store.ironclaw0.postgres.usage import CALL_SUMS
from store.records import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.contract.statistics import RoutineUse
    from store.core.local_days import LocalDays
    from store.ironclaw0.postgres.schema import Database

_CALLS_NEEDED = frozenset({"conversation_id", *CALL_COLUMNS})
_RUNS_NEEDED = frozenset({"routine_id", "status"})
_JOBS_NEEDED = frozenset({"routine_id", "job_id"})
_SECOND_US = 1_000_000
_QUARTER_S = 900
"""Zones begin their days at whole quarters of an hour."""


def heads(db: Database, user_id: str, after: str | None, limit: int) -> list[ConversationHead]:
    """Return conversations of a user by id, after one of them.

    Args:
        db: The transaction.
        user_id: Whose.
        after: The id before the first; ``None`` to begin.
        limit: How many at most.
    """
    where = equals("user_id", user_id)
    if after is not None:
        where &= Clause("id > %s::uuid", (after,))
    rows = db.rows(
        f"SELECT id::text, channel, {instant_sql('last_activity')}, (SELECT count(*) FROM conversation_messages AS m"
        f" WHERE m.conversation_id = c.id) FROM conversations AS c WHERE {where.sql}"
        " ORDER BY c.id LIMIT %s",
        *where.parameters,
        limit,
    )
    return [ConversationHead(key, _proof(channel, many, last), many) for key, channel, last, many in rows]


def counts(db: Database, ids: Sequence[str], days: LocalDays) -> dict[str, CountedConversation]:
    """Return the messages of conversations by local day, with what proves them."""
    heads = db.rows(
        f"SELECT id::text, channel, {instant_sql('last_activity')} FROM conversations WHERE id = ANY(%s::uuid[])",
        [*ids],
    )
    rows = db.rows(
        f"SELECT conversation_id::text, CASE WHEN {readable_sql('created_at')}"
        f" THEN floor(extract(epoch FROM created_at) / {_QUARTER_S})::bigint END, count(*)"
        " FROM conversation_messages WHERE conversation_id = ANY(%s::uuid[]) GROUP BY 1, 2",
        [*ids],
    )
    by_day: dict[str, dict[int, int]] = {key: {} for key, *_ in heads}
    for key, quarter, many in rows:
        day = days.day(UNREADABLE if quarter is None else quarter * _QUARTER_S * _SECOND_US)
        found = by_day.setdefault(key, {})
        found[day] = found.get(day, 0) + many
    return {
        key: CountedConversation(channel, _proof(channel, sum(by_day[key].values()), last), by_day[key])
        for key, channel, last in heads
    }


def weeks(db: Database, user_id: str, days: LocalDays) -> list[ModelWeek] | None:
    """Return the calls of a user's conversations and routines by week; ``None`` if there is no record of them."""
    if not db.schema.llm_calls.keys() >= _CALLS_NEEDED:
        return None
    where = _calls_of(db, user_id)
    # Whatever the zone, a week begins on a Sunday or a Monday of UTC; all other days are in one week as a whole.
    size = f"CASE WHEN extract(isodow FROM created_at AT TIME ZONE 'UTC') IN (1, 7) THEN {_QUARTER_S} ELSE 86400 END"
    rows = db.rows(
        f"SELECT CASE WHEN {readable_sql('created_at')} THEN floor(extract(epoch FROM created_at) / ({size}))::bigint"
        f" * ({size}) END, provider, model, {CALL_SUMS} FROM llm_calls WHERE {where.sql} GROUP BY 1, 2, 3",
        *where.parameters,
    )
    return [ModelWeek(*week_of(days.day(UNREADABLE if at is None else at * _SECOND_US)), *sums) for at, *sums in rows]


def _calls_of(db: Database, user_id: str) -> Clause:
    """Return the condition for calls of a user's conversations, and those that jobs of the user's routines made."""
    schema, theirs = db.schema, equals("user_id", user_id)
    where = Clause(f"conversation_id IN (SELECT id FROM conversations WHERE {theirs.sql})", theirs.parameters)
    has_jobs = schema.routine_runs.keys() >= _JOBS_NEEDED and schema.routines.keys() >= {"id", "user_id"}
    if not (has_jobs and "job_id" in schema.llm_calls):
        return where
    jobs = Clause(
        "conversation_id IS NULL AND job_id IN (SELECT job_id FROM routine_runs WHERE routine_id IN"
        f" (SELECT id FROM routines WHERE {theirs.sql}))",
        theirs.parameters,
    )
    return Clause(f"({where.sql} OR ({jobs.sql}))", where.parameters + jobs.parameters)


def routines(db: Database, user_id: str) -> list[RoutineUse] | None:
    """Return how the runs of a user's routines ended, by name; ``None`` if there is no record of them."""
    schema = db.schema
    if not (schema.routine_runs.keys() >= _RUNS_NEEDED and schema.routines.keys() >= {"id", "user_id"}):
        return None
    where = equals("user_id", user_id)
    name = "name" if "name" in schema.routines else "id::text"
    rows = db.rows(
        f"SELECT r.id::text, r.name, n.status, count(n.routine_id) FROM (SELECT id, {name} AS name FROM routines"
        f" WHERE {where.sql}) AS r LEFT JOIN routine_runs AS n ON n.routine_id = r.id GROUP BY 1, 2, 3",
        *where.parameters,
    )
    return routine_uses(rows)


def _proof(channel: str, messages: int, last_activity: int) -> str:
    return f"{messages} {last_activity} {channel}"
