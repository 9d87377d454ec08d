"""A conversation as a sequence: read in steps, kept up to date, exact by position."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from store import HEAD_BYTES, Capability, ConversationNotFound, MessageCursor
from tests.store.asking import contents
from tests.store.conftest import USER
from tests.store.contract.backend import START, ConversationSpec, History, MessageSpec, at
from tests.store.naive import turns_of

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from store.contract.timeline import Timeline
    from tests.store.contract.backend import Backend

LATER = MessageSpec("new", created_at=at(days=31))


def fill(backend: Backend, total: int, *, shuffled: bool = False) -> tuple[str, list[str]]:
    """Add a conversation of numbered messages; return its key and the contents in order."""
    moments = [at(seconds=number // 3) for number in range(total)]
    if shuffled:
        Random(7).shuffle(moments)
    made = backend.add_conversation(*(MessageSpec(str(n), created_at=at_) for n, at_ in enumerate(moments)))
    ordered = sorted(range(total), key=lambda number: (moments[number], number))
    return made, [str(number) for number in ordered]


async def read_all(timeline: Timeline) -> None:
    while not await timeline.advance():
        pass


async def number_all(timeline: Timeline) -> None:
    while not await timeline.number_turns():
        pass


async def test_newest_first_then_the_rest(backend: Backend, store: ConversationStore) -> None:
    made, expected = fill(backend, 3000)
    timeline = await store.timeline(made, USER)
    assert (timeline.total, timeline.is_complete, timeline.revision) == (3000, False, 0)
    newest = await timeline.slice(2990, 3000)
    assert [m.content for m in newest.messages] == expected[2990:]
    assert (newest.start, newest.stop, newest.total) == (2990, 3000, 3000)
    assert not timeline.is_complete
    await read_all(timeline)
    assert (timeline.total, timeline.revision) == (3000, 0)
    assert await contents(timeline) == expected


async def test_an_early_slice_reads_what_it_needs(backend: Backend, store: ConversationStore) -> None:
    made, expected = fill(backend, 3000)
    timeline = await store.timeline(made, USER)
    first = await timeline.slice(-5, 3)
    assert [m.content for m in first.messages] == expected[:3]
    assert first.start == 0
    assert timeline.is_complete
    assert (await timeline.slice(2998, 4000)).stop == 3000
    assert (await timeline.slice(5000, 6000)).messages == ()


async def test_messages_written_in_any_order_come_in_that_of_their_times(
    backend: Backend, store: ConversationStore
) -> None:
    made, expected = fill(backend, 1500, shuffled=True)
    timeline = await store.timeline(made, USER)
    await read_all(timeline)
    assert await contents(timeline) == expected


async def test_a_giant_is_counted_after_its_newest_messages_were_read(
    backend: Backend, store: ConversationStore
) -> None:
    made, expected = fill(backend, 12_345)
    timeline = await store.timeline(made, USER)
    assert (timeline.total, timeline.is_counted) == (10_000, False)
    assert await contents(timeline, timeline.total - 50) == expected[-50:]
    assert not timeline.is_counted
    assert not await timeline.advance()
    assert (timeline.total, timeline.is_counted, timeline.revision) == (12_345, True, 1)
    assert await contents(timeline, 12_300) == expected[12_300:]
    backend.add_messages(made, LATER)
    assert await timeline.refresh()
    assert await contents(timeline) == [*expected, "new"]
    assert timeline.revision == 1


async def test_a_giant_that_grows_or_is_asked_before_it_was_counted(
    backend: Backend, store: ConversationStore
) -> None:
    made, expected = fill(backend, 10_500)
    timeline = await store.timeline(made, USER)
    (message,) = (await (await store.timeline(made, USER)).slice(9_999, 10_000)).messages
    assert await (await store.timeline(made, USER)).position(message.cursor) == 10_499
    assert await (await store.timeline(made, USER)).position_at(at(seconds=3_400)) == 10_200
    backend.add_messages(made, LATER)
    assert await timeline.refresh()
    assert await contents(timeline) == [*expected, "new"]


async def test_positions(backend: Backend, store: ConversationStore) -> None:
    made, expected = fill(backend, 5000)
    timeline = await store.timeline(made, USER)
    (message,) = (await timeline.slice(100, 101)).messages
    again = await store.timeline(made, USER)
    assert await again.position(message.cursor) == 100
    assert await again.position(MessageCursor(message.cursor.instant + 1, message.cursor.tie)) is None
    again = await store.timeline(made, USER)
    assert await again.position_at(at(seconds=1600)) == 4800
    assert not again.is_complete
    assert await again.position_at(START) == 0
    assert await again.position_at(at(days=1)) == 5000
    assert expected[4800] == "4800"


async def test_refresh_appends(backend: Backend, store: ConversationStore) -> None:
    made, expected = fill(backend, 1000)
    timeline = await store.timeline(made, USER)
    assert not await timeline.refresh()
    backend.add_messages(made, LATER)
    assert await timeline.refresh()
    assert not await timeline.refresh()
    assert (timeline.total, timeline.revision) == (1001, 0)
    assert await contents(timeline, 998) == [*expected[998:], "new"]
    assert await contents(timeline) == [*expected, "new"]


@pytest.mark.needs(Capability.WRITE)
async def test_refresh_notices_our_own_writes_and_ignores_others(backend: Backend, store: ConversationStore) -> None:
    made, _ = fill(backend, 3)
    timeline = await store.timeline(made, USER)
    await store.add_conversation_message(made, "user", "mine")
    assert await timeline.refresh()
    assert await contents(timeline, 3) == ["mine"]
    other = await store.create_conversation("x", USER)
    await store.add_conversation_message(other, "user", "elsewhere")
    assert not await timeline.refresh()
    assert timeline.revision == 0


async def test_refresh_of_an_empty_conversation(backend: Backend, store: ConversationStore) -> None:
    made = backend.add_conversation()
    timeline = await store.timeline(made, USER)
    assert (timeline.total, timeline.is_complete) == (0, True)
    assert await contents(timeline) == []
    backend.add_messages(made, MessageSpec("first"))
    assert await timeline.refresh()
    assert await contents(timeline) == ["first"]
    assert timeline.revision == 0


@pytest.mark.parametrize("is_complete", [False, True])
async def test_messages_in_between_change_the_revision(
    backend: Backend, store: ConversationStore, is_complete: bool
) -> None:
    made, expected = fill(backend, 1000)
    timeline = await store.timeline(made, USER)
    while is_complete and not await timeline.advance():
        pass
    backend.add_messages(made, MessageSpec("old", created_at=at(days=-1)))
    assert await timeline.refresh()
    assert timeline.revision > 0
    assert await contents(timeline) == ["old", *expected]


@pytest.mark.parametrize(("start", "stop"), [(500, 501), (999, 1000), (0, 600)])
async def test_messages_gone_change_the_revision(
    backend: Backend, store: ConversationStore, start: int, stop: int
) -> None:
    made, expected = fill(backend, 1000)
    timeline = await store.timeline(made, USER)
    doomed = (await (await store.timeline(made, USER)).slice(start, stop)).messages
    backend.delete_messages(*doomed)
    assert await timeline.refresh()
    assert timeline.revision > 0
    assert await contents(timeline) == expected[:start] + expected[stop:]


async def test_slice_notices_what_refresh_was_not_asked_for(backend: Backend, store: ConversationStore) -> None:
    made, _ = fill(backend, 10)
    timeline = await store.timeline(made, USER)
    (last,) = (await (await store.timeline(made, USER)).slice(9, 10)).messages
    backend.set_created_at(last, at(days=-300))
    found = await timeline.slice(0, 10)
    assert [m.content for m in found.messages] == ["9", *map(str, range(9))]
    assert found.revision == timeline.revision > 0


async def test_a_deleted_conversation_is_said_to_be_gone(backend: Backend, store: ConversationStore) -> None:
    made, _ = fill(backend, 5)
    timeline = await store.timeline(made, USER)
    backend.delete_conversation(made)
    with pytest.raises(ConversationNotFound):
        await timeline.refresh()
    with pytest.raises(ConversationNotFound):
        await timeline.slice(0, 5)


async def test_large_messages_come_by_head(backend: Backend, store: ConversationStore) -> None:
    exact, huge = "a" * HEAD_BYTES, "é" * HEAD_BYTES
    made = backend.add_conversation("small", exact, huge)
    small, fits, cut = (await (await store.timeline(made, USER)).slice(0, 3)).messages
    assert (small.content, small.size, small.is_whole) == ("small", 5, True)
    assert (fits.content, fits.size, fits.is_whole) == (exact, HEAD_BYTES, True)
    assert (cut.content, cut.size, cut.is_whole) == ("é" * (HEAD_BYTES // 2), 2 * HEAD_BYTES, False)
    assert (await store.read_message(cut)).content == huge
    part = await store.read_message(cut, limit=1001)
    assert (part.content, part.size, part.is_whole) == ("é" * 500, 2 * HEAD_BYTES, False)
    short = await store.read_message(small, limit=2)
    assert (short.content, short.size, short.is_whole) == ("sm", 5, False)


async def test_a_message_that_is_gone_is_said_to_be_gone(backend: Backend, store: ConversationStore) -> None:
    made, _ = fill(backend, 3)
    (message,) = (await (await store.timeline(made, USER)).slice(1, 2)).messages
    assert (await store.read_message(message)).content == "1"
    backend.delete_messages(message)
    with pytest.raises(ConversationNotFound):
        await store.read_message(message)


async def test_many_calls_at_once(backend: Backend, store: ConversationStore) -> None:
    made, expected = fill(backend, 3000)
    timeline = await store.timeline(made, USER)
    steps = [asyncio.ensure_future(step) for step in (timeline.advance(), timeline.refresh(), timeline.advance())]
    found = await asyncio.gather(*(timeline.slice(start, start + 10) for start in range(0, 3000, 100)))
    await asyncio.gather(*steps)
    for answer in found:
        assert [m.content for m in answer.messages] == expected[answer.start : answer.stop]


async def test_turns_are_numbered_in_the_order_of_the_messages(backend: Backend, store: ConversationStore) -> None:
    draw = Random(5)
    specs = [
        [
            MessageSpec("x", draw.choice(["user", "assistant", "tool_calls"]), at(minutes=draw.randrange(4)))
            for _ in range(size)
        ]
        for size in range(30)
    ]
    for key in backend.seed(History([ConversationSpec(messages) for messages in specs])):
        timeline = await store.timeline(key, USER)
        await number_all(timeline)
        part = await timeline.slice(0, timeline.total)
        turns = enumerate(turns_of([message.role for message in part.messages]), 1)
        expected = [number for number, turn in turns for _ in turn]
        assert [timeline.turns.number(position) for position in range(timeline.total)] == expected


async def test_numbering_goes_on_with_what_is_written_and_begins_anew_when_messages_go(
    backend: Backend, store: ConversationStore
) -> None:
    made = backend.add_conversation(
        *(MessageSpec("x", ("user", "assistant")[minute % 2], at(minutes=minute)) for minute in range(6))
    )
    timeline = await store.timeline(made, USER)
    await number_all(timeline)
    assert (timeline.turns.known, len(timeline.turns)) == (6, 3)
    before = timeline.turns
    backend.add_messages(made, MessageSpec("x", created_at=START + timedelta(minutes=30)))
    await timeline.refresh()
    await number_all(timeline)
    assert timeline.turns is before
    assert timeline.turns.number(6) == 4
    backend.delete_messages(*(await timeline.slice(0, 2)).messages)
    await timeline.refresh()
    assert timeline.turns.start(1) is None
    await number_all(timeline)
    assert (timeline.turns.known, len(timeline.turns)) == (5, 3)
