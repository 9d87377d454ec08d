"""A filter takes what it says, and asks the store for no more of the list than can match."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.errors import NotUnderstood
from store.records import Conversation, ConversationCursor, Count, Kind, Machines, Preview
from tui.model.conversation_window import End
from tui.model.listed_filter import ListedFilter, filter_of
from tui.model.listed_view import ListedView

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


def conversation(
    title: str = "Trip to Lisbon",
    preview: str = "It is **sunny**",
    *,
    channel: str = "telegram",
    kind: Kind = Kind.CHAT,
    age_days: float | None = 0,
) -> Conversation:
    last = None if age_days is None else NOW - timedelta(days=age_days)
    return Conversation(
        id="c",
        channel=channel,
        user_id="ada",
        title=title,
        kind=kind,
        total=Count(1),
        preview=Preview("assistant", preview, last),
        started_at=last,
        last_activity=last,
        cursor=ConversationCursor(0),
    )


def chosen(typed: str, channel: str | None = None, machines: Machines = Machines.FOLDED) -> ListedFilter:
    return filter_of(ListedView("ada", channel, machines, typed), NOW, UTC)


@pytest.mark.parametrize(
    ("typed", "is_held"),
    [
        ("", True),
        ("lisbon", True),
        ("LISBON sunny", True),
        ('"is sunny"', True),
        ("lisbon rain", False),
        ("lisbon -sunny", False),
        ('"lisbon it"', False),
        ("channel:telegram", True),
        ("channel:slack", False),
        ("kind:chat", True),
        ("kind:routine", False),
        ("since:7d", True),
        ("since:yesterday until:yesterday", False),
        ("until:today", True),
    ],
)
def test_a_conversation_is_held_by_what_the_list_shows_of_it(typed: str, is_held: bool) -> None:
    assert chosen(typed).holds(conversation()) is is_held


def test_a_stretch_of_time_has_its_first_moment_and_not_the_one_after_its_last() -> None:
    of_yesterday = chosen("since:yesterday until:yesterday")
    assert of_yesterday.holds(conversation(age_days=1.5))
    assert not of_yesterday.holds(conversation(age_days=0.5))
    assert not of_yesterday.holds(conversation(age_days=1.5 + 1e-6))
    assert not of_yesterday.holds(conversation(age_days=None))


def test_only_what_can_match_is_read() -> None:
    of_yesterday = chosen("since:yesterday until:yesterday")
    assert of_yesterday.first(End.OLDER) is not None
    assert of_yesterday.first(End.NEWER) is not None
    assert of_yesterday.ends_at(conversation(age_days=2), End.OLDER)
    assert of_yesterday.ends_at(conversation(age_days=None), End.OLDER)
    assert of_yesterday.ends_at(conversation(age_days=0), End.NEWER)
    assert not of_yesterday.ends_at(conversation(age_days=1), End.OLDER)
    assert chosen("lisbon").first(End.OLDER) is chosen("").first(End.NEWER) is None


def test_machine_threads_that_were_asked_for_are_not_folded() -> None:
    assert chosen("kind:routine").machines is Machines.SHOWN
    assert chosen("channel:heartbeat").machines is Machines.SHOWN
    assert chosen("kind:routine").holds(conversation(channel="routine", kind=Kind.ROUTINE))
    assert not chosen("lisbon").holds(conversation(channel="routine", kind=Kind.ROUTINE))


def test_two_channels_at_once_match_nothing() -> None:
    assert chosen("channel:slack", "telegram").is_impossible
    assert not chosen("channel:slack", "slack").is_impossible
    assert not chosen("lisbon", "slack").is_impossible
    assert not chosen("channel:telegram", "slack").holds(conversation())


@pytest.mark.parametrize("typed", ["role:user", "since:", "kind:nonsense", "channel:a channel:b"])
def test_what_chooses_no_conversation_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(NotUnderstood, match=r"\w+.*\.$"):
        chosen(typed)
