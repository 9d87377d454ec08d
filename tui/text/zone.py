"""The reader's time zone: that of the machine, with the rules that held at each moment, and how hours are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1)
_LONGEST_SHIFT = timedelta(days=1)
"""How far clocks are put back at most."""


class SystemZone(tzinfo):
    """Local time as the system tells it for any moment; ``fold`` tells an hour that comes twice apart (PEP 495)."""

    def fromutc(self, dt: datetime) -> datetime:
        """Return the local time of a UTC time."""
        utc = dt.replace(tzinfo=UTC)
        local = utc.astimezone()
        fold = 0
        try:
            # Asking for the offset of a local time is slow, and of use only just after the clocks have changed.
            if (utc - _LONGEST_SHIFT).astimezone().utcoffset() != local.utcoffset():
                fold = int(_offset(local.replace(tzinfo=None)) != local.utcoffset())
        except (ValueError, OverflowError, OSError):
            pass
        return local.replace(tzinfo=self, fold=fold)

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """Return how far local time was ahead of UTC."""
        return None if dt is None else _offset(dt.replace(tzinfo=None))

    def dst(self, dt: datetime | None) -> timedelta | None:
        """Return nothing: the offset says all that is needed."""
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        """Return the name of the zone at a time."""
        return None if dt is None else _within_reach(dt.replace(tzinfo=None)).astimezone().tzname()


def _offset(naive: datetime) -> timedelta:
    """Return how far a local time is ahead of UTC, by its whole second, which a float holds exactly."""
    whole = naive.replace(microsecond=0)
    try:
        seconds = whole.timestamp()
    except (ValueError, OverflowError, OSError):
        whole = _within_reach(whole)
        seconds = whole.timestamp()
    return whole - (_EPOCH + timedelta(seconds=seconds))


def _within_reach(naive: datetime) -> datetime:
    """Return the same day of a year that the system can convert, for one at the ends of the calendar."""
    if 5 <= naive.year <= 9995:
        return naive
    return naive.replace(year=min(max(naive.year, 5), 9995), day=min(naive.day, 28))


class TwelveHours(SystemZone):
    """The same zone, of a reader who counts hours to 12."""
