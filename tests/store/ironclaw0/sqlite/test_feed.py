"""Following a file: rows that come, go and are numbered anew; cheap, and nobody who writes ever waits for us."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from store import DatabaseReplaced, open_store
from store.core.polled_feed import PolledFeed
from tests.store.asking import all_news, told
from tests.store.conftest import CAMPAIGN, USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

_WRITER = """
import json, sys, time, uuid
import libsql

path, conversation, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
db = libsql.connect(path, isolation_level=None)
db.execute("PRAGMA busy_timeout = 5000").fetchall()
slowest = 0.0
for number in range(count):
    before = time.perf_counter()
    db.execute(
        "INSERT INTO conversation_messages (id, conversation_id, role, content) VALUES (?, ?, 'user', ?)",
        (str(uuid.uuid4()), conversation, f"number {number}"),
    )
    db.execute(
        "UPDATE conversations SET last_activity = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = ?", (conversation,)
    )
    slowest = max(slowest, time.perf_counter() - before)
    time.sleep(0.004)
print(json.dumps(slowest))
"""


async def test_a_conversation_without_a_clean_id_is_watched_by_its_handle(loose: Path) -> None:
    with plain(loose) as db:
        add_conversation(db, id=b"\xff", last_activity="2026-01-01T00:00:00.000Z")
        async with open_store(loose) as store, store.feed(USER) as feed:
            (shown,) = (await store.list_conversations(USER)).conversations
            assert not await feed.poll([shown.id])
            db.execute('UPDATE conversations SET metadata = \'{"title": "New"}\'')
            assert [each.title for each in (await feed.poll([shown.id])).conversations] == ["New"]
            db.execute("DELETE FROM conversations")
            assert (await feed.poll([shown.id])).gone == (shown.id,)


async def test_row_numbers_that_are_used_again_lose_no_message_and_tell_none_twice(
    store: ConversationStore, path: Path
) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        for number in range(10):
            add_message(db, key, f"old {number}")
        async with store.feed(USER) as feed:
            add_message(db, key, "first")
            assert await told(feed) == ["first"]
            db.execute("DELETE FROM conversation_messages WHERE rowid > 8")
            for number in range(4):
                add_message(db, key, f"again {number}")
            news = await feed.poll()
            assert [message.content for message in news.messages] == [f"again {number}" for number in range(4)]
            assert news.is_missing_some
            assert not await feed.poll()


async def test_a_file_whose_every_row_is_another_says_that_more_may_have_happened(
    store: ConversationStore, path: Path
) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        for number in range(5):
            add_message(db, key, f"old {number}")
        async with store.feed(USER) as feed:
            db.execute("DELETE FROM conversation_messages")
            add_message(db, key, "another")
            assert (await feed.poll()).is_missing_some
            add_message(db, key, "next")
            assert await told(feed) == ["next"]


async def test_a_replaced_file_is_told_by_its_name_and_a_new_feed_goes_on(path: Path, tmp_path: Path) -> None:
    async with open_store(path) as store:
        async with store.feed(USER) as feed:
            copy = tmp_path / "copy.db"
            copy.write_bytes(path.read_bytes())
            copy.replace(path)
            with pytest.raises(DatabaseReplaced):
                await feed.poll()
        path.with_name(path.name + "-wal").unlink(missing_ok=True)
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
        await store.reopen()
        async with store.feed(USER) as feed:
            with plain(path) as db:
                add_message(db, add_conversation(db), "hello again")
            assert await told(feed) == ["hello again"]


async def test_asking_while_nobody_writes_costs_next_to_nothing(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        keys = [add_conversation(db) for _ in range(50)]
    async with store.feed(USER) as feed:
        await feed.poll(keys)
        before = time.process_time()
        for _ in range(200):
            assert not await feed.poll(keys)
        a_second = (time.process_time() - before) / 20
    # 10 Hz at half a percent of a core is 5 ms; a loaded machine gets some more.
    assert a_second < 0.015


@pytest.mark.campaign
async def test_every_message_of_ironclaws_engine_arrives_exactly_once_and_its_writer_never_waits(
    agent_file: Path,
) -> None:
    count = 150 * CAMPAIGN
    with plain(agent_file) as db:
        key = add_conversation(db)
    arrived: Counter[str] = Counter()
    async with open_store(agent_file) as store, store.feed(USER) as feed:
        writer = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _WRITER, str(agent_file), key, str(count), stdout=subprocess.PIPE
        )
        async with asyncio.timeout(60):
            while sum(arrived.values()) < count:
                for news in await all_news(feed, (key,)):
                    arrived.update(message.content for message in news.messages)
                    assert not news.is_missing_some
                await asyncio.sleep(0.1)
            output, _ = await writer.communicate()
        assert not (await feed.poll((key,))).messages
    assert arrived == Counter(f"number {number}" for number in range(count))
    assert json.loads(output) < 2


async def test_no_lock_and_no_read_transaction_is_left_between_two_polls(
    store: ConversationStore, path: Path
) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        async with store.feed(USER) as feed:
            for _ in range(3):
                add_message(db, key, "x")
                assert await feed.poll((key,))
                assert db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


async def test_a_poll_costs_what_changed_and_not_what_the_file_holds(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        db.execute("BEGIN")
        keys = [add_conversation(db) for _ in range(5000)]
        for key in keys:
            add_message(db, key, "x")
        db.execute("COMMIT")
        async with store.feed(USER) as feed:
            assert isinstance(feed, PolledFeed)
            reader = feed._lane  # its steps are counted
            assert reader is not None
            steps = 0

            def count() -> None:
                nonlocal steps
                steps += 1

            await reader.run(lambda conn: conn.set_progress_handler(count, 100))
            add_message(db, keys[0], "new")
            assert await feed.poll(keys[:50])
    assert steps < 150
