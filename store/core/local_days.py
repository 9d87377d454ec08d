"""Tell the local day of instants, of which there may be millions: a zone is asked twice for each day of UTC."""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from store.domain.timestamps import EPOCH, instant_of
from store.records import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

NO_DAY = 0
"""The day of what has no readable time."""
_MICROSECOND = timedelta(microseconds=1)
_DAY_US = 86_400_000_000
_HOUR = 13
"""Characters of a stored time up to its hour."""
_is_usual = re.compile(r":[0-5]\d:[0-5]\d\.\d{3}(?:\d{3}){0,2}Z", re.ASCII).fullmatch
"""Matches what follows the hour of a time as IronClaw writes it."""
_DAY_OF_EPOCH = EPOCH.toordinal()


class LocalDays:
    """The days of one zone, as ordinals of Python's calendar.

    Args:
        tz: The zone.
    """

    def __init__(self, tz: tzinfo) -> None:
        self._tz = tz
        self._shifts: dict[int, int | None] = {}
        """How far the zone is ahead of UTC in microseconds by days of UTC; ``None`` for one on which that changes."""
        self._hours: dict[str, int | None] = {}
        """Days by stored times up to their hour; ``None`` for an hour in which one begins."""

    def day(self, instant: int) -> int:
        """Return the ordinal of the day of an instant in microseconds, ``NO_DAY`` for ``UNREADABLE``."""
        if instant == UNREADABLE:
            return NO_DAY
        utc_day = instant // _DAY_US
        try:
            shift = self._shifts[utc_day]
        except KeyError:
            shift = self._shifts[utc_day] = self._shift(utc_day)
        if shift is None:
            shift = self._offset(EPOCH + timedelta(microseconds=instant))
        return _DAY_OF_EPOCH + (instant + shift) // _DAY_US

    def day_of(self, stored: object) -> int:
        """Return the ordinal of the day of a stored time.

        Of the forms that IronClaw writes the hour is looked up: most were met before.
        """
        if type(stored) is str and _is_usual(stored, _HOUR):
            hour = stored[:_HOUR]
            day = self._hours[hour] if hour in self._hours else self._day_of_hour(hour)
            if day is not None:
                return day
        return self.day(instant_of(stored))

    def _day_of_hour(self, hour: str) -> int | None:
        """Return the day of an hour of UTC; ``None`` where a day begins within it."""
        first, last = (self.day(instant_of(f"{hour}:{rest}Z")) for rest in ("00:00.000", "59:59.999"))
        day = self._hours[hour] = first if first == last else None
        return day

    def mark(self, days: Iterable[int]) -> str:
        """Return what tells whether another zone would have the same days: the offsets around each of them."""
        digest = blake2b(digest_size=8)
        for near in sorted({day + by for day in days if day != NO_DAY for by in (-1, 0, 1)}):
            digest.update(b"%d %d " % (near, self._offset_at(near - _DAY_OF_EPOCH)))
        return digest.hexdigest()

    def _shift(self, utc_day: int) -> int | None:
        before, after = self._offset_at(utc_day), self._offset_at(utc_day + 1)
        return before if before == after else None

    def _offset_at(self, utc_day: int) -> int:
        """Return the offset at the beginning of a day of UTC; 0 beyond the calendar."""
        try:
            moment = EPOCH + timedelta(days=utc_day)
        except OverflowError:
            return 0
        return self._offset(moment)

    def _offset(self, moment: datetime) -> int:
        try:
            local = moment.astimezone(self._tz)
        except (OverflowError, ValueError, OSError):
            return 0
        return (local.utcoffset() or timedelta()) // _MICROSECOND


def week_of(day: int) -> tuple[int, int]:
    """Return year and number of the ISO week of a day, zeros for ``NO_DAY``."""
    if not date.min.toordinal() <= day <= date.max.toordinal():
        return 0, 0
    iso = date.fromordinal(day).isocalendar()
    return iso.year, iso.week
