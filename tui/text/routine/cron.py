"""Say in words when a routine runs. Pure: a trigger as IronClaw stores it in, a phrase out.

A schedule means what IronClaw's scheduler (the Rust crate ``cron``) makes of it: seconds stand first and years last,
both may be left out; days of the week count from 1 for Sunday; a day has to satisfy both day fields; times are UTC
unless the trigger names a zone. What that scheduler refuses, or has no short phrase, is shown as it stands. Names,
patterns and paths in a phrase are as stored: whoever shows it makes it visible.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from tui.text.times import MONTHS

_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_FULL_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_FULL_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHORTHANDS = {
    "@yearly": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 1",
    "@daily": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_LISTED = 4
"""Times, days or months that are listed one by one at most."""
_PART = re.compile(r"(?:(?P<any>[*?])|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[0-9]{1,4}))?")
_ZONE = re.compile(r"[A-Za-z][\w+-]*(?:/[\w+-]+)*")


class _Unit(NamedTuple):
    """The values that one field of a schedule may name."""

    first: int
    last: int
    names: tuple[str, ...] = ()
    """The names of the values, abbreviated; full names begin with them."""
    may_be_open: bool = False
    """Whether ``?`` stands for every value."""


_CLOCK = _Unit(0, 59)
_HOURS = _Unit(0, 23)
_MONTH_DAYS = _Unit(1, 31, may_be_open=True)
_MONTHS = _Unit(1, 12, MONTHS)
_WEEKDAYS = _Unit(1, 7, _DAYS, may_be_open=True)
_UNITS = (_CLOCK, _CLOCK, _HOURS, _MONTH_DAYS, _MONTHS, _WEEKDAYS)


def trigger_words(trigger_type: str, config: str) -> str:
    """Return when a routine runs, such as ``weekdays at 09:30 UTC`` or ``when a message matches deploy``.

    Args:
        trigger_type: ``cron``, ``event``, ``system_event``, ``webhook``, ``manual``, or whatever is stored.
        config: The trigger's configuration, JSON as stored.
    """
    facts = _object(config)
    match trigger_type:
        case "cron":
            schedule = _text(facts, "schedule")
            return schedule_words(schedule, _text(facts, "timezone")) if schedule else "on a schedule that is missing"
        case "event":
            channel = _text(facts, "channel")
            where = f" on {channel}" if channel else ""
            return f"when a message{where} matches {_text(facts, 'pattern') or '(nothing)'}"
        case "system_event":
            return f"on {_text(facts, 'source') or '?'} {_text(facts, 'event_type') or '?'}"
        case "webhook":
            return f"when {_text(facts, 'path') or 'its webhook'} is called"
        case "manual":
            return "by hand"
    return trigger_type or "unknown"


def schedule_words(schedule: str, timezone: str = "") -> str:
    """Return a cron expression of 5 to 7 fields in words, or as it stands.

    Args:
        schedule: The expression, or a shorthand such as ``@daily``.
        timezone: The zone whose clock it follows; UTC if empty.
    """
    stands = schedule.strip()
    values = read_schedule(stands)
    if values is None:
        return stands
    seconds, minutes, hours, month_days, months, weekdays = values
    days = _days(month_days, months, weekdays)
    if days is None:
        return stands
    zone = f" {timezone if _ZONE.fullmatch(timezone) else 'UTC'}"
    interval = _interval(seconds, minutes, hours)
    if interval is not None:
        return interval + (zone if " from " in interval else "") + days.after
    times = _times(seconds, minutes, hours)
    return stands if times is None else f"{days.before} at {times}{zone}{days.season}"


def read_schedule(schedule: str) -> list[list[int]] | None:
    """Return the values that each field of a schedule names: seconds, minutes, hours, days, months, days of the week.

    ``None`` if the scheduler would refuse it, or it names years. Days of the week count from 1 for Sunday.
    """
    stands = schedule.strip()
    fields = _SHORTHANDS.get(stands, stands).split()
    if len(fields) == 5:
        fields.insert(0, "0")
    if len(fields) == 7 and fields[6] == "*":
        del fields[6]
    if len(fields) != 6:
        return None
    values = [_values(field, unit) for field, unit in zip(fields, _UNITS, strict=True)]
    return values if all(values) else None


class _Days(NamedTuple):
    """The days of a schedule, as they stand before a time and after an interval."""

    before: str
    after: str
    season: str = ""
    """The months, where they stand after the time."""


def _values(field: str, unit: _Unit) -> list[int]:
    """Return the values that a field names, in order; none if the scheduler would refuse it."""
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match["any"] == "?" and not unit.may_be_open):
            return []
        first, last = unit.first, unit.last
        if match["first"]:
            first = _value(match["first"], unit)
            last = _value(match["last"], unit) if match["last"] else unit.last if match["step"] else first
            if _is_mixed(match):
                return []
        step = int(match["step"] or 1)
        if not (unit.first <= first <= last <= unit.last and step):
            return []
        found.update(range(first, last + 1, step))
    return sorted(found)


def _is_mixed(match: re.Match[str]) -> bool:
    """Tell whether a range has a number and a name, or a step begins at a name; the scheduler refuses both."""
    is_number = match["first"].isdigit()
    return is_number != match["last"].isdigit() if match["last"] else bool(match["step"]) and not is_number


def _value(text: str, unit: _Unit) -> int:
    """Return the value of a number or a name, -1 if it is neither."""
    if text.isascii() and text.isdigit():
        return int(text[:4])
    full = _FULL_DAYS if unit is _WEEKDAYS else _FULL_MONTHS
    for index, (name, long_name) in enumerate(zip(unit.names, full, strict=bool(unit.names))):
        if text.lower() in (name.lower(), long_name.lower(), {"Tue": "tues", "Thu": "thurs"}.get(name)):
            return unit.first + index
    return -1


def _interval(seconds: list[int], minutes: list[int], hours: list[int]) -> str | None:
    """Return how often a schedule runs, if it does so all day long or for a run of hours."""
    if len(seconds) > 1:
        every = _every(seconds, 60, "second")
        return every if len(minutes) == 60 and len(hours) == 24 else None
    if len(minutes) > 1:
        every = _every(minutes, 60, "minute")
        if len(hours) == 24:
            listed = f"every hour at {_joined([f':{minute:02}' for minute in minutes])}" if _few(minutes) else None
            return every or listed
        if every is None or not _is_run(hours):
            return None
        return f"{every} from {hours[0]:02}:{minutes[0]:02} to {hours[-1]:02}:{minutes[-1]:02}"
    at = "" if minutes == [0] else f" at :{minutes[0]:02}"
    if len(hours) > 1 and (every := _every(hours, 24, "hour")):
        return every + at
    if len(hours) > _LISTED and _is_run(hours):
        return f"every hour from {hours[0]:02}:{minutes[0]:02} to {hours[-1]:02}:{minutes[0]:02}"
    return None


def _every(values: list[int], cycle: int, unit: str) -> str | None:
    """Return ``every 5 minutes`` if the values divide their cycle evenly, from its start."""
    step = values[1] - values[0]
    if values != list(range(0, cycle, step)) or cycle % step:
        return None
    return f"every {unit}" if step == 1 else f"every {step} {unit}s"


def _times(seconds: list[int], minutes: list[int], hours: list[int]) -> str | None:
    """Return the times of a day, if they are few."""
    if len(seconds) > 1 or len(minutes) * len(hours) > _LISTED:
        return None
    tail = f":{seconds[0]:02}" if seconds[0] else ""
    return _joined([f"{hour:02}:{minute:02}{tail}" for hour in hours for minute in minutes])


def _days(month_days: list[int], months: list[int], weekdays: list[int]) -> _Days | None:
    """Return the days in words, if there are some for them."""
    is_any_day, is_any_weekday = len(month_days) == 31, len(weekdays) == 7
    season = _season(months)
    if season is None or not (is_any_day or is_any_weekday):
        return None
    if not is_any_weekday:
        names = _weekdays(weekdays)
        return _Days(f"every {names}" if names in _FULL_DAYS else names, f" on {names}{season}", season)
    if is_any_day:
        return _Days("every day", season, season)
    if not _few(month_days):
        return None
    if len(months) == 1 and len(month_days) == 1:
        date = f"{month_days[0]} {_FULL_MONTHS[months[0] - 1]}"
        return _Days(f"every {date}", f" on {date}")
    days = f"the {_joined([_ordinal(day) for day in month_days])}"
    if not season:
        days += " of the month"
    return _Days(f"on {days}", f" on {days}{season}", season)


def _weekdays(days: list[int]) -> str:
    if days == [2, 3, 4, 5, 6]:
        return "weekdays"
    if days == [1, 7]:
        return "weekends"
    if len(days) == 1:
        return _FULL_DAYS[days[0] - 1]
    if len(days) > 2 and _is_run(days):
        return f"{_DAYS[days[0] - 1]}–{_DAYS[days[-1] - 1]}"
    # The week is written from Monday on.
    return _joined([_DAYS[day - 1] for day in sorted(days, key=lambda day: (day - 2) % 7)])


def _season(months: list[int]) -> str | None:
    """Return the months in words, nothing for all of them, ``None`` if they take too many."""
    if len(months) == 12:
        return ""
    if len(months) == 1:
        return f" in {_FULL_MONTHS[months[0] - 1]}"
    # A run may go over the end of the year: it begins after the only gap.
    starts = [month for month in months if (month + 10) % 12 + 1 not in months]
    if len(starts) == 1 and len(months) > 2:
        last = (starts[0] + len(months) - 2) % 12 + 1
        return f" from {MONTHS[starts[0] - 1]} to {MONTHS[last - 1]}"
    return f" in {_joined([MONTHS[month - 1] for month in months])}" if _few(months) else None


def _is_run(values: list[int]) -> bool:
    return values[-1] - values[0] == len(values) - 1


def _few(values: list[int]) -> bool:
    return len(values) <= _LISTED


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _ordinal(number: int) -> str:
    if 11 <= number <= 13:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(facts: dict[str, Any], key: str) -> str:
    value = facts.get(key)
    return value if isinstance(value, str) else ""
