"""Read the times and places that a person types: ``3 Jan``, ``yesterday 9:00``, ``3 days ago``, ``#1200``.

Pure: the clock and the zone are handed in. Every time that the program shows is understood. What is not raises
``NotUnderstood``, whose sentence can be shown under the field.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from store.domain.typed_days import DateOrder, Days, months_back, parse_days
from store.errors import NotUnderstood
from store.lazy_pattern import lazy_pattern

LONGEST = 60
"""Characters that a time has at most."""

_FIRST, _LAST = ("first", "start", "top"), ("last", "end", "latest", "newest")
_SENTENCE = "Such a time is not known; write it like 2026-01-03, 3 Jan, yesterday 9:00, last monday or 3 days ago."

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MONTHS = {"mo": 1, "y": 12}
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "w"),
    **dict.fromkeys(("mo", "month", "months"), "mo"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "y"),
}
_COUNTS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {"a": 1, "an": 1, "a couple of": 2}
_PARTS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 30)}
"""Hours of a day, from its midnight, that a part of it has."""

_EXACT = lazy_pattern(r"\d{4}-\d\d-\d\dt\d\d:\d\d(:\d\d([.,]\d{1,9})?)?\s?(z|[+-]\d\d:?\d\d)?", re.ASCII)
_CLOCK = lazy_pattern(
    r"(?:at )?(\d{1,2})(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?)?\s?(am|pm|a\.m\.|p\.m\.|o'clock)?"
    r"(?:\s?(z|utc|gmt|[+-]\d\d:?\d\d(?::\d\d)?))?",
    re.ASCII,
)
_COUNT = rf"(?:(?P<digits>\d{{1,6}})\s?|(?P<word>{'|'.join(sorted(_COUNTS, key=len, reverse=True))})\s)"
_AMOUNT = lazy_pattern(rf"{_COUNT}(?P<unit>[a-z]+)", re.ASCII)
_LAST_FEW = lazy_pattern(rf"(?:the )?(?:last|past) (?:{_COUNT})?(?P<unit>[a-z]+)", re.ASCII)
_PLACE = lazy_pattern(r"(#?)\s?(\d{1,3}(?:,\d{3})+|\d{1,12})", re.ASCII)


class UnknownTime(NotUnderstood):
    """A text names no time at all."""


class Stretch(NamedTuple):
    """The stretch of time that a text names: a day, a month, or, where both are equal, one moment; UTC."""

    start: datetime
    end: datetime
    """The first moment after it."""


def parse_time(typed: str, now: datetime, zone: tzinfo, order: DateOrder | None = None) -> Stretch:
    """Return the time that a text names.

    Args:
        typed: What was typed.
        now: An aware time.
        zone: The zone of the person who typed it.
        order: In which order the person writes the numbers of a date, ``None`` if that is not known.

    Raises:
        UnknownTime: it names no time.
        NotUnderstood: it can be read in two ways, or its weekday is not that of the day.
    """
    text = " ".join(typed.lower().replace("−", "-").replace("’", "'").split())
    if not text or len(text) > LONGEST:
        raise UnknownTime(_SENTENCE)
    try:
        local = now.astimezone(zone)
        found = _exact(text, zone) or _ago(text, local) or _local(text, local, zone, order)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise UnknownTime(_SENTENCE)
    return found


class TurnPlace(NamedTuple):
    """The beginning of a turn."""

    number: int
    """From 1 at the start of the conversation."""


Destination = int | Stretch | TurnPlace
"""A place in a conversation: a position, counted as Python counts, a time, or a turn."""


def parse_place(
    typed: str, now: datetime, zone: tzinfo, order: DateOrder | None = None, total: int | None = None
) -> Destination:
    """Return the place in a conversation that a text names.

    ``first`` is 0 and ``last`` is -1; ``1200`` and ``1,200`` are 1199; ``#12`` is the turn that has that number.

    Args:
        typed: What was typed.
        now: An aware time.
        zone: The zone of the person who typed it.
        order: In which order the person writes the numbers of a date, ``None`` if that is not known.
        total: How many messages there are: ``2025`` is a year where there are fewer.

    Raises:
        NotUnderstood: it names no place.
    """
    text = " ".join(typed.lower().split())
    if text in _FIRST:
        return 0
    if text in _LAST:
        return -1
    if (number := _PLACE.fullmatch(text)) and not _is_date(text, now, total):
        count = int(number[2].replace(",", ""))
        if count == 0:
            raise NotUnderstood("Messages and turns are counted from 1; type a number from 1 on.")
        return TurnPlace(count) if number[1] else count - 1
    try:
        return parse_time(text, now, zone, order)
    except UnknownTime:
        raise NotUnderstood(
            "There is no such place; type first, last, a number, or a time like 2026-01-03, 3 Jan or yesterday 9:00."
        ) from None


def _is_date(text: str, now: datetime, total: int | None) -> bool:
    """Tell whether a number is a year, or a day such as ``20260103``, and no message has it."""
    if total is None or len(text) not in (4, 8) or not text.isdecimal() or int(text) <= total:
        return False
    return 1970 <= int(text[:4]) <= now.year + 1


def _exact(text: str, zone: tzinfo) -> Stretch | None:
    """Read an ISO time with its clock, in the reader's zone if it names none."""
    match = _EXACT.fullmatch(text.replace(" ", "t", 1) if text[10:11] == " " else text)
    if match is None:
        return None
    moment = datetime.fromisoformat(match[0].replace(" ", "").replace(",", ".").upper())
    return _moment(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _ago(text: str, now: datetime) -> Stretch | None:
    """Read a distance from now: ``90m``, ``1h 30m``, ``3 days ago``, ``in 5d``, ``the last two weeks``."""
    if text in ("now", "due"):
        return _moment(now)
    if text == "half an hour ago":
        return _moment(now - timedelta(minutes=30))
    if (
        (few := _LAST_FEW.fullmatch(text))
        and few["unit"] in _UNITS
        and (few["digits"] or few["word"] or "past" in text)
    ):
        start = _moment(_shifted(now, [few])).start
        return Stretch(start, now.astimezone(UTC))
    is_ahead = text.startswith("in ") or text.endswith(" from now")
    amounts = text.removeprefix("in ").removesuffix(" from now").removesuffix(" ago")
    parts = list(_AMOUNT.finditer(amounts))
    between = _AMOUNT.sub("", amounts).replace(",", " ").split()
    if not parts or any(word != "and" for word in between) or any(part["unit"] not in _UNITS for part in parts):
        return None
    return _moment(_shifted(now, parts, is_ahead=is_ahead))


def _shifted(now: datetime, parts: list[re.Match[str]], *, is_ahead: bool = False) -> datetime:
    """Return the moment at a distance from now; months and years are those of the calendar."""
    sign = -1 if is_ahead else 1
    moment = now
    for part in parts:
        count = sign * (int(part["digits"]) if part["digits"] else _COUNTS.get(part["word"], 1))
        unit = _UNITS[part["unit"]]
        if unit in _MONTHS:
            moment = datetime.combine(months_back(moment.date(), count * _MONTHS[unit]), moment.timetz())
        else:
            moment = (moment.astimezone(UTC) - timedelta(seconds=count * _SECONDS[unit])).astimezone(now.tzinfo)
    return moment


def _local(text: str, now: datetime, zone: tzinfo, order: DateOrder | None) -> Stretch | None:
    """Read whole days, a clock, a part of a day, or a day with one of them before or after it."""
    today = now.date()
    if text in ("last night", "tonight"):
        return _part(today - timedelta(days=text == "last night"), "night", zone)
    if days := parse_days(text, today, order):
        return Stretch(_midnight(days.first, zone), _midnight(days.end, zone))
    words = text.split(" ")
    for cut in range(len(words)):
        before, after = " ".join(words[:cut]).removesuffix(","), " ".join(words[cut:])
        for day, hour in ((before, after), (after.removeprefix("on "), before.removesuffix(" on"))):
            if found := _at(day, hour, today, zone, order):
                return found
    return None


def _at(day: str, hour: str, today: date, zone: tzinfo, order: DateOrder | None) -> Stretch | None:
    """Read a clock or a part of a day on a day, which is today if it is empty or ``this``."""
    if not hour:
        return None
    clock, is_part = _clock(hour, zone), hour in _PARTS
    if clock is None and not is_part:
        return None
    days = Days(today, today + timedelta(days=1)) if day in (("this",) if is_part else ("",)) else None
    days = days or (parse_days(day, today, order) if day else None)
    if days is None or days.end - days.first != timedelta(days=1):
        return None
    return _moment(datetime.combine(days.first, clock)) if clock else _part(days.first, hour, zone)


def _part(day: date, part: str, zone: tzinfo) -> Stretch:
    start, end = _PARTS[part]
    first, later = (
        datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), zone).astimezone(UTC)
        for hour in (start, end)
    )
    return Stretch(first, later)


def _clock(text: str, zone: tzinfo) -> time | None:
    """Read a time of day, in the zone of its offset if it has one."""
    if text.removeprefix("at ") in ("noon", "midnight"):
        return time(12 if text.endswith("noon") else 0, tzinfo=zone)
    match = _CLOCK.fullmatch(text)
    if match is None or (match[2] is None and match[5] is None):
        return None
    hour, half = int(match[1]), (match[5] or "")[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half in ("a", "p"):
        hour = hour % 12 + (12 if half == "p" else 0)
    there = zone if match[6] is None else _zone(match[6])
    return time(hour, int(match[2] or 0), int(match[3] or 0), int((match[4] or "").ljust(6, "0")), tzinfo=there)


def _zone(offset: str) -> tzinfo:
    if offset in ("z", "utc", "gmt"):
        return UTC
    hours, minutes, seconds, *_ = (*map(int, re.findall(r"\d\d", offset)), 0, 0)
    east = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-east if offset[0] == "-" else east)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _moment(moment: datetime) -> Stretch:
    utc = moment.astimezone(UTC)
    return Stretch(utc, utc)
