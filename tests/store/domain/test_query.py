"""What is typed: queries, times and places; and that nothing typed raises more than a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Kind, NotUnderstood
from store.domain.moments import TurnPlace, parse_place, parse_time
from store.domain.query import Query, parse_query
from tests.store.histories import HOSTILE_QUERIES

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def query(typed: str) -> Query:
    return parse_query(typed, NOW, BERLIN)


def refusal_of(parse: Callable[[str], object], typed: str) -> str:
    """Return the sentence that refuses a text, a full stop alone if it is taken."""
    try:
        parse(typed)
    except NotUnderstood as refused:
        return str(refused)
    return "."


def test_words_phrases_and_what_must_not_occur_are_told_apart() -> None:
    asked = query('Lisbon  "At Nine\n O\'clock" -rain -"see you" naïve LISBON')
    assert asked.words == ("lisbon", "at nine o'clock", "naive")
    assert asked.without == ("rain", "see you")


def test_filters_are_read_wherever_they_stand_and_whatever_their_case() -> None:
    asked = query("CHANNEL:telegram word kind:Routine role:tool_calls")
    assert (asked.channel, asked.kind, asked.role, asked.words) == ("telegram", Kind.ROUTINE, "tool_calls", ("word",))
    assert query('channel:"my own channel" x').channel == "my own channel"


def test_tools_are_chosen_by_name_or_left_out() -> None:
    assert (query("tool:HTTP rain").tool, query("tool:HTTP rain").has_tools) == ("http", True)
    assert (query("rain -Tool").has_tools, query("rain -Tool").without) == (False, ())
    assert (query('rain -"tool"').has_tools, query('rain -"tool"').without) == (True, ("tool",))
    assert query("tool:http").is_about_messages
    assert not query("rain -tool").is_about_messages


@pytest.mark.parametrize("typed", ["secret:x", "{a}:b", 'http://a.example/?q="x"', "12:30", '5"', "a:b:c"])
def test_a_colon_or_a_quotation_mark_that_means_nothing_is_part_of_a_word(typed: str) -> None:
    assert query(typed).words == (typed.lower(),)


def test_times_may_be_of_several_words_and_an_end_includes_what_it_names() -> None:
    asked = query("since:3 Jan until:last monday rain")
    assert asked.words == ("rain",)
    assert asked.since == datetime(2026, 1, 2, 23, tzinfo=UTC)
    assert asked.until == datetime(2026, 3, 9, 23, tzinfo=UTC)
    assert query("since:7d x").since == NOW - timedelta(days=7)
    assert query("until:yesterday 9:00").until == datetime(2026, 3, 13, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "-",
        '""',
        "channel:",
        "kind:letters",
        "since:soon",
        "-kind:chat",
        "-tool:http",
        "tool:http -tool",
        "role:a role:b",
        "x" * 1001,
        "a " * 33,
    ],
)
def test_what_is_no_query_is_a_sentence(typed: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        query(" ".join(f"{word}{number}" if word == "a" else word for number, word in enumerate(typed.split(" "))))
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-03-14T09:00Z", "2026-03-14T09:00:00+00:00"),
        ("2026-03-14T09:00:30.5+05:30", "2026-03-14T03:30:30.500000+00:00"),
        ("2026-03-14 09:00", "2026-03-14T08:00:00+00:00"),
        ("3 Jan", "2026-01-02T23:00:00+00:00"),
        ("jan 3rd", "2026-01-02T23:00:00+00:00"),
        ("3. January 2025", "2025-01-02T23:00:00+00:00"),
        ("15 mar", "2025-03-14T23:00:00+00:00"),
        ("14 mar", "2026-03-13T23:00:00+00:00"),
        ("29 feb", "2024-02-28T23:00:00+00:00"),
        ("yesterday 9:00", "2026-03-13T08:00:00+00:00"),
        ("3 Jan at 9:30pm", "2026-01-03T20:30:00+00:00"),
        ("today noon", "2026-03-14T11:00:00+00:00"),
        ("9am", "2026-03-14T08:00:00+00:00"),
        ("last monday", "2026-03-08T23:00:00+00:00"),
        ("saturday", "2026-03-13T23:00:00+00:00"),
        ("last saturday", "2026-03-06T23:00:00+00:00"),
        ("2025-12", "2025-11-30T23:00:00+00:00"),
        ("march", "2026-02-28T23:00:00+00:00"),
        ("2 h ago", "2026-03-14T07:30:00+00:00"),
        ("1. Aug 2025", "2025-07-31T22:00:00+00:00"),
    ],
)
def test_a_time_is_read_as_the_person_means_it(typed: str, expected: str) -> None:
    assert parse_time(typed, NOW, BERLIN).start.isoformat() == expected
    assert parse_place(typed, NOW, BERLIN) == parse_time(typed, NOW, BERLIN)


def test_a_day_ends_where_the_next_begins_also_when_clocks_change() -> None:
    day = parse_time("2026-03-29", NOW, BERLIN)
    assert day.end - day.start == timedelta(hours=23)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("first", 0), ("LAST", -1), ("1200", 1199), ("#12", TurnPlace(12)), ("1,200", 1199), (" 3 ", 2)],
)
def test_a_place_is_counted_as_a_list_is(typed: str, expected: int | TurnPlace) -> None:
    assert parse_place(typed, NOW, BERLIN) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0",
        "soon",
        "30 feb",
        "2026-13-01",
        "25:00",
        "13pm",
        "0001-01-01",
        "9999-12-31",
        "3 jan 99999",
        "٣ jan",
        "7x",
    ],
)
def test_what_is_no_place_is_a_sentence(typed: str) -> None:
    with pytest.raises(NotUnderstood, match=r"\.$"):
        parse_place(typed, NOW, BERLIN)


@given(st.text(st.characters() | st.sampled_from('":-#{} 0123jandmyestrochl\ud800\0'), max_size=40))
def test_whatever_is_typed_raises_nothing_but_a_sentence(typed: str) -> None:
    for parse in (query, lambda text: parse_time(text, NOW, BERLIN), lambda text: parse_place(text, NOW, BERLIN)):
        assert refusal_of(parse, typed).endswith(".")


@pytest.mark.parametrize("typed", HOSTILE_QUERIES)
def test_a_hostile_query_is_a_sentence_or_a_query(typed: str) -> None:
    refusal = refusal_of(query, typed)
    assert refusal == "." or (refusal[0].isupper() and refusal.endswith("."))
