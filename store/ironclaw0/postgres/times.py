"""Read times of the server as text and as instants; those beyond Python's calendar have no instant."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime

from store.domain.timestamps import moment_of
from store.records import UNREADABLE

_SINCE_1970 = 946_684_800_000_000
_FIRST_MICROS, _END_MICROS = -63_082_281_600_000_000, 252_455_616_000_000_000
"""The years 1 and 10000 in microseconds since 2000."""
_FIRST, _END = "'0001-01-01 00:00:00+00'", "'10000-01-01 00:00:00+00'"


def readable_sql(column: str) -> str:
    """Return the condition that a time lies within Python's calendar; an index on it serves."""
    return f"({column} >= {_FIRST} AND {column} < {_END})"


def odd_sql(column: str) -> str:
    """Return the condition that a time lies beyond Python's calendar: infinite, before our era, after 9999."""
    return f"({column} < {_FIRST} OR {column} >= {_END})"


def text_sql(column: str) -> str:
    """Return the SQL for a time as text with microseconds in UTC; as the server shows it where it is beyond."""
    form = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
    utc = f"({column} AT TIME ZONE 'UTC')"
    return f"CASE WHEN {readable_sql(column)} THEN to_char({utc}, {form}) ELSE {utc}::text END"


def instant_sql(column: str) -> str:
    """Return the SQL for a time as the instant that ``domain.timestamps`` has for it."""
    micros = f"(extract(epoch FROM {column}) * 1000000)::bigint"
    return f"CASE WHEN {readable_sql(column)} THEN {micros} ELSE {UNREADABLE} END"


def order_sql(column: str) -> str:
    """Return the SQL for what orders times as their instants do."""
    return f"CASE WHEN {readable_sql(column)} THEN {column} ELSE 'infinity' END"


def instants_of_binary(times: array[int]) -> array[int]:
    """Return the instants of times as the server sends them in binary: microseconds since 2000."""
    if not times or (min(times) >= _FIRST_MICROS and max(times) < _END_MICROS):
        return array("q", map(_SINCE_1970.__add__, times))
    return array("q", [at + _SINCE_1970 if _FIRST_MICROS <= at < _END_MICROS else UNREADABLE for at in times])


def clamped(instant: int) -> datetime:
    """Return the time of an instant, the first or the last there is for one beyond the calendar."""
    try:
        moment = moment_of(instant)
    except OverflowError:
        moment = None if instant > 0 else datetime.min.replace(tzinfo=UTC)
    return moment or datetime.max.replace(tzinfo=UTC)
