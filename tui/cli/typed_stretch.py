"""The stretch of time that ``--since`` and ``--until`` name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from store.domain.moments import parse_time
from tui.config.date_order import date_order
from tui.text.zone import SystemZone


class TypedStretch(NamedTuple):
    """A stretch of time; ``None`` where it is open."""

    start: datetime | None
    """The first moment of it."""
    end: datetime | None
    """The first moment after it."""

    @property
    def is_open(self) -> bool:
        """Tell whether nothing limits it."""
        return self.start is None and self.end is None

    def holds(self, moment: datetime | None) -> bool:
        """Tell whether a time lies in it; one that cannot be read lies in none that is limited."""
        if moment is None:
            return self.is_open
        return (self.start is None or moment >= self.start) and (self.end is None or moment < self.end)


def typed_stretch(since: str | None, until: str | None) -> TypedStretch:
    """Return the stretch from the beginning of one time to the end of another.

    Raises:
        NotUnderstood: one of them is no time.
    """
    now, zone, order = datetime.now(UTC), SystemZone(), date_order()
    start = None if since is None else parse_time(since, now, zone, order).start
    return TypedStretch(start, None if until is None else parse_time(until, now, zone, order).end)
