"""Servers that lack a feature are served by a slower way, which gives the same."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from store import open_store
from store.engines.postgres import features
from store.ironclaw0.postgres import search as postgres_search
from tests.store.asking import find, search
from tests.store.conftest import USER
from tests.store.ironclaw0.postgres.inside import inside
from tests.store.ironclaw0.postgres.rows import add_conversation, add_giant, add_message

if TYPE_CHECKING:
    import psycopg


def without(patch: pytest.MonkeyPatch, **missing: Any) -> None:
    probe = features.probe
    patch.setattr(features, "probe", lambda driver: replace(probe(driver), **missing))


async def test_our_own_server_can_do_everything(address: str) -> None:
    async with open_store(address) as store:
        can = inside(store)._reader.can
    assert can.has_block_ranges
    assert can.has_snapshots
    assert can.has_locks
    assert can.has_packing
    assert not can.is_standby
    assert (can.encoding, can.block_size, len(can.settings)) == ("UTF8", 8192, 6)


@pytest.mark.parametrize("has_blocks", [True, False])
async def test_a_search_finds_the_same_by_blocks_and_by_conversations(
    address: str, agent: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, has_blocks: bool
) -> None:
    monkeypatch.setattr(postgres_search, "_SMALL", 2000)
    if not has_blocks:
        without(monkeypatch, has_block_ranges=False)
    giant = add_giant(agent, 2500)
    for number in range(60):
        add_message(agent, add_conversation(agent), f"number {number} \u00e9")
    async with open_store(address) as store:
        found, batches = await search(store, "number")
        assert found.hits == 2560
        assert len(found.conversations()) == 61
        assert batches[-1].searched == batches[-1].total == 2560
        assert all(batch.total is None or 0 <= batch.searched <= batch.total for batch in batches)
        places = await find(store, "user role:user", giant)
        assert len(places) == 0
        assert len(await find(store, "number role:user", giant)) == 1250


async def test_one_assistant_is_made_also_without_locks_by_name(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, has_locks=False)
    stores = [await open_store(address) for _ in range(8)]
    made = await asyncio.gather(*(store.get_or_create_assistant_conversation(USER, "gateway") for store in stores))
    assert len(set(made)) == 1
    await asyncio.gather(*(store.close() for store in stores))


async def test_the_order_is_the_same_without_packing(
    address: str, agent: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = add_giant(agent, 700)
    add_message(agent, key, "beyond", created_at="infinity")
    async with open_store(address) as store:
        expected = await store.list_conversation_messages(key)
    without(monkeypatch, has_packing=False)
    async with open_store(address) as store:
        assert await store.list_conversation_messages(key) == expected


async def test_a_server_that_knows_none_of_our_settings_is_asked_without_them(
    address: str, agent: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, settings=())
    add_conversation(agent)
    async with open_store(address) as store:
        assert len((await store.list_conversations(USER)).conversations) == 1


async def test_a_server_without_snapshots_is_asked_for_titles_with_every_search(
    address: str, agent: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, has_snapshots=False)
    key = add_conversation(agent)
    async with open_store(address) as store:
        for title in ("Lisbon", "Porto", "Faro"):
            agent.execute("UPDATE conversations SET metadata = %s WHERE id = %s", (json.dumps({"title": title}), key))
            found, _ = await search(store, title)
            assert [each.conversation_id for each in found.conversations()] == [key]
