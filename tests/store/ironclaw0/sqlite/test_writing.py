"""Writing never harms the agent: refused where it could, short, and never left without an owner."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from store import Capability, DatabaseBusy, DatabaseReplaced, ReadOnlyStore, open_store
from tests.store.conftest import CAMPAIGN, USER, add_conversation, add_message, inside, make_database, plain, writer

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore


async def refused(path: Path, *, read_only: bool = False) -> str:
    async with open_store(path, read_only=read_only) as store:
        assert store.capabilities[Capability.WRITE] is not None
        with pytest.raises(ReadOnlyStore) as caught:
            await store.create_conversation("x", USER)
        assert str(caught.value) == store.capabilities[Capability.WRITE]
        assert await store.list_users() == []
    return str(caught.value)


async def test_read_only_when_asked(path: Path) -> None:
    assert "reading only" in await refused(path, read_only=True)


async def test_read_only_with_a_second_name(path: Path) -> None:
    os.link(path, path.with_name("second.db"))
    assert "hard link" in await refused(path)


@pytest.mark.parametrize("suffix", ["-info", "-client_wal_index"])
async def test_read_only_replica(path: Path, suffix: str) -> None:
    path.with_name(path.name + suffix).touch()
    assert "replica" in await refused(path)


async def test_read_only_with_triggers(path: Path) -> None:
    with plain(path) as db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON Conversations BEGIN DELETE FROM conversation_messages; END")
    assert "triggers" in await refused(path)


async def test_a_damaged_file_is_read_but_not_written(path: Path) -> None:
    with plain(path) as db:
        for _ in range(100):
            add_message(db, add_conversation(db))
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'idx_conversations_channel'").fetchone()
        db.execute("PRAGMA journal_mode = DELETE")
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\0" * 4096)
    async with open_store(path) as store:
        complaints = await store.check()
        assert complaints
        assert all(line.isascii() and line.isprintable() for line in complaints)
        assert len((await store.list_conversations(USER)).conversations) == 50
        with pytest.raises(ReadOnlyStore):
            await store.create_conversation("x", USER)


async def test_a_sound_file_has_no_complaints(store: ConversationStore) -> None:
    assert await store.check() == []


async def test_a_replaced_file_is_not_written(tmp_path: Path, path: Path) -> None:
    async with open_store(path) as store:
        await store.create_conversation("x", USER)
        await store.ping()
        with plain(path) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.move(make_database(tmp_path / "other.db"), path)
        with pytest.raises(DatabaseReplaced):
            await store.create_conversation("x", USER)
        with pytest.raises(DatabaseReplaced):
            await store.ping()
    with plain(path) as db:
        assert db.execute("SELECT count(*) FROM conversations").fetchone() == (0,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_deleted_or_copied_over_file_is_noticed(path: Path) -> None:
    async with open_store(path) as store:
        moved = shutil.move(path, path.with_name("moved.db"))
        with pytest.raises(DatabaseReplaced):
            await store.create_conversation("x", USER)
        shutil.copy(moved, path)
        with pytest.raises(DatabaseReplaced):
            await store.create_conversation("x", USER)


async def test_the_writer_is_opened_by_the_first_write_only(store: ConversationStore) -> None:
    await store.list_conversations(USER)
    assert inside(store)._file.writer is None
    await store.create_conversation("x", USER)
    assert writer(store)


async def test_foreign_keys_hold_and_nothing_is_checkpointed(store: ConversationStore, path: Path) -> None:
    await store.create_conversation("x", USER)
    assert await writer(store).run(lambda db: db.execute("PRAGMA foreign_keys").fetchone()[0]) == 1
    assert await writer(store).run(lambda db: db.execute("PRAGMA wal_autocheckpoint").fetchone()[0]) == 0
    assert await inside(store)._reader.run(lambda db: db.execute("PRAGMA query_only").fetchone()[0]) == 1
    assert path.with_name(path.name + "-wal").stat().st_size > 0


async def test_a_locked_file_is_busy_at_the_deadline_and_fine_later(path: Path) -> None:
    async with open_store(path, deadline_s=0.3) as store:
        await store.create_conversation("x", USER)
        with plain(path) as db:
            db.execute("BEGIN IMMEDIATE")
            loop = asyncio.get_running_loop()
            before = loop.time()
            with pytest.raises(DatabaseBusy):
                await store.create_conversation("x", USER)
            assert 0.25 <= loop.time() - before < 2
            assert len((await store.list_conversations(USER)).conversations) == 1
            db.execute("COMMIT")
        await store.create_conversation("x", USER)


async def test_a_write_waits_for_the_lock(path: Path) -> None:
    async with open_store(path) as store:
        with plain(path) as db:
            db.execute("BEGIN IMMEDIATE")
            writing = asyncio.ensure_future(store.create_conversation("x", USER))
            done, _ = await asyncio.wait([writing], timeout=0.3)
            assert not done
            db.execute("COMMIT")
        await asyncio.wait_for(writing, 5)


async def test_a_failing_unit_of_work_leaves_nothing(store: ConversationStore) -> None:
    def fail(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO conversations (id, channel, user_id) VALUES ('half', 'x', 'x')")
        raise ValueError("half way")

    await store.create_conversation("x", USER)
    with pytest.raises(ValueError, match="half way"):
        await writer(store).run(fail)
    assert [user.id for user in await store.list_users()] == [USER]
    assert not await writer(store)._hop(lambda db: False)


@pytest.mark.campaign
async def test_random_cancels_leave_no_lock_and_tell_no_lies(path: Path) -> None:
    rounds = 60 * CAMPAIGN
    stop = threading.Event()

    def agent() -> None:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as db:
            while not stop.is_set():
                add_conversation(db, user_id="agent")

    busy = threading.Thread(target=agent)
    busy.start()
    loop, chance = asyncio.get_running_loop(), random.Random(1)
    acknowledged, slowest = set(), 0.0
    try:
        async with open_store(path) as store:
            made = await store.create_conversation("x", USER)
            for number in range(rounds):
                task = asyncio.ensure_future(store.update_conversation_metadata_field(made, f"k{number}", number))
                await asyncio.wait([task], timeout=chance.random() * 0.01)
                before = loop.time()
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                    acknowledged.add(f"k{number}")
                slowest = max(slowest, loop.time() - before)
                driver = writer(store)._driver
                assert driver is not None
                assert not driver.in_transaction
            stored = await store.get_conversation_metadata(made)
    finally:
        stop.set()
        busy.join()
    assert acknowledged <= (stored or {}).keys()
    assert slowest < 2
    with plain(path) as db:
        assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)


async def test_close_does_not_wait_for_a_long_query(path: Path) -> None:
    store = await open_store(path)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    query = asyncio.ensure_future(inside(store)._reader.run(lambda db: db.execute(endless).fetchall()))
    await asyncio.wait([query], timeout=0.1)
    await asyncio.wait_for(store.close(), 5)
    with pytest.raises(Exception, match="INTERRUPT"):
        await query
