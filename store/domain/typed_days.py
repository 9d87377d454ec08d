"""Read the days, weeks, months and years that a person types, in English or in numbers. Pure.

Texts are in small letters with single spaces.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from store.errors import NotUnderstood
from store.lazy_pattern import lazy_pattern

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_NEAR = {
    "today": 0,
    "yesterday": -1,
    "tomorrow": 1,
    "the day before yesterday": -2,
    "day before yesterday": -2,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
}
_SHORT = {"sept": "sep", "tues": "tue", "wednes": "wed", "weds": "wed", "thur": "thu", "thurs": "thu"}
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th|\.)?"
_WEEKDAY = r"(?:((?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6})\.?,? (?:the )?)?"
_MONTH = r"([a-z]{3,9})\.?"
_YEAR = r"(?:,?[ -](\d{4}))?"

_YEAR_FIRST = lazy_pattern(r"(\d{4})([-/.])(\d\d?)\2(\d\d?)", re.ASCII)
_COMPACT = lazy_pattern(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_YEAR_MONTH = lazy_pattern(r"(\d{4})[-/.](\d\d?)", re.ASCII)
_MONTH_AND_YEAR = lazy_pattern(r"(\d\d?)[-/.](\d{4})", re.ASCII)
_NUMBERS = lazy_pattern(r"(\d\d?)([-/.])(\d\d?)(?:\2(\d{4})?)?", re.ASCII)
_DAY_MONTH = lazy_pattern(rf"{_WEEKDAY}{_ORDINAL}[ -]?(?:of )?{_MONTH}{_YEAR}", re.ASCII)
_MONTH_DAY = lazy_pattern(rf"{_WEEKDAY}{_MONTH} (?:the )?{_ORDINAL}(?:,? (\d{{4}}))?", re.ASCII)
_YEAR_NAMED = lazy_pattern(rf"(\d{{4}}),?[ -]{_MONTH}(?:[ -]{_ORDINAL})?", re.ASCII)
_NAMED_MONTH = lazy_pattern(rf"(this |last )?{_MONTH}(?:,?[ -]'?(\d{{4}}))?", re.ASCII)
_ONE_YEAR = lazy_pattern(r"(?:1[89]|2\d)\d\d", re.ASCII)
_SPAN = lazy_pattern(r"(?:the )?(this|current|last|previous|next) (week|month|year|weekend)", re.ASCII)


class DateOrder(Enum):
    """In which order a locale writes the numbers of a date."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class Days(NamedTuple):
    """A stretch of whole days."""

    first: date
    end: date
    """The first day after it."""


def parse_days(text: str, today: date, order: DateOrder | None = None) -> Days | None:
    """Return the days that a text names, ``None`` if it names none.

    Args:
        text: What was typed.
        today: The day it was typed on; a day or a month without a year is the latest that is not to come.
        order: In which order the person writes the numbers of a date, ``None`` if that is not known.

    Raises:
        ValueError: it has the form of a day, but there is no such day.
        NotUnderstood: its numbers can be read in two orders, or its weekday is not that of the day.
    """
    if (near := _NEAR.get(text)) is not None:
        return _one(today + timedelta(days=near))
    return (
        _numbers(text, today, order)
        or _span(text, today)
        or _weekday(text, today)
        or _named_day(text, today)
        or _named_month(text, today)
    )


