"""Read what the statistics of a history need, a range of rows at a time.

What was counted up to a row is proved by two things. The row still is what it was: row numbers are given again only
after the newest one was deleted, so that all up to it are what they were, or gone. And every conversation has as many
of them as it had, with the same sum of numbers, which an index tells without reading a message: none was deleted, or
moved to another conversation.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from store.ironclaw0.history_sums import CALL_COLUMNS, routine_uses
from store.ironclaw0.sqlite.row_handles import equals, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.contract.statistics import RoutineUse
    from store.core.local_days import LocalDays
    from store.core.statistics_sums import DayCounts
    from store.ironclaw0.sqlite.schema import Database

MESSAGES, CALLS = "conversation_messages", "llm_calls"
"""The tables that are counted row by row."""
_CALLS_NEEDED = frozenset({"id", "conversation_id", *CALL_COLUMNS})
_RUNS_NEEDED = frozenset({"routine_id", "status"})
_JOBS_NEEDED = frozenset({"routine_id", "job_id"})
_MASK = 2**31 - 1
"""Keeps sums of row numbers from overflowing."""


class Row(NamedTuple):
    """The newest row of a table at some time."""

    number: int
    id: Any


class Beginning(NamedTuple):
    """What there is when the counting begins."""

    rows: list[int]
    """The numbers of the user's conversations, in order."""
    channels: dict[Any, str]
    """On which channel each conversation lies, by its id as stored."""
    conversations: Counter[str]
    """How many lie on each channel."""
    newest: dict[str, Row]
    """The newest row of each table that is counted and has one."""
    is_provable: bool
    """Indexes lead from conversations to the rows of these tables."""


def beginning(db: Database, user_id: str) -> Beginning:
    """Return what there is."""
    where = equals(db, "user_id", user_id)
    rows = db.execute(
        f"SELECT rowid, id, channel FROM conversations WHERE {where.sql} ORDER BY rowid", where.parameters
    ).fetchall()
    names: dict[Any, str] = {}
    for rowid, _, channel in rows:
        if channel not in names:
            names[channel] = key_of(channel, rowid)
    tables = [MESSAGES, CALLS] if db.schema.llm_calls >= _CALLS_NEEDED else [MESSAGES]
    found = {table: newest(db, table) for table in tables}
    return Beginning(
        [rowid for rowid, *_ in rows],
        {row_id: names[channel] for _, row_id, channel in rows},
        Counter(names[channel] for *_, channel in rows),
        {table: row for table, row in found.items() if row is not None},
        all(_leads_from_conversations(db, table) for table in tables),
    )


def newest(db: Database, table: str, high: int | None = None) -> Row | None:
    """Return the newest row of a table, or the newest up to a number; ``None`` if there is none."""
    edge = "1" if high is None else f"rowid <= {int(high)}"
    found = db.execute(f"SELECT rowid, id FROM {table} WHERE {edge} ORDER BY rowid DESC LIMIT 1").fetchone()
    return found and Row(*found)


def oldest(db: Database, table: str) -> int:
    """Return the number of the first row of a table; 0 if it has none."""
    found = db.execute(f"SELECT min(rowid) FROM {table}").fetchone()
    return int(found[0] or 0)


def is_there(db: Database, table: str, row: Row) -> bool:
    """Tell whether a row still is what it was."""
    found = db.execute(f"SELECT id FROM {table} WHERE rowid = ?", (row.number,)).fetchone()
    return found is not None and found[0] == row.id


def _leads_from_conversations(db: Database, table: str) -> bool:
    """Tell whether an index leads from conversations to the rows of a table."""
    found = db.execute(
        f"SELECT 1 FROM pragma_index_list('{table}') AS i JOIN pragma_index_info(i.name) AS c"
        " WHERE NOT i.partial AND c.seqno = 0 AND lower(c.name) = 'conversation_id' LIMIT 1"
    ).fetchone()
    return found is not None


