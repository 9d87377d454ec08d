"""Times are those of the reader's zone at that moment; an hour that comes twice is told apart wherever a time is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from store.domain.moments import parse_time
from store.records import Message, MessageCursor
from tui.model.ledger_cells import Frame
from tui.text import times
from tui.text.message.layout_options import Context, Options, Times
from tui.text.message.message_lines import view_message
from tui.text.zone import SystemZone, TwelveHours

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANGES = [
    ("America/New_York", "2026-11-01T06:00", 60),
    ("Europe/London", "2026-10-25T01:00", 60),
    ("Australia/Lord_Howe", "2026-04-04T15:00", 30),
    ("Europe/Volgograd", "2020-12-26T22:00", 60),
    ("Africa/Casablanca", "2026-02-15T02:00", 60),
    ("America/Caracas", "2007-12-09T07:00", 30),
]
"""Zones, when their clocks were put back (UTC), and by how many minutes."""
SPRING = [
    ("America/New_York", "2026-03-08T07:00"),
    ("America/Sao_Paulo", "2018-11-04T03:00"),
    ("Pacific/Apia", "2011-12-30T10:00"),
]
"""Zones, and when their clocks were put on."""


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SystemZone]:
    """Return the zone of a machine that is set to the zone of the parameter."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield SystemZone()
    monkeypatch.undo()
    time.tzset()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "name", "change"), [(z, z, c) for z, c, *_ in [*CHANGES, *SPRING]], indirect=["zone"]
)
def test_local_time_is_what_the_rules_of_the_zone_say(zone: SystemZone, name: str, change: str) -> None:
    rules = ZoneInfo(name)
    for minutes in range(-36 * 60, 36 * 60, 5):
        moment = utc(change) + timedelta(minutes=minutes)
        local, expected = moment.astimezone(zone), moment.astimezone(rules)
        assert (local.replace(tzinfo=None), local.fold) == (expected.replace(tzinfo=None), expected.fold)
        assert local.utcoffset() == expected.utcoffset()
        assert local.astimezone(UTC) == moment
        for fold in (0, 1):
            typed = moment.replace(fold=fold)
            assert typed.replace(tzinfo=zone).utcoffset() == typed.replace(tzinfo=rules).utcoffset()


@pytest.mark.parametrize(("zone", "change", "minutes"), CHANGES, indirect=["zone"])
def test_the_same_time_twice_is_told_apart(zone: SystemZone, change: str, minutes: int) -> None:
    first = utc(change) - timedelta(minutes=minutes // 2)
    second = first + timedelta(minutes=minutes)
    for reader in (zone, TwelveHours()):
        assert times.short_clock(first, reader) == times.short_clock(second, reader)
        assert times.clock(first, reader) != times.clock(second, reader)
        assert times.full(first, reader) != times.full(second, reader)
        for mode in (Times.CLOCK, Times.FULL):
            heads = {header(moment, reader, mode) for moment in (first, second)}
            assert len(heads) == 2, "the transcript"
        assert {parse_time(times.full(each, reader), second, reader).start for each in (first, second)} == {
            first,
            second,
        }
    for far in (first - timedelta(hours=3), second + timedelta(hours=3)):
        assert times.clock(far, zone) == times.short_clock(far, zone), "elsewhere nothing is added"


def header(moment: datetime, zone: SystemZone, mode: Times) -> str:
    message = Message("m", "c", "user", "hello", moment, MessageCursor(0, 1))
    return view_message(message, Options(zone, mode), Context(), is_toggled=False).lines[0].text


@pytest.mark.parametrize("zone", ["America/New_York"], indirect=True)
def test_the_offset_of_new_york(zone: SystemZone) -> None:
    assert times.full(utc("2026-11-01T05:30"), zone) == "Sun 1 Nov 2026 01:30:00 -04:00"
    assert times.full(utc("2026-11-01T06:30"), zone) == "Sun 1 Nov 2026 01:30:00 -05:00"
    assert times.clock(utc("2026-11-01T05:30"), zone) == "01:30 -04:00"
    assert times.clock(utc("2026-11-01T07:30"), zone) == "02:30"
    assert Frame(50, zone, "2026").clock(utc("2026-11-01T05:30")) == "01:30", "a column keeps its width"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "America/Sao_Paulo", "UTC"], indirect=True)
def test_a_time_as_the_program_prints_it_can_be_typed_back(zone: SystemZone) -> None:
    now = utc("2026-07-15T12:00")
    for hours in range(0, 24 * 500, 31):
        moment = now - timedelta(hours=hours, minutes=7, seconds=41)
        for reader in (zone, TwelveHours()):
            assert parse_time(times.full(moment, reader), now, reader).start == moment
            day = parse_time(times.day(moment, reader), now, reader)
            assert day.start <= moment < day.end
        typed = parse_time(times.relative(moment, now, zone), now, zone)
        if typed.start == typed.end:
            assert abs(typed.start - moment) < timedelta(hours=1)
        else:
            assert typed.start <= moment < typed.end
