"""Tell when runs are missing: by a routine's schedule, else by how regularly it ran. Pure.

``cron`` has what a schedule means; here it is followed through the calendar.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import deque
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from tui.text.routine.cron import read_schedule, schedule_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_FAR = 1500
"""Days that are looked ahead for the next run: a leap day always comes within them."""
_LAST_YEAR = 9990
"""Up to here the calendar has room to look ahead: a schedule without a next run never runs."""
LATE = 2.5
"""Times the usual interval after which runs are missing."""
_LEAST = 8
"""Intervals from which regularity can be told."""
_REGULAR = 0.7
"""The part of all intervals that must lie around the median."""


class Expected(Protocol):
    """How often something runs."""

    words: str
    """Such as ``every 5 minutes``."""

    def misses(self, before: datetime, after: datetime) -> bool:
        """Tell whether runs are missing between two neighbouring ones."""
        ...


class Schedule:
    """A schedule as the routine's trigger has it.

    Args:
        values: What ``cron.read_schedule`` returned.
        words: The schedule in words.
        tz: The zone whose clock it follows.
    """

    def __init__(self, values: list[list[int]], words: str, tz: tzinfo) -> None:
        self._seconds, self._minutes, self._hours, self._days, self._months, self._weekdays = values
        self._tz = tz
        self.words = words
        self._shortest = _shortest(self._seconds, self._minutes, self._hours)
        self._known: deque[tuple[datetime, datetime]] = deque(maxlen=8)
        self._is_dead = False

    def misses(self, before: datetime, after: datetime) -> bool:
        """Tell whether at least two runs are missing between two neighbouring ones."""
        if after - before <= 2 * self._shortest:
            return False
        moments = [before]
        for _ in range(3):
            following = self.after(moments[-1])
            if following is None:
                return False
            moments.append(following)
        _, _, second, third = moments
        return after >= second + (third - second) / 2

    def after(self, moment: datetime) -> datetime | None:
        """Return the first run that is due after a time; ``None`` if none is within a few years.

        The last answers are kept, since a rare run takes a walk through the calendar.
        """
        for start, following in self._known:
            if start <= moment < following:
                return following
        found = None if self._is_dead else self._look(moment)
        if found is not None:
            self._known.append((moment, found))
        elif moment.year < _LAST_YEAR:
            self._is_dead = True
        return found

    def _look(self, moment: datetime) -> datetime | None:
        try:
            local = moment.astimezone(self._tz).replace(microsecond=0, tzinfo=None) + _SECOND
            for _ in range(_FAR):
                if self._is_due_on(local.date()) and (clock := self._clock(local)) is not None:
                    return datetime.combine(local.date(), clock.time(), self._tz).astimezone(UTC)
                local = datetime.combine(local.date(), datetime.min.time()) + _DAY
        except (OverflowError, ValueError):
            pass
        return None

    def _is_due_on(self, day: date) -> bool:
        return day.day in self._days and day.month in self._months and day.isoweekday() % 7 + 1 in self._weekdays

    def _clock(self, local: datetime) -> datetime | None:
        """Return the first time of day at or after another, on the same day."""
        hour, minute, second = local.hour, local.minute, local.second
        if hour in self._hours:
            if minute in self._minutes and (later := _from(self._seconds, second)) is not None:
                return local.replace(second=later)
            if (later := _from(self._minutes, minute + 1)) is not None:
                return local.replace(minute=later, second=self._seconds[0])
        later = _from(self._hours, hour + 1)
        return None if later is None else local.replace(hour=later, minute=self._minutes[0], second=self._seconds[0])


class Habit:
    """The interval that something kept by itself.

    Args:
        interval: How long it was between runs, usually.
    """

    def __init__(self, interval: timedelta) -> None:
        self._longest = interval * LATE
        self.words = f"about every {span(interval)}"

    def misses(self, before: datetime, after: datetime) -> bool:
        """Tell whether the interval between two neighbouring runs is far above the usual one."""
        return after - before > self._longest


def schedule_of(trigger_type: str, config: str) -> Schedule | None:
    """Return the schedule of a trigger, ``None`` if it has none that can be followed."""
    try:
        facts = json.loads(config) if trigger_type == "cron" else {}
    except (ValueError, RecursionError):
        return None
    schedule = facts.get("schedule") if isinstance(facts, dict) else None
    if not isinstance(schedule, str) or (values := read_schedule(schedule)) is None:
        return None
    zone = facts.get("timezone")
    zone = zone if isinstance(zone, str) else ""
    return Schedule(values, schedule_words(schedule, zone), _zone(zone))


def habit_of(moments: Sequence[datetime]) -> Habit | None:
    """Return the interval between times in order, ``None`` if they are too few or too irregular to tell."""
    spans = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    if len(spans) < _LEAST:
        return None
    usual = median(spans)
    regular = sum(usual / 2 <= each <= usual * 3 / 2 for each in spans)
    return Habit(timedelta(seconds=usual)) if usual > 0 and regular >= _REGULAR * len(spans) else None


def span(length: timedelta) -> str:
    """Return a length of time in the largest unit that fits twice, such as ``3 h``, ``90 min`` or ``12 s``."""
    seconds = length.total_seconds()
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or seconds == size:
            return f"{round(seconds / size):,} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


def _shortest(seconds: list[int], minutes: list[int], hours: list[int]) -> timedelta:
    """Return the shortest time between two runs that a schedule could ask for, never too long."""
    for values, cycle, unit in ((seconds, 60, 1), (minutes, 60, 60), (hours, 24, 3600)):
        if len(values) > 1:
            around = [*values, values[0] + cycle]
            return timedelta(seconds=unit * min(later - earlier for earlier, later in pairwise(around)))
    return timedelta(hours=23)


def _from(values: list[int], least: int) -> int | None:
    index = bisect_left(values, least)
    return values[index] if index < len(values) else None


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, OSError, ValueError):
        return UTC
