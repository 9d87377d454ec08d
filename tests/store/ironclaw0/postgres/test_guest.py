"""A look changes nothing and holds nothing: two connections, short transactions, no trace on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.conninfo import make_conninfo

from store import open_store
from store.contract.stored_rows import RowSelection
from tests.store.asking import find, query, row_parts, search
from tests.store.conftest import USER
from tests.store.engines.postgres import server
from tests.store.ironclaw0.postgres.rows import add_conversation, add_giant, add_message

if TYPE_CHECKING:
    import psycopg

    from store.contract.store import ConversationStore

OURS = "FROM pg_stat_activity WHERE application_name = 'clawback' AND datname = current_database()"


async def look_at_everything(store: ConversationStore, key: str) -> None:
    await store.list_users()
    await store.list_channels(USER)
    await store.list_conversations(USER)
    await store.list_conversations_all_channels(USER, 9)
    await store.list_special_threads(USER)
    await store.list_routines(USER)
    await store.usage(key, USER)
    timeline = await store.timeline(key, USER)
    while not await timeline.advance():
        pass
    (message,) = (await timeline.slice(0, 1)).messages
    await store.read_raw_message(message)
    await store.read_metadata(key, USER)
    await store.count_unseen(USER, {key: message.cursor})
    await search(store, "number")
    await find(store, "number", key)
    await row_parts(store, RowSelection())
    await store.ping()


async def test_a_session_that_reads_takes_no_transaction_number_and_leaves_none_open(
    agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_giant(agent, 600)
    before = agent.execute("SELECT pg_current_snapshot()::text").fetchone()
    async with store.feed(USER) as feed:
        await look_at_everything(store, key)
        await feed.poll([key])
    if not server.URL:
        # On a server that is not our own, others write.
        assert agent.execute("SELECT pg_current_snapshot()::text").fetchone() == before
    rows = agent.execute(f"SELECT state, backend_xmin IS NULL {OURS}".encode()).fetchall()
    assert rows == [("idle", True)]


async def test_there_are_never_more_than_two_connections(
    agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_giant(agent, 600)
    async with store.feed(USER) as feed, store.take(USER, RowSelection()) as rows:
        await anext(rows)
        async with store.search(query("number"), USER) as running:
            await anext(running)
            await store.touch_conversation(key)
            await feed.poll()
            number = agent.execute(f"SELECT count(*) {OURS}".encode()).fetchone()
    assert number == (2,)


async def test_the_password_stands_in_no_record_and_no_sentence(address: str, agent: psycopg.Connection[Any]) -> None:
    key = add_conversation(agent)
    add_message(agent, key)
    secret = "hunter2-\u00e9"
    async with open_store(make_conninfo(address, password=secret)) as store:
        told: list[Any] = [*store.capabilities.values(), *(await store.list_conversations(USER)).conversations]
        agent.execute(f"SELECT pg_terminate_backend(pid) {OURS}".encode())
        for call in (store.ping(), store.list_users(), store.touch_conversation("nobody")):
            try:
                await call
            except Exception as error:
                told.append(error)
    assert len(told) > 3
    assert secret not in repr(told)
    assert all(secret not in repr(vars(each)) for each in told if isinstance(each, Exception))
