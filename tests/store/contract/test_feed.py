"""Following: what is written is told once, cheaply, and nobody who writes ever waits for us."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from store import DatabaseReplaced, MessageCursor, open_store
from store.ironclaw0.sqlite.feed import SqliteFeed
from tests.store.conftest import CAMPAIGN, USER, Clock, add_conversation, add_message, messages_of, plain

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.feed import Feed, News
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


async def all_news(feed: Feed, watched: tuple[str, ...] = ()) -> list[News]:
    news = [await feed.poll(watched)]
    while news[-1].has_more:
        news.append(await feed.poll(watched))
    return news


async def told(feed: Feed) -> list[str]:
    return [message.content for news in await all_news(feed) for message in news.messages]


async def test_what_was_there_is_no_news_and_what_is_written_is_told_once(
    store: ConversationStore, path: Path
) -> None:
    with plain(path) as db:
        key, theirs = add_conversation(db), add_conversation(db, user_id="them")
        add_message(db, key, "before")
        async with store.feed(USER) as feed:
            assert not await feed.poll()
            add_message(db, key, "one")
            add_message(db, theirs, "not mine")
            add_message(db, key, "x" * 100_000)
            news = await feed.poll()
            assert [message.conversation_id for message in news.messages] == [key, key]
            assert news.messages[0].content == "one"
            assert not news.messages[1].is_whole
            assert [each.id for each in news.conversations] == [key]
            assert news.conversations[0].total.value == 3
            assert not await feed.poll()


async def test_a_burst_is_told_in_answers_of_a_bounded_size(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        async with store.feed(USER) as feed:
            db.execute("BEGIN")
            for number in range(1000):
                add_message(db, key, f"{number}")
            db.execute("COMMIT")
            news = await all_news(feed)
    assert max(len(each.messages) for each in news) <= 200
    assert [message.content for each in news for message in each.messages] == [f"{number}" for number in range(1000)]


async def test_new_and_touched_conversations_are_told_also_without_a_message(path: Path, clock: Clock) -> None:
    with plain(path) as db:
        old = add_conversation(db)
        add_conversation(db, last_activity="2999-01-01T00:00:00.000Z")
        async with open_store(path, clock=clock) as store, store.feed(USER) as feed:
            new = add_conversation(db, last_activity="2025-01-01T00:00:00.000Z")
            assert [each.id for each in (await feed.poll()).conversations] == [new]
            for second in (1, 2, 2):
                db.execute(
                    "UPDATE conversations SET last_activity = ? WHERE id = ?",
                    (f"2026-03-01T09:00:0{second}.000Z", old),
                )
                news = await feed.poll()
                assert [each.id for each in news.conversations] == ([old] if news else [])
            tie = add_conversation(db, last_activity="2026-03-01T09:00:02.000Z")
            assert [each.id for each in (await feed.poll()).conversations] == [tie]


async def test_what_is_on_the_screen_is_watched_for_edits_and_for_its_end(
    store: ConversationStore, path: Path
) -> None:
    with plain(path) as db:
        one, other = add_conversation(db), add_conversation(db)
        async with store.feed(USER) as feed:
            assert not await feed.poll([one, other])
            db.execute('UPDATE conversations SET metadata = \'{"title": "New"}\' WHERE id = ?', (one,))
            assert [each.title for each in (await feed.poll([one, other])).conversations] == ["New"]
            db.execute("DELETE FROM conversations WHERE id = ?", (other,))
            assert (await feed.poll([one, other])).gone == (other,)
            assert not await feed.poll([one, other])
            assert not (await feed.poll([one])).gone


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


async def test_unseen_messages_are_counted_as_far_as_the_cap(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        one, other, empty, theirs = (
            add_conversation(db), add_conversation(db), add_conversation(db), add_conversation(db, user_id="them"),
        )  # fmt: skip
        for number in range(30):
            add_message(db, one, "x", created_at=f"2026-01-01T00:00:{number:02d}.000Z")
        add_message(db, other, "x", created_at="2026-01-01T00:00:00.000Z")
        add_message(db, theirs, "x")
    cursors = [message.cursor for message in await messages_of(store, one)]
    counts = await store.count_unseen(
        USER, {one: cursors[9], other: None, empty: None, theirs: None, "nothing": None}
    )
    assert {key: str(count) for key, count in counts.items()} == {one: "20", other: "1"}
    assert str((await store.count_unseen(USER, {one: cursors[9]}, cap=10))[one]) == "10+"
    assert await store.count_unseen(USER, {one: cursors[-1], other: MessageCursor(2**62, 0)}) == {}
    with pytest.raises(ValueError, match="limit"):
        await store.count_unseen(USER, {}, cap=0)


async def test_a_racing_writer_leaves_no_unseen_message_uncounted(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        add_message(db, key, "seen", created_at="2026-01-01T00:00:01.000Z")
        add_message(db, key, "later", created_at="2026-01-01T00:00:03.000Z")
        add_message(db, key, "late to arrive", created_at="2026-01-01T00:00:02.000Z")
    seen = (await messages_of(store, key))[0].cursor
    assert str((await store.count_unseen(USER, {key: seen}))[key]) == "2"


async def test_a_poll_costs_what_changed_and_not_what_the_file_holds(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        db.execute("BEGIN")
        keys = [add_conversation(db) for _ in range(5000)]
        for key in keys:
            add_message(db, key, "x")
        db.execute("COMMIT")
        async with store.feed(USER) as feed:
            assert isinstance(feed, SqliteFeed)
            reader = feed._reader  # its steps are counted
            assert reader is not None
            steps = 0

            def count() -> None:
                nonlocal steps
                steps += 1

            await reader.run(lambda conn: conn.set_progress_handler(count, 100))
            add_message(db, keys[0], "new")
            assert await feed.poll(keys[:50])
    assert steps < 150
