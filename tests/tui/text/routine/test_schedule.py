"""When runs are missing: a schedule followed through the calendar, or a habit."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.text.routine.schedule import Schedule, habit_of, schedule_of, span

FRIDAY = datetime(2026, 6, 19, 17, 0, tzinfo=UTC)


def schedule(text: str, zone: str = "") -> Schedule:
    found = schedule_of("cron", json.dumps({"schedule": text, "timezone": zone} if zone else {"schedule": text}))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("0 */5 * * * *", "", "2026-06-19T17:05:00+00:00"),
        ("30 0 9 * * Mon-Fri", "", "2026-06-22T09:00:30+00:00"),
        ("0 30 6 * * *", "Europe/Stockholm", "2026-06-20T04:30:00+00:00"),
        ("@monthly", "", "2026-07-01T00:00:00+00:00"),
        ("0 0 0 29 2 *", "", "2028-02-29T00:00:00+00:00"),
        ("*/20 59 23 31 12 *", "", "2026-12-31T23:59:00+00:00"),
    ],
)
def test_the_next_run_is_found_in_the_calendar(text: str, zone: str, expected: str) -> None:
    following = schedule(text, zone).after(FRIDAY)
    assert following is not None
    assert following.isoformat() == expected


@settings(max_examples=50)
@given(
    st.sampled_from(
        ["0 */7 * * * *", "0 0 9-17 * * Mon-Fri", "15 3,33 */5 * * *", "0 0 4 1,15 * *", "*/9 * * * * *"]
    ),
    st.integers(0, 400_000),
)
def test_the_next_run_is_the_first_moment_that_satisfies_the_schedule(text: str, minutes: int) -> None:
    found = schedule(text)
    moment = FRIDAY + timedelta(minutes=minutes)
    following = found.after(moment)
    assert following is not None
    assert following > moment
    # Nothing lies between: whoever starts later, but before it, comes to the same.
    assert found.after(moment + (following - moment) / 2) == following
    assert found.after(following - timedelta(seconds=1)) == following


def test_two_runs_have_to_be_missing() -> None:
    found = schedule("0 */5 * * * *")
    ran = FRIDAY + timedelta(seconds=6)
    assert not found.misses(ran, ran + timedelta(minutes=10))
    assert not found.misses(ran, ran + timedelta(minutes=12))
    assert found.misses(ran, ran + timedelta(minutes=15))


def test_nights_and_weekends_are_no_silence_where_nothing_is_due() -> None:
    found = schedule("0 */30 9-17 * * Mon-Fri")
    assert not found.misses(FRIDAY + timedelta(minutes=30), FRIDAY + timedelta(days=2, hours=16))
    assert found.misses(FRIDAY + timedelta(minutes=30), FRIDAY + timedelta(days=2, hours=18))


@pytest.mark.parametrize("text", ["0 0 0 29 2 *", "0 0 0 31 2 *"])
def test_rare_runs_are_looked_for_once(text: str) -> None:
    found = schedule(text)
    before = time.perf_counter()
    for number in range(5_000):
        assert not found.misses(FRIDAY + timedelta(hours=number * 6), FRIDAY + timedelta(hours=number * 6 + 60))
    assert time.perf_counter() - before < 1


def test_a_moment_at_the_end_of_the_calendar_has_no_next_run() -> None:
    assert schedule("0 0 0 * * *").after(datetime.max.replace(tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("kind", "config"),
    [("webhook", "{}"), ("cron", "{}"), ("cron", "{"), ("cron", "[]"), ("cron", '{"schedule":5}'), ("manual", "")],
)
def test_what_has_no_schedule_has_none(kind: str, config: str) -> None:
    assert schedule_of(kind, config) is None


def test_an_unknown_zone_is_utc() -> None:
    following = schedule("0 0 6 * * *", "Nowhere/At_All").after(FRIDAY)
    assert following == datetime(2026, 6, 20, 6, tzinfo=UTC)


def test_a_habit_needs_enough_regular_intervals() -> None:
    regular = [FRIDAY + timedelta(hours=each) for each in range(10)]
    assert habit_of(regular[:8]) is None
    found = habit_of(regular)
    assert found is not None
    assert found.words == "about every 1 h"
    assert not found.misses(FRIDAY, FRIDAY + timedelta(hours=2.5))
    assert found.misses(FRIDAY, FRIDAY + timedelta(hours=2.6))
    assert habit_of([FRIDAY] * 20) is None


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.84, "0.8 s"),
        (59, "59 s"),
        (300, "5 min"),
        (3600, "1 h"),
        (5400, "90 min"),
        (10**9, "11,574 d"),
    ],
)
def test_a_length_of_time_is_told_in_its_largest_unit(seconds: float, expected: str) -> None:
    assert span(timedelta(seconds=seconds)) == expected
