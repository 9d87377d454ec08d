"""Numbers and times that callers give to a store."""

from __future__ import annotations

from datetime import UTC, datetime

_MOST_ROWS = 2**31


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def at_least_one(limit: int) -> int:
    """Return a number of rows that every engine takes.

    Raises:
        ValueError: it is less than 1.
    """
    if limit < 1:
        raise ValueError("limit must be at least 1")
    return min(limit, _MOST_ROWS)
