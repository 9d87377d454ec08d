"""Rows become turns and rows again; where a page was cut changes nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.turns import Outcome, TurnNumbers, Work, begins_turn, outcome_of_answer, outcome_without_answer
from tests.store.naive import turns_of

roles = st.lists(st.sampled_from(["user", "assistant", "tool_calls", "system", "", "User"]), max_size=30)
cuts = st.lists(st.integers(0, 30), max_size=6)


@given(roles)
def test_a_question_begins_a_turn_and_an_answer_ends_it(names: list[str]) -> None:
    turns = list(turns_of(names))
    assert [position for turn in turns for position in turn] == list(range(len(names)))
    for turn in turns:
        assert "user" not in [names[position] for position in turn[1:]]
        assert "assistant" not in [names[position] for position in turn[:-1]]


@given(roles, cuts)
def test_numbers_do_not_depend_on_where_pages_were_cut(names: list[str], edges: list[int]) -> None:
    numbers = TurnNumbers()
    for start, stop in pairwise(sorted({0, len(names), *(edge for edge in edges if edge < len(names))})):
        numbers.append(names[start:stop])
    expected = [number for number, turn in enumerate(turns_of(names), 1) for _ in turn]
    assert [numbers.number(position) for position in range(len(names))] == expected
    assert numbers.number(len(names)) is None
    firsts = [first for number in range(1, len(numbers) + 1) if (first := numbers.start(number)) is not None]
    assert firsts == [turn[0] for turn in turns_of(names)]
    for position in range(len(names)):
        assert numbers.step(position, 1) == min((first for first in firsts if first > position), default=None)
        assert numbers.step(position, -1) == max((first for first in firsts if first < position), default=None)


@given(roles)
def test_a_turn_begins_by_two_neighbouring_rows_alone(names: list[str]) -> None:
    begun = [n for n, role in enumerate(names) if begins_turn(names[n - 1] if n else None, role)]
    assert begun == [turn[0] for turn in turns_of(names)]


@pytest.mark.parametrize(
    ("names", "work", "outcome"),
    [
        (["user", "assistant"], Work.NONE, Outcome.ANSWERED),
        (["user"], Work.NONE, Outcome.NO_REPLY),
        (["user"], Work.WORKING, Outcome.WORKING),
        (["user"], Work.STALE, Outcome.STALE),
        (["user", "tool_calls"], Work.NONE, Outcome.WAITING),
        (["user", "tool_calls", "tool_calls"], Work.WORKING, Outcome.WORKING),
        (["tool_calls"], Work.NONE, Outcome.UNASKED),
        (["user", "tool_calls", "tool_calls", "assistant"], Work.NONE, Outcome.ANSWERED),
        (["system"], Work.NONE, None),
    ],
)
def test_what_became_of_a_turn(names: list[str], work: Work, outcome: Outcome | None) -> None:
    if names[-1] == "assistant":
        assert outcome_of_answer("") is outcome
    else:
        assert outcome_without_answer(names[-1], names[-2] if len(names) > 1 else None, work) is outcome
