"""Any stored time is read as what it means, or as none; the short way and the long way agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.timestamps import EPOCH, format_canonical, instant, instant_of, moment_of, parse
from store.records import UNREADABLE

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TIME_LIKE = r"[0-9]{4}-[0-9W][0-9][-0-9][0-9]{1,2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}[.,][0-9]{3}[Zz+]"


@pytest.mark.parametrize(
    ("stored", "moment"),
    [
        ("2026-01-02T03:04:05.678Z", AT.replace(microsecond=678_000)),
        ("2026-01-02T03:04:05.678901Z", AT.replace(microsecond=678_901)),
        ("2026-01-02T03:04:05.678901999Z", AT.replace(microsecond=678_901)),
        ("2026-01-02T03:04:05Z", AT),
        ("2026-01-02t03:04:05z", AT),
        ("2026-01-02 03:04:05", AT),
        ("2026-01-02 03:04:05.5", AT.replace(microsecond=500_000)),
        ("2026-01-02T03:04:05", AT),
        ("2026-01-02T05:04:05+02:00", AT),
        ("2026-01-01T21:34:05-0530", AT),
        (" 2026-01-02T03:04:05Z ", AT),
        ("9999-12-31T23:59:59.999Z", datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
    ],
)
def test_a_time_is_read(stored: str, moment: datetime) -> None:
    assert parse(stored) == moment
    assert moment_of(instant_of(stored)) == moment
    assert instant(moment) == instant_of(stored)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "now",
        "2026-01-02",
        "2026-02-30T00:00:00.000Z",
        "2024-W01-1T12:34:56.789Z",
        "2026-01-02T03:60:00.000Z",
        "2026-01-02T03:04:60.000Z",
        "0000-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59-01:00",
        "2026-01-02T03:04:05+99:00",
        "1767323045",
        1767323045,
        None,
        b"2026-01-02T03:04:05.678Z",
        "٢٠٢٦-01-02T03:04:05.678Z",
    ],
)
def test_what_is_no_time_is_none(stored: object) -> None:
    assert parse(stored) is None
    assert instant_of(stored) == UNREADABLE
    assert moment_of(UNREADABLE) is None


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
def test_what_we_write_reads_back(moment: datetime) -> None:
    if moment.year in (1, 9999):
        moment = moment.replace(year=2000)
    text = format_canonical(moment)
    assert len(text) == 24
    assert parse(text) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(st.from_regex(TIME_LIKE, fullmatch=True) | st.text(max_size=26))
def test_the_short_way_and_the_long_way_agree(stored: str) -> None:
    assert instant_of(stored) == instant(parse(stored))


@given(st.integers(-(10**15), 10**15))
def test_instants_and_moments_are_the_same(instant_us: int) -> None:
    moment = EPOCH + timedelta(microseconds=instant_us)
    assert instant(moment) == instant_us
    assert moment_of(instant_us) == moment
