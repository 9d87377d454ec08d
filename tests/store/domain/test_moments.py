"""Everyday words and numbers name the time that a person means, or are refused with the readings they have."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from store.domain.moments import Stretch, TurnPlace, UnknownTime, parse_place, parse_time
from store.domain.query import parse_query
from store.domain.typed_days import DateOrder
from store.errors import NotUnderstood

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 14, 10, 30, tzinfo=BERLIN)  # a Saturday
DAY_FIRST, MONTH_FIRST = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("90m", "2026-03-14 09:00"),
        ("5 minutes ago", "2026-03-14 10:25"),
        ("30 secs ago", "2026-03-14 10:29:30"),
        ("1h30m", "2026-03-14 09:00"),
        ("2 days and 3 hours ago", "2026-03-12 07:30"),
        ("an hour ago", "2026-03-14 09:30"),
        ("half an hour ago", "2026-03-14 10:00"),
        ("3 days ago", "2026-03-11 10:30"),
        ("Three Days Ago", "2026-03-11 10:30"),
        ("a couple of days ago", "2026-03-12 10:30"),
        ("2 weeks ago", "2026-02-28 10:30"),
        ("1 month ago", "2026-02-14 10:30"),
        ("a year ago", "2025-03-14 10:30"),
        ("in 5d", "2026-03-19 10:30"),
        ("in 2y", "2028-03-14 10:30"),
        ("3 hours from now", "2026-03-14 13:30"),
        ("Mon 5 Jan 2026 09:12:41 +01:00", "2026-01-05 09:12:41"),
        ("Mon 5 Jan 2026 9:12:41 pm +01:00", "2026-01-05 21:12:41"),
        ("Mon 5 Jan 2026, 09:12", "2026-01-05 09:12"),
        ("2026-01-05 09:12:41 +00:00", "2026-01-05 10:12:41"),
        ("2026-01-05T08:12:41.123Z", "2026-01-05 09:12:41.123"),
        ("9am yesterday", "2026-03-13 09:00"),
        ("at 9:00 on 3 jan", "2026-01-03 09:00"),
        ("9 p.m. on monday", "2026-03-09 21:00"),
        ("9 o'clock", "2026-03-14 09:00"),
        ("2026/01/03 09:00", "2026-01-03 09:00"),
    ],
)
def test_a_moment(typed: str, moment: str) -> None:
    assert parse_time(typed, NOW, BERLIN) == Stretch(at(moment), at(moment))


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("last week", "2026-03-02", "2026-03-09"),
        ("this week", "2026-03-09", "2026-03-16"),
        ("last weekend", "2026-03-07", "2026-03-09"),
        ("last month", "2026-02-01", "2026-03-01"),
        ("the last month", "2026-02-01", "2026-03-01"),
        ("this month", "2026-03-01", "2026-04-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("last 3 days", "2026-03-11 10:30", "2026-03-14 10:30"),
        ("the past two weeks", "2026-02-28 10:30", "2026-03-14 10:30"),
        ("past week", "2026-03-07 10:30", "2026-03-14 10:30"),
        ("2025", "2025-01-01", "2026-01-01"),
        ("2026-01", "2026-01-01", "2026-02-01"),
        ("01/2026", "2026-01-01", "2026-02-01"),
        ("Jan 2026", "2026-01-01", "2026-02-01"),
        ("january '2025", "2025-01-01", "2025-02-01"),
        ("last march", "2025-03-01", "2025-04-01"),
        ("2026/01/03", "2026-01-03", "2026-01-04"),
        ("2026.1.3", "2026-01-03", "2026-01-04"),
        ("20260103", "2026-01-03", "2026-01-04"),
        ("13.01.2026", "2026-01-13", "2026-01-14"),
        ("01/25/2026", "2026-01-25", "2026-01-26"),
        ("07/07/2025", "2025-07-07", "2025-07-08"),
        ("1st of march", "2026-03-01", "2026-03-02"),
        ("the 1st of March, 2025", "2025-03-01", "2025-03-02"),
        ("March the 1st", "2026-03-01", "2026-03-02"),
        ("Mon 5 Jan 2026", "2026-01-05", "2026-01-06"),
        ("Monday, January 5th", "2026-01-05", "2026-01-06"),
        ("2026 jan 5", "2026-01-05", "2026-01-06"),
        ("5-jan-2026", "2026-01-05", "2026-01-06"),
        ("the day before yesterday", "2026-03-12", "2026-03-13"),
        ("last tues", "2026-03-10", "2026-03-11"),
        ("yesterday morning", "2026-03-13", "2026-03-13 12:00"),
        ("this afternoon", "2026-03-14 12:00", "2026-03-14 18:00"),
        ("last night", "2026-03-13 18:00", "2026-03-14 06:00"),
    ],
)
def test_a_stretch(typed: str, start: str, end: str) -> None:
    assert parse_time(typed, NOW, BERLIN) == Stretch(at(start), at(end))


@pytest.mark.parametrize(
    ("typed", "order", "day"),
    [
        ("03.01.2026", DAY_FIRST, "2026-01-03"),
        ("03.01.2026", MONTH_FIRST, "2026-03-01"),
        ("3/1", DAY_FIRST, "2026-01-03"),
        ("3/1/2026", MONTH_FIRST, "2026-03-01"),
        ("3-1-2026", DAY_FIRST, "2026-01-03"),
        ("3.1.", DAY_FIRST, "2026-01-03"),
        ("25/12/2025", MONTH_FIRST, "2025-12-25"),
        ("12/25/2025", DAY_FIRST, "2025-12-25"),
    ],
)
def test_numbers_are_in_the_order_of_the_locale_unless_only_one_order_is_a_day(
    typed: str, order: DateOrder, day: str
) -> None:
    assert parse_time(typed, NOW, BERLIN, order) == Stretch(at(day), at(day) + timedelta(days=1))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("03.01.2026", "That is 3 Jan 2026 or 1 Mar 2026; write the month as a word."),
        ("3/1", "That is 3 Jan or 1 Mar; write the month as a word."),
        ("Tue 5 Jan 2026", "5 Jan 2026 is a Monday; take the weekday away, or mend the day."),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_both(typed: str, sentence: str) -> None:
    for refused in (
        lambda: parse_time(typed, NOW, BERLIN),
        lambda: parse_place(typed, NOW, BERLIN),
        lambda: parse_query(f"since:{typed} rain", NOW, BERLIN),
    ):
        with pytest.raises(NotUnderstood) as error:
            refused()
        assert str(error.value) == sentence


@pytest.mark.parametrize("typed", ["30.02.2026", "31 feb", "2026/13/01", "soon", "3 Jan 26", "1 fortnight"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(UnknownTime):
        parse_time(typed, NOW, BERLIN)


@pytest.mark.parametrize("typed", ["Mon 5 Jan 2026 9:12:41 am +01:00", "3 days ago", "last week", "2026/01/03"])
def test_a_search_takes_a_time_of_many_words_and_leaves_the_words_after_it(typed: str) -> None:
    query = parse_query(f"since:{typed} rain", NOW, BERLIN)
    assert query.words == ("rain",)
    assert query.since == parse_time(typed, NOW, BERLIN).start


def test_a_number_that_no_message_has_is_a_year() -> None:
    assert parse_place("2025", NOW, BERLIN, total=3000) == 2024
    assert parse_place("2025", NOW, BERLIN, total=500) == Stretch(at("2025-01-01"), at("2026-01-01"))
    assert parse_place("20260103", NOW, BERLIN, total=500) == Stretch(at("2026-01-03"), at("2026-01-04"))
    assert parse_place("9999", NOW, BERLIN, total=500) == 9998
    assert parse_place("#2025", NOW, BERLIN, total=500) == TurnPlace(2025)


def test_a_midnight_that_clocks_leave_out_begins_the_day_after_it() -> None:
    """Read against a zone that puts its clocks on at midnight."""
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    day = parse_time("2018-11-04", NOW, sao_paulo)
    assert day.end - day.start == timedelta(hours=23)
