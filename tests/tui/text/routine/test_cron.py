"""When a routine runs, in the words of people, and never other than its scheduler would run it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.routine.cron import schedule_words, trigger_words

WORDS = {
    "0 3 * * *": "every day at 03:00 UTC",
    "0 0 3 * * *": "every day at 03:00 UTC",
    "0 0 3 * * * *": "every day at 03:00 UTC",
    "  0   3 * * *  ": "every day at 03:00 UTC",
    "0 0 12 ? * *": "every day at 12:00 UTC",
    "30 0 9 * * *": "every day at 09:00:30 UTC",
    "0 9,13,17 * * *": "every day at 09:00, 13:00 and 17:00 UTC",
    "* * * * *": "every minute",
    "*/5 * * * *": "every 5 minutes",
    "0 */5 * * * *": "every 5 minutes",
    "0-59/20 * * * *": "every 20 minutes",
    "*/10 * * * * *": "every 10 seconds",
    "* * * * * *": "every second",
    "0 * * * *": "every hour",
    "5 * * * *": "every hour at :05",
    "0,45 * * * *": "every hour at :00 and :45",
    "0 */6 * * *": "every 6 hours",
    "15 */6 * * *": "every 6 hours at :15",
    "0 9-17 * * *": "every hour from 09:00 to 17:00 UTC",
    "*/30 9-17 * * MON-FRI": "every 30 minutes from 09:00 to 17:30 UTC on weekdays",
    "*/15 * * 1 *": "every 15 minutes in January",
    "*/15 * 1 * *": "every 15 minutes on the 1st of the month",
    "30 9 * * MON-FRI": "weekdays at 09:30 UTC",
    "0 30 9 * * Monday-Friday": "weekdays at 09:30 UTC",
    "30 9 * * 2-6": "weekdays at 09:30 UTC",
    "30 9 * * SAT,SUN": "weekends at 09:30 UTC",
    "30 9 * * TUES-THURS": "Tue–Thu at 09:30 UTC",
    "30 9 * * sun,fri,mon": "Mon, Fri and Sun at 09:30 UTC",
    "0 9 1 * *": "on the 1st of the month at 09:00 UTC",
    "0 9 2,3,11,23 * *": "on the 2nd, 3rd, 11th and 23rd of the month at 09:00 UTC",
    "0 9 1 1 *": "every 1 January at 09:00 UTC",
    "0 9 1 Jan,Jul *": "on the 1st at 09:00 UTC in Jan and Jul",
    "0 9 * 6 *": "every day at 09:00 UTC in June",
    "0 0 17 * 10-12,1-4 *": "every day at 17:00 UTC from Oct to Apr",
    "@daily": "every day at 00:00 UTC",
    "@weekly": "every Sunday at 00:00 UTC",
    "@hourly": "every hour",
}

SHOWN_AS_THEY_STAND = (
    "every 2h",
    "",
    "* * * *",
    "61 * * * *",
    "0 24 * * *",
    "0 9 * * 0",  # days of the week count from 1
    "0 9 * * 8",
    "0 9 0 * *",
    "0 9 * 13 *",
    "? * * * *",
    "0 0 17 * 10-4 *",  # a range that runs backwards
    "*/0 * * * *",
    "0 9 * * MON/2",
    "0 9 * * 2-FRI",
    "0 9 * * caturday",
    "0 9 * * MON-",
    "0 9,, * * *",
    "*/7 * * * *",  # not every 7 minutes: it begins anew each hour
    "0 9 13 * FRI",  # the 13th, if it is a Friday
    "0 9 1-20 * *",
    "1,2,3 1,2,3 * * *",
    "0 0 12 * * * 2027",
    "٣ 3 * * *",
)


@pytest.mark.parametrize(("schedule", "words"), WORDS.items())
def test_a_schedule_is_told_in_words(schedule: str, words: str) -> None:
    assert schedule_words(schedule) == words


@pytest.mark.parametrize("schedule", SHOWN_AS_THEY_STAND)
def test_what_has_no_short_phrase_stands_as_it_is(schedule: str) -> None:
    assert schedule_words(schedule) == schedule


def test_days_are_numbered_as_the_scheduler_numbers_them() -> None:
    # IronClaw's own description takes 1 for Monday; its scheduler, the crate cron, fires on Sunday.
    assert schedule_words("0 9 * * 1") == "every Sunday at 09:00 UTC"
    assert schedule_words("0 9 * * 7") == "every Saturday at 09:00 UTC"


def test_a_clock_says_whose_it_is() -> None:
    assert schedule_words("0 9 * * *", "Europe/London") == "every day at 09:00 Europe/London"
    assert schedule_words("0 9 * * *", "half past nine") == "every day at 09:00 UTC"
    assert schedule_words("*/5 * * * *", "Europe/London") == "every 5 minutes"


@pytest.mark.parametrize(
    ("kind", "config", "words"),
    [
        ("cron", {"schedule": "0 9 * * *", "timezone": "Asia/Tokyo"}, "every day at 09:00 Asia/Tokyo"),
        ("cron", {"schedule": "0 9 * * *", "timezone": None}, "every day at 09:00 UTC"),
        ("cron", {}, "on a schedule that is missing"),
        ("event", {"pattern": r"deploy\s+"}, r"when a message matches deploy\s+"),
        ("event", {"pattern": "x", "channel": "slack"}, "when a message on slack matches x"),
        ("event", {}, "when a message matches (nothing)"),
        ("system_event", {"source": "github", "event_type": "issue.opened"}, "on github issue.opened"),
        ("webhook", {"path": "/hooks/bank", "secret": "hush"}, "when /hooks/bank is called"),
        ("webhook", {"secret": "hush"}, "when its webhook is called"),
        ("manual", {}, "by hand"),
        ("telepathy", {}, "telepathy"),
        ("", {}, "unknown"),
    ],
)
def test_every_kind_of_trigger_is_told_and_no_secret(kind: str, config: dict[str, object], words: str) -> None:
    assert trigger_words(kind, json.dumps(config)) == words


@pytest.mark.parametrize("config", ["", "{", "[]", "null", '{"schedule": 5}', "[" * 100_000])
def test_a_configuration_that_cannot_be_read_is_no_fault(config: str) -> None:
    assert trigger_words("cron", config) == "on a schedule that is missing"


@given(st.text())
def test_no_schedule_is_too_odd(schedule: str) -> None:
    assert isinstance(schedule_words(schedule), str)


_FIELDS = st.text("0123456789*?/,-MONFRIJAN", min_size=1, max_size=6)


@given(st.lists(_FIELDS, min_size=5, max_size=7))
def test_no_mix_of_fields_is_too_odd(fields: list[str]) -> None:
    assert schedule_words(" ".join(fields))
