"""Stored times in the reader's words: short ages for lists, clocks and days for transcripts.

Pure: the clock and the zone are handed in. Names are English whatever the locale. Never raises: years 1 and 9999 that
leave the calendar in the reader's zone are shown in UTC.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from tui.text.zone import TwelveHours

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NO_DATE = "no date"


def relative(moment: datetime | None, now: datetime, tz: tzinfo) -> str:
    """Return an age in at most 6 columns: ``now``, ``2m``, ``3h``, ``Mon``, ``3 Jan``, ``Mar 25`` (month and year).

    Args:
        moment: An aware time, ``None`` if it could not be read.
        now: An aware time; moments after it are ``now``.
        tz: The reader's zone.
    """
    if moment is None:
        return "?"
    age = now - moment
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
    return f"{MONTHS[local.month - 1]} {local.year % 100:02d}"


def upcoming(moment: datetime | None, now: datetime, tz: tzinfo) -> str:
    """Return how far away a time is in at most 7 columns: ``due``, ``in 2m``, ``in 3h``, ``in 5d``, ``3 Jan``.

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
    if left < timedelta(hours=1):
        return f"in {max(1, left.seconds // 60)}m"
    if left < timedelta(days=1):
        return f"in {left.seconds // 3600}h"
    if left < timedelta(days=14):
        return f"in {left.days}d"
    local = _local(moment, tz)
    if left < timedelta(days=330):
        return f"{local.day} {MONTHS[local.month - 1]}"
    return f"{MONTHS[local.month - 1]} {local.year % 100:02d}"


def clock(moment: datetime | None, tz: tzinfo) -> str:
    """Return the time of day, such as ``09:12``, or ``9:12 am`` in the zone of a reader who counts to 12."""
    if moment is None:
        return "no time"
    local = _local(moment, tz)
    if not isinstance(tz, TwelveHours):
        return f"{local:%H:%M}"
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"


def day(moment: datetime | None, tz: tzinfo) -> str:
    """Return the date, such as ``Mon 3 Jan 2026``."""
    if moment is None:
        return NO_DATE
    local = _local(moment, tz)
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"


def full(moment: datetime | None, tz: tzinfo) -> str:
    """Return date, time to the second and offset, such as ``Mon 3 Jan 2026 09:12:41 +01:00``."""
    if moment is None:
        return NO_DATE
    local = _local(moment, tz)
    seconds = local.isoformat(sep=" ", timespec="seconds")[11:19]
    if isinstance(tz, TwelveHours):
        seconds = f"{local.hour % 12 or 12}{seconds[2:]} {'am' if local.hour < 12 else 'pm'}"
    return f"{day(moment, tz)} {seconds} {_offset(moment, tz)}"


def _local(moment: datetime, tz: tzinfo) -> datetime:
    try:
        return moment.astimezone(tz)
    except (OverflowError, ValueError, OSError):
        return moment


def _offset(moment: datetime, tz: tzinfo) -> str:
    minutes = round((_local(moment, tz).utcoffset() or timedelta()).total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
