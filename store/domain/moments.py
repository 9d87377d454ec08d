"""Read the times and places that a person types: ``3 Jan``, ``yesterday 9:00``, ``7d``, ``last monday``, ``#1200``.

Pure: the clock and the zone are handed in. Used by the query parser and by the go-to field. What is not understood
raises ``NotUnderstood``, whose sentence can be shown under the field.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from store.errors import NotUnderstood

LONGEST = 60
"""Characters that a time has at most."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FIRST, _LAST = ("first", "start", "top"), ("last", "end", "latest", "newest")
_UNITS = {"min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SENTENCE = "Such a time is not known; write it like 2026-01-03, 3 Jan, yesterday 9:00, last monday or 7d."

_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)", re.ASCII)
_ISO_MONTH = re.compile(r"(\d{4})-(\d\d?)", re.ASCII)
_EXACT = re.compile(r"\d{4}-\d\d-\d\dt\d\d:\d\d(:\d\d([.,]\d{1,9})?)?\s?(z|[+-]\d\d:?\d\d)?", re.ASCII)
_CLOCK = re.compile(r"(?:at )?(\d{1,2})(?::(\d\d)(?::(\d\d))?)?\s?(am|pm)?", re.ASCII)
_AGO = re.compile(r"(\d{1,6})\s?(min|h|d|w)(?: ago)?", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?[ -]?([a-z]{3,9})\.?(?:,?[ -](\d{4}))?", re.ASCII)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?", re.ASCII)
_MONTH_YEAR = re.compile(r"([a-z]{3,9})\.?(?:,? (\d{4}))?", re.ASCII)
_PLACE = re.compile(r"(#?)\s?(\d{1,3}(?:,\d{3})+|\d{1,12})", re.ASCII)


class Stretch(NamedTuple):
    """The stretch of time that a text names: a day, a month, or, where both are equal, one moment; UTC."""

    start: datetime
    end: datetime
    """The first moment after it."""


def parse_time(typed: str, now: datetime, zone: tzinfo) -> Stretch:
    """Return the time that a text names.

    Args:
        typed: What was typed.
        now: An aware time.
        zone: The zone of the person who typed it.

    Raises:
        NotUnderstood: it names no time.
    """
    text = " ".join(typed.lower().split())
    if not text or len(text) > LONGEST:
        raise NotUnderstood(_SENTENCE)
    try:
        found = _exact(text, zone) or _ago(text, now) or _local(text, now.astimezone(zone), zone)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise NotUnderstood(_SENTENCE)
    return found


class TurnPlace(NamedTuple):
    """The beginning of a turn."""

    number: int
    """From 1 at the start of the conversation."""


Destination = int | datetime | TurnPlace
"""A place in a conversation: a position, counted as Python counts, a time, or a turn."""


def parse_place(typed: str, now: datetime, zone: tzinfo) -> Destination:
    """Return the place in a conversation that a text names.

    ``first`` is 0 and ``last`` is -1; ``1200`` and ``1,200`` are 1199; ``#12`` is the turn that has that number.

    Raises:
        NotUnderstood: it names no place.
    """
    text = " ".join(typed.lower().split())
    if text in _FIRST:
        return 0
    if text in _LAST:
        return -1
    if number := _PLACE.fullmatch(text):
        count = int(number[2].replace(",", ""))
        if count == 0:
            raise NotUnderstood("Messages and turns are counted from 1; type a number from 1 on.")
        return TurnPlace(count) if number[1] else count - 1
    try:
        return parse_time(text, now, zone).start
    except NotUnderstood:
        raise NotUnderstood(
            "There is no such place; type first, last, a number, or a time like 2026-01-03, 3 Jan or yesterday 9:00."
        ) from None


def _exact(text: str, zone: tzinfo) -> Stretch | None:
    """Read an ISO time with its clock, in the reader's zone if it names none."""
    match = _EXACT.fullmatch(text.replace(" ", "t", 1) if text[10:11] == " " else text)
    if match is None:
        return None
    moment = datetime.fromisoformat(match[0].replace(" ", "").replace(",", ".").upper())
    return _moment(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _ago(text: str, now: datetime) -> Stretch | None:
    if text == "now":
        return _moment(now)
    match = _AGO.fullmatch(text)
    return match and _moment(now - timedelta(seconds=int(match[1]) * _UNITS[match[2]]))


def _local(text: str, now: datetime, zone: tzinfo) -> Stretch | None:
    """Read a day or a month, a clock, or a day with a clock."""
    if month := _month(text, now.date()):
        year, number = divmod(month.year * 12 + month.month, 12)
        return Stretch(_midnight(month, zone), _midnight(date(year, number + 1, 1), zone))
    if day := _day(text, now.date()):
        return Stretch(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    words = text.split(" ")
    for cut in range(len(words)):
        day = _day(" ".join(words[:cut]).removesuffix(","), now.date()) if cut else now.date()
        clock = _clock(" ".join(words[cut:]), is_alone=not cut)
        if day and clock is not None:
            return _moment(datetime.combine(day, clock, zone))
    return None


def _day(text: str, today: date) -> date | None:
    near = {"today": 0, "yesterday": 1, "tomorrow": -1}.get(text)
    if near is not None:
        return today - timedelta(days=near)
    if match := _ISO.fullmatch(text):
        return date(*map(int, match.groups()))
    word = text.removeprefix("last ")
    if len(word) >= 3 and (number := _number(word, _WEEKDAYS)) is not None:
        back = (today.weekday() - number) % 7
        return today - timedelta(days=back or (7 if word != text else 0))
    if match := _DAY_MONTH.fullmatch(text):
        day, name, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(text):
        name, day, year = match.groups()
    else:
        return None
    month = _month_number(name)
    return _latest(int(day), month, int(year) if year else None, today) if month else None


def _latest(day: int, month: int, year: int | None, today: date) -> date | None:
    """Return a day of a year, or else the latest such day that is not to come."""
    if year is not None:
        return date(year, month, day)
    for past in range(today.year, max(today.year - 9, 0), -1):
        try:
            found = date(past, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def _month(text: str, today: date) -> date | None:
    if match := _ISO_MONTH.fullmatch(text):
        return date(int(match[1]), int(match[2]), 1)
    if match := _MONTH_YEAR.fullmatch(text):
        month = _month_number(match[1])
        return _latest(1, month, int(match[2]) if match[2] else None, today) if month else None
    return None


def _month_number(name: str) -> int | None:
    full = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december")  # fmt: skip
    number = 8 if name == "sept" else _number(name, full)
    return None if number is None else number + 1


def _number(name: str, names: tuple[str, ...]) -> int | None:
    """Return which of some names a name is, written out or by its first three letters."""
    return next((number for number, full in enumerate(names) if name in (full, full[:3])), None)


def _clock(text: str, *, is_alone: bool) -> time | None:
    if text in ("noon", "midnight"):
        return time(12 if text == "noon" else 0)
    match = _CLOCK.fullmatch(text)
    if match is None or (match[2] is None and match[4] is None):
        return None
    hour = int(match[1])
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] == "pm" else 0)
    return time(hour, int(match[2] or 0), int(match[3] or 0))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _moment(moment: datetime) -> Stretch:
    utc = moment.astimezone(UTC)
    return Stretch(utc, utc)
