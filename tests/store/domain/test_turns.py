"""Rows become turns and rows again; where a page was cut changes nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import open_store
from store.domain.turns import Outcome, TurnNumbers, Work, begins_turn, outcome_of_answer, outcome_without_answer
from tests.store.conftest import USER, add_conversation, add_message, make_database, plain
from tests.store.naive import turns_of

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

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


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["user", "assistant", "tool_calls"]), st.integers(0, 3)), max_size=12))
async def test_a_timeline_numbers_the_turns_of_its_order(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[str, int]]
) -> None:
    path = make_database(tmp_path_factory.mktemp("turns") / "turns.db")
    with plain(path) as db:
        conversation = add_conversation(db)
        for role, minute in written:
            add_message(db, conversation, "x", role=role, created_at=f"2026-03-01T09:0{minute}:00.000Z")
    async with open_store(path) as store:
        timeline = await store.timeline(conversation, USER)
        while not await timeline.number_turns():
            pass
        part = await timeline.slice(0, timeline.total)
        expected = [
            number
            for number, turn in enumerate(turns_of([message.role for message in part.messages]), 1)
            for _ in turn
        ]
        assert [timeline.turns.number(position) for position in range(timeline.total)] == expected


async def test_numbering_goes_on_with_what_is_written_and_begins_anew_when_rows_go(
    path: Path, store: ConversationStore
) -> None:
    with plain(path) as db:
        conversation = add_conversation(db)
        for minute in range(6):
            add_message(
                db,
                conversation,
                "x",
                role=("user", "assistant")[minute % 2],
                created_at=f"2026-03-01T09:0{minute}:00.000Z",
            )
    timeline = await store.timeline(conversation, USER)
    while not await timeline.number_turns():
        pass
    assert (timeline.turns.known, len(timeline.turns)) == (6, 3)
    before = timeline.turns
    with plain(path) as db:
        add_message(db, conversation, "x", role="user", created_at="2026-03-01T09:30:00.000Z")
    await timeline.refresh()
    while not await timeline.number_turns():
        pass
    assert timeline.turns is before
    assert timeline.turns.number(6) == 4
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE created_at < '2026-03-01T09:02:00.000Z'")
    await timeline.refresh()
    assert timeline.turns.start(1) is None
    while not await timeline.number_turns():
        pass
    assert (timeline.turns.known, len(timeline.turns)) == (5, 3)
