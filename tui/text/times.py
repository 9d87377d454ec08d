"""Stored times in the reader's words: short ages for lists, clocks and days for transcripts.

Pure: the clock and the zone are handed in. Names are English whatever the locale. Never raises: years 1 and 9999 that
leave the calendar in the reader's zone are shown in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.text.zone import TwelveHours

if TYPE_CHECKING:
    from store.domain.moments import Stretch

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NO_DATE = "no date"


def relative(moment: datetime | None, now: datetime, tz: tzinfo) -> str:
    """Return an age in at most 8 columns: ``now``, ``2m``, ``3h``, ``Mon``, ``3 Jan``, ``Mar 2025``, ``in 2y``.

    Args:
        moment: An aware time, ``None`` if it could not be read.
        now: An aware time; a moment more than a minute after it is told as one that is to come.
        tz: The reader's zone.
    """
    if moment is None:
        return "?"
    age = now - moment
    if age <= -timedelta(minutes=1):
        return _ahead(-age)
    if age < timedelta(minutes=1):
        return "now"
    if age < timedelta(hours=1):
        return f"{age.seconds // 60}m"
    if age < timedelta(days=1):
        return f"{age.seconds // 3600}h"
    local, today = _local(moment, tz), _local(now, tz)
    if (today.date() - local.date()).days < 7:
        return WEEKDAYS[local.weekday()]
    if today.date() - local.date() < timedelta(days=330):
        return f"{local.day} {MONTHS[local.month - 1]}"
    return f"{MONTHS[local.month - 1]} {local.year}"


def _ahead(left: timedelta) -> str:
    """Return how far away a time to come is in at most 8 columns, in minutes, hours, days, weeks or years."""
    if left < timedelta(hours=1):
        return f"in {max(1, left.seconds // 60)}m"
    if left < timedelta(days=1):
        return f"in {left.seconds // 3600}h"
    if left < timedelta(days=14):
        return f"in {left.days}d"
    return f"in {left.days // 7}w" if left < timedelta(days=365) else f"in {left.days // 365}y"


def upcoming(moment: datetime | None, now: datetime, tz: tzinfo) -> str:
    """Return how far away a time is in at most 8 columns: ``due``, ``in 2m``, ``in 3h``, ``in 5d``, ``3 Jan``.

    Args:
        moment: An aware time, ``None`` if there is none.
        now: An aware time; moments up to it are ``due``.
        tz: The reader's zone.
    """
    if moment is None:
        return "–"
    left = moment - now
    if left <= timedelta():
        return "due"
    if left < timedelta(days=14):
        return _ahead(left)
    local = _local(moment, tz)
    if left < timedelta(days=330):
        return f"{local.day} {MONTHS[local.month - 1]}"
    return f"{MONTHS[local.month - 1]} {local.year}"


def clock(moment: datetime | None, tz: tzinfo) -> str:
    """Return the time of day, such as ``09:12``, with its offset where that hour comes twice: ``01:30 -04:00``.

    In the zone of a reader who counts to 12 it is ``9:12 am``.
    """
    return f"{short_clock(moment, tz)} {repeated_offset(moment, tz)}".rstrip()


def short_clock(moment: datetime | None, tz: tzinfo) -> str:
    """Return the time of day without an offset."""
    if moment is None:
        return "no time"
    local = _local(moment, tz)
    if not isinstance(tz, TwelveHours):
        return f"{local.hour:02d}:{local.minute:02d}"
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"


def repeated_offset(moment: datetime | None, tz: tzinfo) -> str:
    """Return the offset of a time whose hour comes twice since clocks were put back, else nothing."""
    if moment is None or not _changes_near(moment.date(), tz):
        return ""
    local = _local(moment, tz)
    return _offset(local) if local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset() else ""


@lru_cache(maxsize=4096)
def _changes_near(day: date, tz: tzinfo) -> bool:
    """Tell whether the offset changes from the day before a UTC day to the day after."""
    try:
        start = datetime.combine(day, time(), UTC)
        before, after = start - timedelta(days=1), start + timedelta(days=2)
        return before.astimezone(tz).utcoffset() != after.astimezone(tz).utcoffset()
    except (OverflowError, ValueError, OSError):
        return False


def day(moment: datetime | None, tz: tzinfo) -> str:
    """Return the date, such as ``Mon 3 Jan 2026``."""
    return NO_DATE if moment is None else _day(_local(moment, tz))


def in_zone(moment: datetime | None, tz: tzinfo) -> datetime | None:
    """Return the same time in a zone, for what asks for it there more than once."""
    return None if moment is None else _local(moment, tz)


def full(moment: datetime | None, tz: tzinfo) -> str:
    """Return date, time to the second and offset, such as ``Mon 3 Jan 2026 09:12:41 +01:00``."""
    if moment is None:
        return NO_DATE
    local = _local(moment, tz)
    seconds = local.strftime("%H:%M:%S")
    if isinstance(tz, TwelveHours):
        seconds = f"{local.hour % 12 or 12}{seconds[2:]} {'am' if local.hour < 12 else 'pm'}"
    return f"{_day(local)} {seconds} {_offset(local)}"


def stretch_words(stretch: Stretch, tz: tzinfo) -> str:
    """Return a stretch of time in words: a moment in full, a day, or its first and its last day."""
    if stretch.start == stretch.end:
        return full(stretch.start, tz)
    first, last = day(stretch.start, tz), day(stretch.end - timedelta(microseconds=1), tz)
    return first if first == last else f"{first} to {last}"


def _day(local: datetime) -> str:
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"


def _local(moment: datetime, tz: tzinfo) -> datetime:
    try:
        return moment.astimezone(tz)
    except (OverflowError, ValueError, OSError):
        return moment


def _offset(local: datetime) -> str:
    """Return an offset such as ``+01:00``, with seconds where it has some, as before time was told in zones."""
    seconds = round((local.utcoffset() or timedelta()).total_seconds())
    minutes, rest = divmod(abs(seconds), 60)
    words = f"{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{words}:{rest:02d}" if rest else words
