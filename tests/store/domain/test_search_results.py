"""Hits that come in any order become places in a conversation and rows of a result."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from store import MessageCursor
from store.domain.search_results import Findings, Places, SearchBatch, Way, by_conversation

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("tie_of", [int, lambda number: 2**100 + number, "{:03}".format], ids=["row", "wide", "text"])
def test_hits_that_come_in_any_order_are_gathered_in_one(tie_of: Callable[[int], int | str]) -> None:
    chance = random.Random(1)
    cursors = [MessageCursor(chance.randrange(50), tie_of(number)) for number in range(500)]
    owner = {cursor: f"c{number % 7}" for number, cursor in enumerate(cursors)}
    expected = sorted(cursors, reverse=True)
    for _ in range(5):
        chance.shuffle(cursors)
        places, findings = Places(), Findings()
        for start in range(0, 500, 37):
            some = cursors[start : start + 37]
            places.add(some)
            batch = by_conversation(((owner[c], c, f"{c.tie}") for c in some), str)
            findings.add(SearchBatch(batch, (), 0, None, Way.NO_INDEX))
        assert list(places) == expected
        assert [places.number(cursor) for cursor in expected] == list(range(500))
        for each in findings.conversations():
            best = max(c for c in cursors if owner[c] == each.conversation_id)
            assert (each.newest, each.excerpt) == (best, f"{best.tie}")
            assert each.hits == sum(key == each.conversation_id for key in owner.values())


def test_walking_the_hits_ends_at_both_ends_and_starts_anywhere() -> None:
    places = Places()
    assert places.older(MessageCursor(1, 1)) is None is places.newer(MessageCursor(1, 1))
    places.add(MessageCursor(instant, 0) for instant in (10, 20, 30))
    assert [places[number].instant for number in range(3)] == [30, 20, 10]
    walked = [places.older(MessageCursor(instant, 0)) for instant in (30, 25, 20, 10, 5)]
    assert [each and each.instant for each in walked] == [20, 20, 10, None, None]
    walked = [places.newer(MessageCursor(instant, 0)) for instant in (5, 10, 15, 30, 35)]
    assert [each and each.instant for each in walked] == [10, 20, 20, None, None]
