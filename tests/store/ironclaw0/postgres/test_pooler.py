"""A pooler between us and the server breaks nothing: no transaction needs what another one left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from store import OpenError, open_store
from store.contract.stored_rows import RowSelection, StoredConversation
from store.opening import order_index
from tests.store.asking import search, told
from tests.store.conftest import USER, messages_of
from tests.store.engines.postgres import server
from tests.store.engines.postgres.pooler import pooled
from tests.store.ironclaw0.postgres.rows import add_conversation, add_giant, add_message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def behind(address: str) -> AsyncIterator[str]:
    """Return the address of the database behind a pooler."""
    if server.URL:
        pytest.skip("the pooler of these tests is for a server of our own")
    folder = server.new_folder()
    async with pooled(address, folder) as yielded:
        yield yielded
    for each in folder.iterdir():
        each.unlink()
    Path(folder).rmdir()


async def test_all_is_read_and_written_through_a_pooler(behind: str, agent: psycopg.Connection[Any]) -> None:
    giant = add_giant(agent, 3000)
    small = add_conversation(agent, metadata='{"title": "old"}')
    async with open_store(behind) as store:
        assert len(await messages_of(store, giant)) == 3000
        found, _ = await search(store, "number")
        assert found.hits == 3000
        async with store.feed(USER) as feed:
            add_message(agent, small, "news")
            assert await told(feed) == ["news"]
        async with store.take(USER, RowSelection((giant,))) as rows:
            parts = [part async for part in rows]
        assert sum(len(part) for part in parts if not isinstance(part, StoredConversation)) == 3000
        await store.add_conversation_message(small, "user", "hello")
        old = (await store.read_metadata(small, USER)).text
        assert (await store.save_metadata(small, USER, '{"title":"new"}', old)).text == '{"title": "new"}'
        made = await store.get_or_create_assistant_conversation(USER, "gateway")
        assert await store.get_or_create_assistant_conversation(USER, "gateway") == made
        assert (await store.usage(giant, USER)).roles
        await store.ping()
    async with order_index(behind) as index:
        assert await index.create(lambda _: True)
        assert (await index.facts()).is_there
        await index.drop()
    states = agent.execute(
        "SELECT DISTINCT state FROM pg_stat_activity"
        " WHERE application_name = 'clawback' AND datname = current_database()"
    ).fetchall()
    assert [state for (state,) in states] in (["idle"], [])


async def test_the_pooler_of_these_tests_forgets_what_was_set(behind: str) -> None:
    async with await psycopg.AsyncConnection.connect(behind, autocommit=True) as db:
        await db.execute("SET statement_timeout = '7s'")
        (found,) = await (await db.execute("SHOW statement_timeout")).fetchone() or ("",)
        assert found == "0"
    with pytest.raises(OpenError):
        await open_store(f"{behind} options='-c statement_timeout=1s'")
