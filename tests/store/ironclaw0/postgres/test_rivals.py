"""Many at once, a lock held by another, a client that dies: nothing is lost, doubled or half done."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from store import DatabaseBusy, MetadataConflict, open_store
from tests.store.conftest import CAMPAIGN, ROOT, USER
from tests.store.ironclaw0.postgres.inside import inside
from tests.store.ironclaw0.postgres.rows import add_conversation, add_giant, wait_for

if TYPE_CHECKING:
    from store.contract.store import ConversationStore

RACERS = 20
ROUTINE = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize("has_indexes", [True, False])
async def test_twenty_racers_make_one_thread_of_each_kind(
    address: str, agent: psycopg.Connection[Any], has_indexes: bool
) -> None:
    if not has_indexes:
        agent.execute("ALTER INDEX uq_conv_routine RENAME TO x; ALTER INDEX uq_conv_heartbeat RENAME TO y")
        agent.execute("UPDATE pg_index SET indisunique = false WHERE indexrelid IN ('x'::regclass, 'y'::regclass)")
    stores = [await open_store(address) for _ in range(RACERS)]
    try:
        for calls in (
            [store.get_or_create_assistant_conversation(USER, "gateway") for store in stores],
            [store.get_or_create_heartbeat_conversation(USER) for store in stores],
            [store.get_or_create_routine_conversation(ROUTINE, "R", USER) for store in stores],
        ):
            assert len(set(await asyncio.gather(*calls))) == 1
        found = agent.execute("SELECT count(*) FROM conversations").fetchone()
        assert found == (3,)
    finally:
        await asyncio.gather(*(store.close() for store in stores))
        if not has_indexes:
            agent.execute("UPDATE pg_index SET indisunique = true WHERE indexrelid IN ('x'::regclass, 'y'::regclass)")
            agent.execute("ALTER INDEX x RENAME TO uq_conv_routine; ALTER INDEX y RENAME TO uq_conv_heartbeat")


async def test_of_many_edits_at_once_none_is_lost(address: str, agent: psycopg.Connection[Any]) -> None:
    key = add_conversation(agent)
    stores = [await open_store(address) for _ in range(4)]
    try:
        fields = [f"field {number}" for number in range(40)]
        await asyncio.gather(
            *(
                stores[number % 4].update_conversation_metadata_field(key, field, number)
                for number, field in enumerate(fields)
            )
        )
        assert sorted(await stores[0].get_conversation_metadata(key) or {}) == sorted(fields)
        old = (await stores[0].read_metadata(key, USER)).text
        saves = [store.save_metadata(key, USER, f'{{"mine":{number}}}', old) for number, store in enumerate(stores)]
        answers = await asyncio.gather(*saves, return_exceptions=True)
        assert sum(isinstance(answer, MetadataConflict) for answer in answers) == 3
    finally:
        await asyncio.gather(*(store.close() for store in stores))


async def test_a_lock_of_another_is_waited_for_as_long_as_the_deadline_and_reads_go_on(
    address: str, agent: psycopg.Connection[Any]
) -> None:
    key = add_conversation(agent)
    async with open_store(address, deadline_s=0.1) as store:
        await store.touch_conversation(key)
        with closing(psycopg.connect(address)) as other:
            other.execute("SELECT 1 FROM conversations WHERE id = %s FOR UPDATE", (key,))
            write = asyncio.ensure_future(store.update_conversation_metadata_field(key, "a", 1))
            assert len((await store.list_conversations(USER)).conversations) == 1
            with pytest.raises(DatabaseBusy, match="locked"):
                await write
        await store.update_conversation_metadata_field(key, "a", 1)
        assert await store.get_conversation_metadata(key) == {"a": 1}


async def test_a_cancelled_write_is_whole_or_not_there(
    agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_conversation(agent)
    for number in range(20):
        write = asyncio.ensure_future(store.update_conversation_metadata_field(key, f"f{number}", number))
        await asyncio.sleep(number * 0.0004)
        write.cancel()
        await asyncio.gather(write, return_exceptions=True)
    states = agent.execute(
        "SELECT DISTINCT state FROM pg_stat_activity"
        " WHERE application_name = 'clawback' AND datname = current_database()"
    ).fetchall()
    assert states == [("idle",)]


async def test_a_cancelled_read_stops_on_the_server_and_the_next_one_is_answered(
    agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_giant(agent, 10)
    reader = inside(store)._reader
    asleep = asyncio.ensure_future(reader.run(lambda db: db.value("SELECT pg_sleep(60)")))
    await asyncio.to_thread(wait_for, agent, "query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()")
    before = time.monotonic()
    asleep.cancel()
    assert (await store.timeline(key, USER)).total == 10
    assert time.monotonic() - before < 10


KILLED = """
import asyncio, sys
from store import open_store

async def main(address, key):
    async with open_store(address) as store:
        number = 0
        while True:
            await store.add_conversation_message(key, "user", str(number))
            await store.update_conversation_metadata_field(key, "saved", number)
            print(number, flush=True)
            number += 1

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.campaign
def test_a_client_that_is_killed_in_mid_save_leaves_what_it_acknowledged_and_nothing_half(
    address: str, agent: psycopg.Connection[Any]
) -> None:
    for round_ in range(min(5 * CAMPAIGN, 100)):
        key = add_conversation(agent, last_activity="2026-01-01")
        client = subprocess.Popen(
            [sys.executable, "-c", KILLED, address, key], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert client.stdout is not None
        last = -1
        for line in client.stdout:
            last = int(line)
            if last >= 2 + round_ % 3:
                break
        client.send_signal(signal.SIGKILL)
        rest = client.communicate()[0]
        last = max([last, *(int(line) for line in rest.split())])
        row = agent.execute(
            "SELECT (metadata ->> 'saved')::int, last_activity, count(m.id), max(m.created_at)"
            " FROM conversations AS c JOIN conversation_messages AS m ON m.conversation_id = c.id"
            " WHERE c.id = %s GROUP BY c.id",
            (key,),
        ).fetchone()
        assert row is not None
        saved, touched, messages, newest = row
        assert saved >= last
        assert messages >= last + 1
        assert touched == newest, "a message and its touch are one transaction"
    wait_for(agent, "NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid())")
