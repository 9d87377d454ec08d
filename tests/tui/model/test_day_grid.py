"""The calendar shows a year to today, and what lies beyond it; days stand still while one of them is chosen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.day_grid import FULLEST, WEEKS, DayGrid, month_names
from tui.model.statistics_words import legend

TODAY = date(2026, 3, 14)


def grid(*days: date, many: int = 1) -> DayGrid:
    made = DayGrid(TODAY)
    made.show(dict.fromkeys(days, many))
    return made


def test_a_year_is_shown_that_ends_with_today() -> None:
    weeks = grid().weeks(200)
    assert len(weeks) == WEEKS
    assert weeks[-1] <= TODAY < weeks[-1] + timedelta(days=7)
    assert all(week.weekday() == 0 for week in weeks)


@pytest.mark.parametrize("late", [TODAY + timedelta(days=60), date.max])
def test_a_day_to_come_does_not_move_the_year_that_ends_with_today(late: date) -> None:
    made = grid(TODAY, late)
    assert made.weeks(WEEKS) == grid(TODAY).weeks(WEEKS)
    made.choose(late)
    weeks = made.weeks(WEEKS)
    assert weeks[0] <= late
    assert (late - weeks[-1]).days < 7


def test_fewer_weeks_are_shown_where_there_is_less_room_and_the_chosen_day_is_among_them() -> None:
    made = grid(TODAY - timedelta(days=3000))
    for room in (1, 7, 30, 53):
        for back in (0, 6, 7, 400, 2999):
            made.choose(TODAY - timedelta(days=back))
            weeks = made.weeks(room)
            assert weeks[0] <= made.chosen < weeks[-1] + timedelta(days=7)


def test_the_choice_stays_within_the_days_that_there_are() -> None:
    made = grid(TODAY - timedelta(days=800))
    made.move(364)
    assert made.chosen == TODAY
    made.move(-10_000)
    assert made.chosen == TODAY - timedelta(days=800)
    made.move_to_end(1)
    assert made.chosen == TODAY - timedelta(days=800)


def test_a_quarter_of_the_days_is_at_each_level() -> None:
    made = DayGrid(TODAY)
    made.show({TODAY - timedelta(days=back): back + 1 for back in range(100)})
    levels = [made.level(TODAY - timedelta(days=back)) for back in range(100)]
    assert [levels.count(level) for level in range(1, FULLEST + 1)] == [26, 25, 25, 24]
    assert made.level(TODAY - timedelta(days=200)) == 0


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([], "· no message"),
        ([5], "· none  ░ 1–5  █ 6 and more"),
        ([1, 1, 1, 9], "· none  ░ 1  ▓ 2–9  █ 10 and more"),
        (list(range(1, 9)), "· none  ░ 1–3  ▒ 4–5  ▓ 6–7  █ 8 and more"),
    ],
)
def test_the_legend_says_what_the_levels_are(counts: list[int], said: str) -> None:
    made = DayGrid(TODAY)
    made.show({TODAY - timedelta(days=back): many for back, many in enumerate(counts)})
    assert legend(made.bounds) == said


def test_months_stand_above_the_weeks_in_which_they_begin() -> None:
    weeks = grid().weeks(53)
    names = month_names(weeks, 1)
    for name, month in (("Jan", 1), ("Jun", 6), ("Dec", 12)):
        week = weeks[names.index(name) - 4]
        assert month in {(week + timedelta(days=day)).month for day in range(7)}
        assert 1 in {(week + timedelta(days=day)).day for day in range(7)}


@given(st.dates(), st.lists(st.dates(), max_size=4), st.integers(1, 60), st.integers(-4_000_000, 4_000_000))
def test_no_day_of_the_calendar_is_too_early_or_too_late(today: date, days: list[date], room: int, step: int) -> None:
    made = DayGrid(today)
    made.show(dict.fromkeys(days, 3))
    made.move(step)
    weeks = made.weeks(room)
    shown = [made.day(week, weekday) for week in weeks for weekday in range(7)]
    assert made.chosen in shown
    month_names(weeks, 2)
