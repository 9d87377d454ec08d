"""The reader's time zone: that of the machine, with the rules that held at each moment, and how hours are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


class SystemZone(tzinfo):
    """Local time as the system tells it, summer time included, for any moment and not only for now."""

    def fromutc(self, dt: datetime) -> datetime:
        """Return the local time of a UTC time."""
        return dt.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """Return how far local time was ahead of UTC."""
        return None if dt is None else _local(dt).utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        """Return nothing: the offset says all that is needed."""
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        """Return the name of the zone at a time."""
        return None if dt is None else _local(dt).tzname()


def _local(dt: datetime) -> datetime:
    """Return a local time with the system's zone; at the ends of the calendar, the same day of the year beside it."""
    naive = dt.replace(tzinfo=None)
    try:
        return naive.astimezone()
    except (ValueError, OverflowError, OSError):
        return naive.replace(year=min(max(naive.year, 5), 9995), day=min(naive.day, 28)).astimezone()


class TwelveHours(SystemZone):
    """The same zone, of a reader who counts hours to 12."""
