"""Days in columns of weeks: which of them are shown, how full each is, and which one is chosen. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tui.text.times import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

WEEKS = 53
"""Weeks of a year, with both of those that it only touches."""
FULLEST = 4
"""The highest level."""
SIGNS = ("·", "░", "▒", "▓", "█")
"""How full a day of each level is, told without colour."""
LABEL = 4
"""Cells of the names of weekdays."""
_NAMED = (0, 2, 4)
"""The weekdays whose names are written."""


class DayGrid:
    """The days from the first with a message, or a year ago, to today, or the last with a message.

    Args:
        today: The reader's day.
        chosen: The day that is chosen first; today by default.
    """

    def __init__(self, today: date, chosen: date | None = None) -> None:
        self._today = today
        self.counts: Mapping[date, int] = {}
        """Messages of each day that has any."""
        self.bounds: tuple[int, ...] = ()
        """The most messages of a day of each level but the highest: a quarter of all days are at each."""
        self.first = _year_before(today)
        self.last = today
        self.chosen = today if chosen is None else chosen

    def show(self, counts: Mapping[date, int]) -> None:
        """Show other counts."""
        self.counts = counts
        filled = sorted(many for many in counts.values() if many)
        self.bounds = tuple(filled[len(filled) * quarter // FULLEST] for quarter in range(1, FULLEST) if filled)
        self.first = min([_year_before(self._today), *counts])
        self.last = max([self._today, *counts])
        self.choose(self.chosen)

    def choose(self, day: date) -> None:
        """Choose a day, or the nearest one that is shown."""
        self.chosen = min(max(day, self.first), self.last)

    def move(self, days: int) -> None:
        """Choose the day so many days later, or the last one on the way there."""
        ahead = min(max(days, (self.first - self.chosen).days), (self.last - self.chosen).days)
        self.chosen += timedelta(days=ahead)

    def move_to_end(self, direction: int) -> None:
        """Choose the first or the last day with a message."""
        filled = [day for day, many in self.counts.items() if many]
        if filled:
            self.choose(min(filled) if direction < 0 else max(filled))

    def level(self, day: date) -> int:
        """Return how full a day is, from 0 for no message to ``FULLEST``."""
        many = self.counts.get(day, 0)
        return 1 + sum(many > bound for bound in self.bounds) if many else 0

    def day(self, week: date, weekday: int) -> date | None:
        """Return the day of a week, 0 being its Monday, ``None`` if it is beyond the days that are shown."""
        ordinal = week.toordinal() + weekday
        is_shown = self.first.toordinal() <= ordinal <= self.last.toordinal()
        return date.fromordinal(ordinal) if is_shown else None

    def weeks(self, room: int) -> list[date]:
        """Return the Mondays of the weeks that are shown, the earliest first.

        Weeks come by as many as there is room for, so that days stand still while the chosen one moves among them,
        and so that those up to today end with today, though a message be stamped with a later day.

        Args:
            room: How many weeks there is room for.
        """
        room = max(1, min(room, WEEKS))
        last, chosen = _monday(self._today), _monday(self.chosen)
        last -= (last - chosen) // (7 * room) * 7 * room
        mondays = range(last - 7 * (room - 1), last + 1, 7)
        return [date.fromordinal(monday) for monday in mondays if 0 < monday <= date.max.toordinal()]


def _year_before(day: date) -> date:
    return date.fromordinal(max(_monday(day) - 7 * (WEEKS - 1), 1))


def _monday(day: date) -> int:
    """Return the ordinal of the Monday of a day's week; the calendar begins with one."""
    return day.toordinal() - day.weekday()


def label(weekday: int) -> str:
    """Return what stands before the days of a weekday, 0 being Monday: every other one is named."""
    return f"{WEEKDAYS[weekday] if weekday in _NAMED else '':<{LABEL}}"


def month_names(weeks: list[date], cell: int) -> str:
    """Return the line of months, each name above the week in which it begins, where there is room for it.

    Args:
        weeks: The Mondays of the weeks.
        cell: How many cells each week has.
    """
    line = " " * LABEL
    for column, week in enumerate(weeks):
        place = LABEL + column * cell
        # The first of a month lies in the week where the days before it do not end.
        month = week.month if week.day == 1 else week.month % 12 + 1 if week.day + 6 > _days_of_month(week) else None
        if month is not None and (len(line) < place or not column):
            line = f"{line:<{place}}{MONTHS[month - 1]}"
    return line


def _days_of_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]
