"""A filter that is misspelt, or does nothing, is told of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from store.domain.query import parse_query
from tui.text.query_hint import hint_of

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("chanel:telegram", "channel"),
        ("Channnel:telegram", "channel"),
        ("chan:x channels:telegram", "channel"),
        ("knd:routine", "kind"),
        ("kinds:routine", "kind"),
        ("type:routine", "kind"),
        ("rol:user", "role"),
        ("from:user", "role"),
        ("sinse:yesterday", "since"),
        ("after:yesterday", "since"),
        ("untill:today", "until"),
        ("before:today", "until"),
    ],
)
def test_a_word_that_looks_like_a_filter_names_the_nearest(typed: str, near: str) -> None:
    assert hint_of(parse_query(typed, NOW, UTC)).endswith(f"is searched as text; the nearest filter is {near}:")


@pytest.mark.parametrize(
    "typed",
    [
        *("channel:telegram", "plain words", "https://a.example/x", "12:30", "secret:x", "a:b:c", "C:\\Users"),
        *('"chanel:x"', "chanel:", "kind:chat role:user x"),
    ],
)
def test_everything_else_has_no_hint(typed: str) -> None:
    assert hint_of(parse_query(typed, NOW, UTC)) == ""
