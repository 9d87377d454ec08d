"""Older tables, missing ones and missing rights: the store opens, serves what it can, and says what it cannot."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from store import Capability, PermissionRefused, ReadOnlyStore, UnsupportedSchema, open_store
from tests.store.conftest import USER, messages_of
from tests.store.engines.postgres import server
from tests.store.ironclaw0.postgres.rows import add_conversation, add_message
from tests.store.ironclaw0.postgres.tables import CONVERSATIONS, IRONCLAW

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_the_tables_of_version_1_serve_without_routines_calls_and_unique_indexes() -> None:
    address = server.new_database(CONVERSATIONS)
    server.run(address, "ALTER TABLE conversations DROP COLUMN source_channel")
    async with open_store(address) as store:
        made = {
            *await asyncio.gather(*(store.get_or_create_heartbeat_conversation(USER) for _ in range(5))),
        }
        assert len(made) == 1
        routine = await store.get_or_create_routine_conversation(NOBODY, "R", USER)
        assert await store.find_routine_conversation(NOBODY, USER) == routine
        await store.add_conversation_message(routine, "user", "hello")
        (orphan,) = await store.list_routines(USER)
        assert orphan.is_orphan
        usage = await store.usage(routine, USER)
        assert (usage.models, usage.runs, usage.messages) == (None, None, 1)
        page = await store.list_conversations(USER)
        assert [each.source_channel for each in page.conversations] == [None, None]


async def test_a_table_that_lacks_what_is_needed_is_named() -> None:
    address = server.new_database(CONVERSATIONS)
    server.run(address, "ALTER TABLE conversation_messages DROP COLUMN role")
    with pytest.raises(UnsupportedSchema, match="conversation_messages lacks role"):
        await open_store(address)


async def test_tables_that_change_while_the_store_is_open_are_told() -> None:
    address = server.new_database(IRONCLAW)
    async with open_store(address) as store:
        server.run(address, "ALTER TABLE conversations RENAME TO somewhere_else")
        with pytest.raises(UnsupportedSchema, match="open it again"):
            await store.list_users()


@pytest.fixture
def reader(address: str, agent: psycopg.Connection[Any]) -> Iterator[str]:
    """Return the address for a role with the least rights."""
    agent.execute("CREATE ROLE clawback_reader LOGIN")
    agent.execute("GRANT SELECT ON conversations, conversation_messages TO clawback_reader")
    yield psycopg.conninfo.make_conninfo(address, user="clawback_reader", password="hunter2")
    agent.execute("DROP OWNED BY clawback_reader")
    agent.execute("DROP ROLE clawback_reader")


async def test_a_role_that_may_only_select_reads_and_says_why_it_does_not_write(
    agent: psycopg.Connection[Any], reader: str
) -> None:
    key = add_conversation(agent)
    add_message(agent, key)
    async with open_store(reader) as store:
        assert len(await messages_of(store, key)) == 1
        assert await store.list_routines(USER) == []
        assert (await store.usage(key, USER)).models is None
        reason = store.capabilities[Capability.WRITE]
        assert reason is not None
        assert "may only read" in reason
        assert "hunter2" not in reason
        with pytest.raises(ReadOnlyStore, match="may only read"):
            await store.update_conversation_metadata_field(key, "a", 1)
        async with store.feed(USER) as feed:
            add_message(agent, key, "news")
            assert [message.content for message in (await feed.poll()).messages] == ["news"]


async def test_a_role_that_may_not_read_the_conversations_is_told_what_to_ask_for(
    agent: psycopg.Connection[Any], reader: str
) -> None:
    agent.execute("REVOKE SELECT ON conversation_messages FROM clawback_reader")
    with pytest.raises(PermissionRefused, match="GRANT SELECT"):
        await open_store(reader)


async def test_tables_are_found_by_the_search_path(address: str) -> None:
    address = server.new_database()
    server.run(address, "CREATE SCHEMA elsewhere")
    inside = psycopg.conninfo.make_conninfo(address, options="-c search_path=elsewhere")
    server.run(inside, *IRONCLAW)
    with closing(psycopg.connect(inside, autocommit=True)) as db:
        add_conversation(db)
    async with open_store(inside) as store:
        assert [user.id for user in await store.list_users()] == [USER]
