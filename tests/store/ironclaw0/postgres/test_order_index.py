"""The index on the order of messages is built beside the agent, and a build that is stopped leaves nothing."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import Any

import psycopg
import pytest

from store import ReadOnlyStore, open_store
from store.opening import order_index
from tests.store.conftest import USER
from tests.store.ironclaw0.postgres.rows import add_giant, add_message, wait_for

ROWS = 3000


def indexes(db: psycopg.Connection[Any]) -> list[str]:
    rows = db.execute(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'conversation_messages' ORDER BY 1"
    ).fetchall()
    return [name for (name,) in rows if "order" in name]


@pytest.fixture(autouse=True)
def _without_it(agent: psycopg.Connection[Any]) -> Any:
    yield
    agent.execute("DROP INDEX IF EXISTS idx_conversation_messages_order")


async def ends(address: str, key: str) -> tuple[str, bool, str, bool]:
    """Return the title and the preview of a conversation, and whether they surely are those."""
    async with open_store(address) as store:
        found = await store.get_conversation(key, USER)
    assert found.preview is not None
    return found.title, found.is_title_exact, found.preview.text, found.preview.is_exact


async def test_first_and_newest_of_many_are_exact_or_said_not_to_be(
    address: str, agent: psycopg.Connection[Any]
) -> None:
    key = add_giant(agent, 1000)
    # The rows of the thread no longer lie in the order of their times.
    agent.execute("UPDATE conversation_messages SET content = content WHERE random() < 0.7")
    assert await ends(address, key) == ("number 2", True, "number 1000", True)
    add_message(agent, key, "number 1001", created_at="2026-05-01")
    assert (await ends(address, key))[1::2] == (False, False)
    async with order_index(address) as index:
        await index.create(lambda _: True)
    assert await ends(address, key) == ("number 2", True, "number 1001", True)


async def test_an_index_is_built_used_and_taken_away(address: str, agent: psycopg.Connection[Any]) -> None:
    key = add_giant(agent, ROWS)
    shares: list[float] = []

    def report(share: float) -> bool:
        shares.append(share)
        return True

    async with order_index(address) as index:
        before = await index.facts()
        assert (before.is_there, before.is_ours, before.messages, before.is_blocking) == (False, False, ROWS, False)
        assert before.read_only_reason is None
        assert await index.create(report)
        assert (await index.facts()).is_there
        assert (await index.facts()).is_ours
    assert indexes(agent) == ["idx_conversation_messages_order"]
    assert all(0 <= share <= 1 for share in shares)
    async with open_store(address) as store:
        found = await store.get_conversation(key, USER)
        assert found.preview is not None
        assert found.preview.text == f"number {ROWS}"
        page = await store.list_conversation_messages_paginated(key, limit=2)
        assert [message.content for message in page.messages] == [f"number {ROWS - 1}", f"number {ROWS}"]
    async with order_index(address) as index:
        await index.drop()
        assert not (await index.facts()).is_there
    assert indexes(agent) == []


async def test_a_build_that_is_stopped_leaves_nothing_behind(address: str, agent: psycopg.Connection[Any]) -> None:
    add_giant(agent, ROWS)
    stopping = asyncio.Event()

    def report(_: float) -> bool:
        stopping.set()
        return False

    running = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND state = 'active'"
    async with order_index(address) as index:
        with closing(psycopg.connect(address)) as other:
            # A transaction that may still write there keeps a concurrent build waiting.
            other.execute("LOCK TABLE conversation_messages IN ROW EXCLUSIVE MODE")
            building = asyncio.ensure_future(index.create(report))
            await asyncio.wait_for(stopping.wait(), 30)
            await asyncio.to_thread(wait_for, agent, f"NOT EXISTS ({running})")
        assert not await building
    assert indexes(agent) == []


async def test_a_store_that_only_reads_builds_none(address: str, agent: psycopg.Connection[Any]) -> None:
    async with order_index(address, read_only=True) as index:
        with pytest.raises(ReadOnlyStore):
            await index.create(lambda _: True)
    assert indexes(agent) == []