def months_back(day: date, months: int) -> date:
    """Return the same day some months before, or the last of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _one(day: date) -> Days:
    return Days(day, day + timedelta(days=1))


def _month(year: int, month: int) -> Days:
    first = date(year, month, 1)
    return Days(first, months_back(first, -1))


def _year(year: int) -> Days:
    return Days(date(year, 1, 1), date(year + 1, 1, 1))


def _numbers(text: str, today: date, order: DateOrder | None) -> Days | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _one(date(int(match[1]), int(match[3]), int(match[4])))
    if match := _COMPACT.fullmatch(text):
        return _one(date(int(match[1]), int(match[2]), int(match[3])))
    if _ONE_YEAR.fullmatch(text):
        return _year(int(text))
    if match := _YEAR_MONTH.fullmatch(text):
        return _month(int(match[1]), int(match[2]))
    if match := _MONTH_AND_YEAR.fullmatch(text):
        return _month(int(match[2]), int(match[1]))
    if match := _NUMBERS.fullmatch(text):
        if match[2] == "." and match[4] is None and not text.endswith("."):
            return None  # 9.30 is rather a time of day.
        return _two_numbers(int(match[1]), int(match[3]), int(match[4]) if match[4] else None, today, order)
    return None


def _two_numbers(first: int, second: int, year: int | None, today: date, order: DateOrder | None) -> Days:
    """Return the day of two numbers, in the order of the person if both could be months."""
    if second > 12 or (first <= 12 and first != second and order is DateOrder.MONTH_FIRST):
        return _one(_latest(second, first, year, today))
    if first <= 12 and first != second and order is None:
        tail = f" {year}" if year else ""
        one, other = (
            f"{day} {MONTHS[month - 1][:3].title()}{tail}" for day, month in ((first, second), (second, first))
        )
        raise NotUnderstood(f"That is {one} or {other}; write the month as a word.")
    return _one(_latest(first, second, year, today))


def _span(text: str, today: date) -> Days | None:
    """Read a calendar week, from Monday on, a month, a year or a weekend."""
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    shift = {"last": -1, "previous": -1, "next": 1}.get(match[1], 0)
    if match[2] == "year":
        return _year(today.year + shift)
    if match[2] == "month":
        month = months_back(today.replace(day=1), -shift)
        return _month(month.year, month.month)
    monday = today - timedelta(days=today.weekday() - 7 * shift)
    return Days(monday + timedelta(days=5 if match[2] == "weekend" else 0), monday + timedelta(days=7))


def _weekday(text: str, today: date) -> Days | None:
    word = text.removeprefix("on ")
    prefix, _, name = word.rpartition(" ")
    number = _number(name, WEEKDAYS)
    if number is None or prefix not in ("", "last", "this", "next"):
        return None
    back = (today.weekday() - number) % 7
    if prefix == "next":
        return _one(today + timedelta(days=7 - back))
    return _one(today - timedelta(days=back or (7 if prefix == "last" else 0)))


def _named_day(text: str, today: date) -> Days | None:
    text = text.removeprefix("on ").removeprefix("the ")
    if match := _DAY_MONTH.fullmatch(text):
        weekday, day, name, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(text):
        weekday, name, day, year = match.groups()
    elif (match := _YEAR_NAMED.fullmatch(text)) and match[3]:
        weekday, (year, name, day) = None, match.groups()
    else:
        return None
    month, number = _number(name, MONTHS), _number(weekday, WEEKDAYS) if weekday else None
    if month is None or (weekday and number is None):
        return None
    found = _latest(int(day), month + 1, int(year) if year else None, today, number)
    if number is not None and found.weekday() != number:
        shown = f"{found.day} {MONTHS[month][:3].title()} {found.year}"
        raise NotUnderstood(
            f"{shown} is a {WEEKDAYS[found.weekday()].title()}; take the weekday away, or mend the day."
        )
    return _one(found)


def _named_month(text: str, today: date) -> Days | None:
    text = text.removeprefix("in ")
    if match := _NAMED_MONTH.fullmatch(text):
        which, name, year = match.groups()
    elif match := _YEAR_NAMED.fullmatch(text):
        which, (year, name, _day) = None, match.groups()
    else:
        return None
    month = _number(name, MONTHS)
    if month is None or (which and year):
        return None
    found = _latest(1, month + 1, int(year) if year else None, today)
    if which == "last " and (found.year, found.month) == (today.year, today.month):
        found = found.replace(year=found.year - 1)
    return _month(found.year, found.month)


def _latest(day: int, month: int, year: int | None, today: date, weekday: int | None = None) -> date:
    """Return a day of a year, or else the latest such day that is not to come.

    Args:
        day: The day of the month.
        month: The month from 1.
        year: The year, ``None`` if it was not said.
        today: The latest day that is meant without a year.
        weekday: From 0 for Monday, where it was said: without a year, the latest such day on it if there is one.

    Raises:
        ValueError: there is no such day.
    """
    if year is not None:
        return date(year, month, day)
    fitting: list[date] = []
    for past in range(today.year, max(today.year - 12, 0), -1):
        try:
            found = date(past, month, day)
        except ValueError:
            continue
        if found <= today:
            fitting.append(found)
    if not fitting:
        raise ValueError("There is no such day.")
    return next((each for each in fitting if each.weekday() == weekday), fitting[0])


def _number(name: str, names: tuple[str, ...]) -> int | None:
    """Return which of some names a name is, written out or in short."""
    name = _SHORT.get(name, name)
    return next((number for number, full in enumerate(names) if name in (full, full[:3])), None)