def prove(
    db: Database, table: str, user_id: str, rows: tuple[int, int], highs: Sequence[int]
) -> list[list[tuple[Any, ...]]]:
    """Return what changes when rows up to each of some numbers are deleted, or get another conversation or channel.

    Args:
        db: The connection.
        table: Messages, or calls to models.
        user_id: Whose.
        rows: The numbers of the first and the last conversation that count.
        highs: The last row numbers that count.
    """
    where = equals(db, "user_id", user_id)
    sums = ", ".join(
        f"count(*) FILTER (WHERE t.rowid <= {high:d}), sum(t.rowid & {_MASK}) FILTER (WHERE t.rowid <= {high:d})"
        for high in highs
    )
    found = db.execute(
        f"SELECT c.number, c.channel, {sums} FROM (SELECT rowid AS number, id, channel FROM conversations"
        f" WHERE rowid BETWEEN ? AND ? AND {where.sql}) AS c CROSS JOIN {table} AS t ON t.conversation_id = c.id"
        " GROUP BY c.number",
        (*rows, *where.parameters),
    ).fetchall()
    places = range(2, 2 + 2 * len(highs), 2)
    return [[(*row[:2], row[place], row[place + 1]) for row in found if row[place]] for place in places]


def messages(db: Database, channels: Mapping[Any, str], span: tuple[int, int], days: LocalDays) -> DayCounts:
    """Return the messages of a range of rows by channel and local day.

    Args:
        db: The connection.
        channels: On which channel each of the user's conversations lies, by its id as stored.
        span: The first and the last row number.
        days: Tells the local days.
    """
    # A look-up here costs less than a join, and less than sorting there to group by the minute.
    rows = db.execute(
        "SELECT conversation_id, created_at FROM conversation_messages WHERE rowid BETWEEN ? AND ?", span
    )
    counts: DayCounts = Counter()
    for conversation_id, created_at in rows.fetchall():
        channel = channels.get(conversation_id)
        if channel is not None:
            counts[channel, days.day_of(created_at)] += 1
    return counts


def calls(db: Database, user_id: str, span: tuple[int, int]) -> list[tuple[Any, ...]]:
    """Return the values of ``CALL_COLUMNS`` of the calls of a user's conversations in a range of rows."""
    theirs, parameters = _conversations_of(db, user_id)
    columns = ", ".join(f"m.{name}" for name in CALL_COLUMNS)
    return db.execute(
        f"SELECT {columns} FROM llm_calls AS m CROSS JOIN {theirs} AS c ON c.id = m.conversation_id"
        " WHERE m.rowid BETWEEN ? AND ?",
        (*parameters, *span),
    ).fetchall()


def job_calls(db: Database, user_id: str) -> list[tuple[Any, ...]] | None:
    """Return the values of ``CALL_COLUMNS`` of the calls that jobs of a user's routines made, in no conversation.

    Returns:
        ``None`` if the file has no record of calls.
    """
    schema = db.schema
    if not schema.llm_calls >= _CALLS_NEEDED:
        return None
    if not (
        schema.routine_runs >= _JOBS_NEEDED and schema.routines >= {"id", "user_id"} and "job_id" in schema.llm_calls
    ):
        return []
    where = equals(db, "user_id", user_id)
    return db.execute(
        f"SELECT {', '.join(CALL_COLUMNS)} FROM llm_calls WHERE conversation_id IS NULL AND job_id IN (SELECT job_id"
        f" FROM routine_runs WHERE routine_id IN (SELECT id FROM routines WHERE {where.sql}))",
        where.parameters,
    ).fetchall()


def routines(db: Database, user_id: str) -> list[RoutineUse] | None:
    """Return how the runs of a user's routines ended, by name; ``None`` if there is no record of them."""
    schema = db.schema
    if not (schema.routine_runs >= _RUNS_NEEDED and schema.routines >= {"id", "user_id"}):
        return None
    where = equals(db, "user_id", user_id)
    name = "name" if "name" in schema.routines else "id"
    rows = db.execute(
        f"SELECT r.id, r.name, n.status, count(n.routine_id) FROM (SELECT id, {name} AS name FROM routines"
        f" WHERE {where.sql}) AS r LEFT JOIN routine_runs AS n ON n.routine_id = r.id GROUP BY r.id, n.status",
        where.parameters,
    ).fetchall()
    return routine_uses(rows)


def _conversations_of(db: Database, user_id: str) -> tuple[str, tuple[object, ...]]:
    """Return a table with the conversations of a user, to be joined, and its parameters."""
    where = equals(db, "user_id", user_id)
    return f"(SELECT rowid AS number, id, channel FROM conversations WHERE {where.sql})", where.parameters
