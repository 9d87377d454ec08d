"""The day of an instant is that of Python's calendar in the zone, also where clocks change and where years end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from store.core.local_days import NO_DAY, LocalDays, week_of
from store.domain.timestamps import instant
from store.records import UNREADABLE

ZONES = ("Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "America/Scoresbysund", "Asia/Beirut")


@pytest.mark.parametrize("name", ZONES)
def test_every_hour_has_the_day_that_the_zone_says(name: str) -> None:
    zone = ZoneInfo(name)
    days = LocalDays(zone)
    for hours in range(0, 24 * 900, 1):
        moment = datetime(2011, 6, 1, 0, 15, tzinfo=UTC) + timedelta(hours=hours)
        assert days.day(instant(moment)) == moment.astimezone(zone).toordinal()


def test_what_has_no_time_has_no_day_and_the_ends_of_the_calendar_have_one() -> None:
    days = LocalDays(ZoneInfo("Pacific/Auckland"))
    assert days.day(UNREADABLE) == NO_DAY
    for moment in (datetime.min, datetime.max):
        assert abs(days.day(instant(moment.replace(tzinfo=UTC))) - moment.toordinal()) <= 1


def test_zones_that_differ_on_a_day_have_other_marks() -> None:
    berlin, warsaw, athens = (LocalDays(ZoneInfo(f"Europe/{name}")) for name in ("Berlin", "Warsaw", "Athens"))
    days = range(datetime(2026, 3, 1).toordinal(), datetime(2026, 4, 1).toordinal())
    assert berlin.mark(days) == warsaw.mark(days) != athens.mark(days)
    beirut, cairo = LocalDays(ZoneInfo("Asia/Beirut")), LocalDays(ZoneInfo("Africa/Tripoli"))
    assert beirut.mark(days) != cairo.mark(days)


def test_weeks_are_those_of_iso_8601() -> None:
    assert week_of(datetime(2025, 12, 29).toordinal()) == (2026, 1)
    assert week_of(datetime(2027, 1, 3).toordinal()) == (2026, 53)
    assert week_of(NO_DAY) == (0, 0)
