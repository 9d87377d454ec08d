"""Replies that are stamped before their questions: one turn wherever messages are read, by their times in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import MessageCursor
from store.contract.stored_rows import RowSelection, StoredConversation
from store.domain.timestamps import instant
from store.ironclaw0.sqlite.schema import ORDER_INDEX
from tests.store.asking import contents
from tests.store.conftest import USER, plain
from tests.store.contract.backend import MessageSpec, at
from tests.store.ironclaw0.sqlite.backend import SqliteBackend

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore
    from store.contract.timeline import Timeline
    from tests.store.conftest import Clock

ORDER = ["hi", "hello", "question", "call", "answer"]
SPECS = (
    MessageSpec("hi", "user", at(seconds=1)),
    MessageSpec("hello", "assistant", at(seconds=2)),
    MessageSpec("question", "user", at(seconds=10, milliseconds=1)),
    MessageSpec("call", "tool_calls", at(seconds=10)),
    MessageSpec("answer", "assistant", at(seconds=9)),
)


async def exported(
    store: ConversationStore, key: str, first: MessageCursor | None = None, last: MessageCursor | None = None
) -> list[str]:
    found: list[str] = []
    async with store.take(USER, RowSelection((key,), first=first, last=last)) as rows:
        async for part in rows:
            if not isinstance(part, StoredConversation):
                found += [row.message.content for row in part]
    return found


async def turns(timeline: Timeline) -> list[int | None]:
    while not await timeline.number_turns():
        pass
    return [timeline.turns.number(position) for position in range(timeline.total)]


@pytest.fixture
def backend(tmp_path: Path, clock: Clock) -> SqliteBackend:
    return SqliteBackend(tmp_path, clock)


@pytest.mark.parametrize("has_index", [False, True])
async def test_question_and_replies_are_one_turn(backend: SqliteBackend, has_index: bool) -> None:
    key = backend.add_conversation(*SPECS)
    if not has_index:
        with plain(backend.path) as db:
            db.execute(f"DROP INDEX {ORDER_INDEX}")
    async with backend.open() as store:
        timeline = await store.timeline(key, USER)
        assert await contents(timeline) == ORDER
        assert await turns(timeline) == [1, 1, 2, 2, 2]
        assert await exported(store, key) == ORDER
        for position, message in enumerate((await timeline.slice(0, 5)).messages):
            assert await timeline.position(message.cursor) == position


async def test_a_stretch_goes_from_a_question_to_an_answer_that_is_stamped_before_it(backend: SqliteBackend) -> None:
    key = backend.add_conversation(*SPECS)
    async with backend.open() as store:
        timeline = await store.timeline(key, USER)
        places = [each.cursor for each in (await timeline.slice(0, 5)).messages]
        for first in range(5):
            for last in range(first, 5):
                assert await exported(store, key, places[first], places[last]) == ORDER[first : last + 1]
        since = MessageCursor.at(instant(at(seconds=9)))
        assert await exported(store, key, since) == ORDER[2:]


async def test_pages_go_by_the_times(backend: SqliteBackend) -> None:
    key = backend.add_conversation(*SPECS)
    by_time = ["hi", "hello", "answer", "call", "question"]
    async with backend.open() as store:
        assert [each.content for each in await store.list_conversation_messages(key)] == by_time
        page = await store.list_conversation_messages_paginated(key, limit=2)
        assert [each.content for each in page.messages] == by_time[3:]
        older = await store.list_conversation_messages_paginated(key, page.messages[0].cursor, 2)
        assert [each.content for each in older.messages] == by_time[1:3]


async def test_a_reply_that_arrives_joins_its_turn(backend: SqliteBackend) -> None:
    key = backend.add_conversation(*SPECS[:3])
    async with backend.open() as store:
        timeline = await store.timeline(key, USER)
        assert await contents(timeline) == ORDER[:3]
        for number, spec in enumerate(SPECS[3:], 4):
            backend.add_messages(key, spec)
            before = timeline.revision
            assert await timeline.refresh()
            assert timeline.revision > before
            assert await contents(timeline) == ORDER[:number]
        assert await turns(timeline) == [1, 1, 2, 2, 2]


async def test_a_long_conversation_is_put_right_once_its_order_is_known(backend: SqliteBackend) -> None:
    """The question lies beyond the newest step, since the clock was set back by a day."""
    early = [MessageSpec(f"{n}", ("user", "assistant")[n % 2], at(days=1, seconds=n)) for n in range(499)]
    late = [MessageSpec(f"{n}", ("assistant", "user")[n % 2], at(seconds=n)) for n in range(500)]
    key = backend.add_conversation(*early, *late)
    async with backend.open() as store:
        timeline = await store.timeline(key, USER)
        expected = [spec.content for spec in (*late[1:], *early, late[0])]
        assert await contents(timeline, 0) == expected
        newest = await store.timeline(key, USER)
        await contents(newest, 900)
        while not await newest.advance():
            pass
        assert await contents(newest, 900) == expected[900:]
