"""Times read the same everywhere and never raise."""

import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.times import clock, day, full, relative, upcoming
from tui.text.zone import SystemZone, TwelveHours

NOW = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)  # a Wednesday
PARIS = timezone(timedelta(hours=1))
zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(timezones=st.just(UTC))


@given(moments, moments, zones)
def test_any_time_in_any_zone_has_words(moment: datetime, now: datetime, tz: tzinfo) -> None:
    assert 1 <= len(relative(moment, now, tz)) <= 8
    assert 1 <= len(upcoming(moment, now, tz)) <= 8
    assert len(clock(moment, tz)) == 5
    assert day(moment, tz)
    assert full(moment, tz).startswith(day(moment, tz))


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(days=-7973 * 365), "in 7973y"),
        (timedelta(days=-400), "in 1y"),
        (timedelta(days=-40), "in 5w"),
        (timedelta(days=-3), "in 3d"),
        (timedelta(minutes=-1), "in 1m"),
        (timedelta(seconds=-59), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=2), "2m"),
        (timedelta(minutes=59, seconds=59), "59m"),
        (timedelta(hours=3), "3h"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(days=2), "Mon"),
        (timedelta(days=6), "Thu"),
        (timedelta(days=7), "18 Mar"),
        (timedelta(days=81), "3 Jan"),
        (timedelta(days=365), "Mar 2025"),
    ],
)
def test_ages(age: timedelta, words: str) -> None:
    assert relative(NOW - age, NOW, UTC) == words


def test_days_and_clocks_are_the_readers() -> None:
    moment = datetime(2026, 1, 2, 23, 30, 41, tzinfo=UTC)
    assert clock(moment, PARIS) == "00:30"
    assert day(moment, PARIS) == "Sat 3 Jan 2026"
    assert full(moment, PARIS) == "Sat 3 Jan 2026 00:30:41 +01:00"


@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("hours", [-12, 14])
def test_the_ends_of_the_calendar(moment: datetime, hours: int) -> None:
    assert str(moment.year) in day(moment, timezone(timedelta(hours=hours)))


@pytest.mark.parametrize("name", ["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"])
def test_the_ends_of_the_calendar_in_the_zone_of_the_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", name)
    time.tzset()
    try:
        for end in (datetime.min, datetime(1, 1, 2), datetime.max, datetime(9999, 12, 30)):
            moment = end.replace(tzinfo=UTC)
            for zone in (SystemZone(), TwelveHours()):
                assert full(moment, zone).startswith(day(moment, zone))
                assert clock(moment, zone)
                assert relative(moment, NOW, zone)
                assert upcoming(moment, NOW, zone)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_hours_may_be_counted_to_twelve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        midnight, noon = datetime(2026, 1, 2, 0, 5, 9, tzinfo=UTC), datetime(2026, 1, 2, 12, 30, tzinfo=UTC)
        assert (clock(midnight, TwelveHours()), clock(noon, TwelveHours())) == ("12:05 am", "12:30 pm")
        assert full(midnight, TwelveHours()) == "Fri 2 Jan 2026 12:05:09 am +00:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_no_date_says_so() -> None:
    assert (relative(None, NOW, UTC), clock(None, UTC), day(None, UTC), full(None, UTC)) == (
        "?",
        "no time",
        "no date",
        "no date",
    )


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(days=-2), "due"),
        (timedelta(), "due"),
        (timedelta(seconds=20), "in 1m"),
        (timedelta(minutes=59), "in 59m"),
        (timedelta(hours=3, minutes=5), "in 3h"),
        (timedelta(days=1), "in 1d"),
        (timedelta(days=13, hours=23), "in 13d"),
        (timedelta(days=14), "8 Apr"),
        (timedelta(days=400), "Apr 2027"),
    ],
)
def test_what_is_to_come(ahead: timedelta, words: str) -> None:
    assert upcoming(NOW + ahead, NOW, UTC) == words


def test_what_is_not_planned_says_nothing() -> None:
    assert upcoming(None, NOW, UTC) == "–"
