"""The full-text index: private, resumable, checked, and never the reason why something is not found."""

from __future__ import annotations

import asyncio
import os
import random
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from store import IndexFailed, open_store
from store.domain.search_results import Way
from store.ironclaw0.sqlite.text_index import SqliteTextIndex
from store.ironclaw0.sqlite.text_index_file import path_in
from tests.store import histories, naive
from tests.store.asking import hits, query, search
from tests.store.conftest import CAMPAIGN, ROOT, USER, add_conversation, add_message, plain
from tests.store.ironclaw0.sqlite.test_search import fill_up

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

_BUILDER = """
import asyncio, sys
from pathlib import Path
from store.ironclaw0.sqlite.text_index import SqliteTextIndex

async def main():
    async with SqliteTextIndex(Path(sys.argv[1]), Path(sys.argv[2])) as index:
        await index.build(lambda done, total: print(done, flush=True) or True)

asyncio.run(main())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "indexes"


async def build(path: Path, folder: Path, *, steps: int = 10**9) -> bool:
    async with SqliteTextIndex(path, folder) as index:
        left = iter(range(steps))
        return await index.build(lambda done, total: next(left, None) is not None)


async def fill_and_build(path: Path, folder: Path, messages: int) -> None:
    with plain(path) as db:
        fill_up(db, messages)
    assert await build(path, folder)


async def update(store: ConversationStore) -> None:
    while await store.update_index():
        pass


async def agree(store: ConversationStore, path: Path, typed: str) -> Way:
    """Check a search against every row read by hand; return which way it went."""
    _, batches = await search(store, typed)
    keys = [each.id for each in (await store.list_conversations(USER, limit=1000)).conversations]
    assert await hits(store, typed) == naive.hits(path, query(typed), keys)
    return batches[-1].way


async def test_the_index_is_private_and_leaves_the_database_as_it_was(path: Path, folder: Path) -> None:
    with plain(path) as db:
        fill_up(db, 100)
    before = path.read_bytes()
    assert await build(path, folder)
    assert path.read_bytes() == before
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    async with SqliteTextIndex(path, folder) as index:
        facts = await index.facts()
        assert (facts.is_complete, facts.indexed, facts.total) == (True, 100, 100)
        assert facts.size > 0
        await index.drop()
        assert not list(folder.iterdir())
        assert not (await index.facts()).is_there


async def test_an_index_that_was_stopped_goes_on_where_it_was_and_is_used_when_it_is_whole(
    path: Path, folder: Path
) -> None:
    with plain(path) as db:
        fill_up(db, 9000)
    assert not await build(path, folder, steps=2)
    async with SqliteTextIndex(path, folder) as index:
        assert 0 < (await index.facts()).indexed < 9000
    async with open_store(path, index_folder=folder) as store:
        assert await agree(store, path, "8999") is Way.UNFINISHED
        seen: list[int] = []
        async with SqliteTextIndex(path, folder) as index:
            assert await index.build(lambda done, total: seen.append(done) or True)  # type: ignore[func-returns-value]
        assert seen == sorted(seen)
        assert await agree(store, path, "8999") is Way.INDEX
        assert await agree(store, path, "absentee") is Way.INDEX
        assert await agree(store, path, "a") is Way.TOO_LITTLE


async def test_a_builder_that_was_killed_leaves_an_index_that_is_finished_later(path: Path, folder: Path) -> None:
    kills = min(2 * CAMPAIGN, 8)
    with plain(path) as db:
        fill_up(db, 4000 * (kills + 1))
    for killed in range(1, kills + 1):
        builder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _BUILDER, str(path), str(folder), cwd=ROOT, stdout=subprocess.PIPE
        )
        assert builder.stdout is not None
        async for line in builder.stdout:
            if int(line) > 3000 * killed:
                builder.kill()
        assert await builder.wait()
    assert await build(path, folder)
    async with open_store(path, index_folder=folder) as store:
        assert await agree(store, path, f"{4000 * kills + 3999}") is Way.INDEX


async def test_what_is_written_later_is_found_at_once_and_added_in_small_steps(path: Path, folder: Path) -> None:
    await fill_and_build(path, folder, 500)
    async with open_store(path, index_folder=folder) as store:
        with plain(path) as db:
            key = add_conversation(db)
            for number in range(450):
                add_message(db, key, f"a later one {number}")
        assert await agree(store, path, "later 449") is Way.INDEX
        steps = 1
        while await store.update_index():
            steps += 1
        assert steps >= 4
        async with SqliteTextIndex(path, folder) as index:
            assert (await index.facts()).indexed == 950
        assert await agree(store, path, "later 449") is Way.INDEX


async def test_rows_that_were_deleted_and_row_numbers_that_are_used_again_mislead_nobody(
    path: Path, folder: Path
) -> None:
    await fill_and_build(path, folder, 4500)
    async with open_store(path, index_folder=folder) as store:
        with plain(path) as db:
            db.execute("DELETE FROM conversation_messages WHERE rowid IN (7, 2000)")
        assert await agree(store, path, "common 2000") is Way.INDEX
        with plain(path) as db:
            key = add_conversation(db)
            db.execute("DELETE FROM conversation_messages WHERE rowid > 4400")
            for number in range(100):
                add_message(db, key, f"in place of another {number}")
        assert await agree(store, path, "place 99") is Way.OUTDATED
        await update(store)
        assert await agree(store, path, "place 99") is Way.INDEX
        assert await agree(store, path, "4450") is Way.INDEX


async def test_rows_that_were_numbered_anew_are_noticed(path: Path, folder: Path) -> None:
    await fill_and_build(path, folder, 5000)
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE rowid BETWEEN 2500 AND 2600")
        db.execute("UPDATE conversation_messages SET rowid = rowid - 101 WHERE rowid > 2600")
    async with open_store(path, index_folder=folder) as store:
        assert await agree(store, path, "number 4321") is Way.OUTDATED
        await update(store)
        assert await agree(store, path, "number 4321") is Way.INDEX


async def test_a_database_that_lost_every_message_is_indexed_from_the_start(path: Path, folder: Path) -> None:
    with plain(path) as db:
        fill_up(db, 3000)
        assert await build(path, folder)
        db.execute("DELETE FROM conversation_messages")
        add_message(db, add_conversation(db), "the only one")
        async with open_store(path, index_folder=folder) as store:
            assert await agree(store, path, "only") is Way.OUTDATED
            await update(store)
            assert await agree(store, path, "only") is Way.INDEX


async def test_the_first_and_the_last_row_number_there_can_be_are_found_indexed_and_told(
    path: Path, folder: Path
) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        async with open_store(path, index_folder=folder) as store, store.feed(USER) as feed:
            for rowid in (-(2**63), 2**63 - 1):
                add_message(db, key, "at the edge", rowid=rowid)
            assert len((await feed.poll()).messages) == 2
            assert not await feed.poll()
            assert await agree(store, path, "edge") is Way.NO_INDEX
            assert await build(path, folder)
            # SQLite numbers what is written now as it likes.
            add_message(db, key, "between the edges")
            assert await agree(store, path, "edge") is Way.OUTDATED
            db.execute("DELETE FROM conversation_messages WHERE rowid = ?", (2**63 - 1,))
            assert await build(path, folder)
            assert await agree(store, path, "edge") is Way.INDEX


async def test_a_message_that_was_rewritten_is_found_once_the_index_is_built_again(path: Path, folder: Path) -> None:
    await fill_and_build(path, folder, 5000)
    with plain(path) as db:
        db.execute("UPDATE conversation_messages SET content = 'a rewritten one' WHERE rowid = 1234")
    assert await build(path, folder)
    async with open_store(path, index_folder=folder) as store:
        assert await agree(store, path, "rewritten") is Way.INDEX
        assert await agree(store, path, "1234") is Way.INDEX


async def test_a_message_that_was_rewritten_is_found_after_a_round_of_updates(path: Path, folder: Path) -> None:
    await fill_and_build(path, folder, 5000)
    async with open_store(path, index_folder=folder) as store:
        assert await agree(store, path, "rewritten") is Way.INDEX
        with plain(path) as db:
            db.execute("UPDATE conversation_messages SET content = 'a rewritten one' WHERE rowid = 1234")
            db.execute("UPDATE conversation_messages SET content = 'a rewritten one' WHERE rowid = 4990")
            db.execute("DELETE FROM conversation_messages WHERE rowid = 2345")
        await update(store)
        assert await agree(store, path, "rewritten") is Way.INDEX
        assert await agree(store, path, "4990") is Way.INDEX
        assert await agree(store, path, "2345") is Way.INDEX


async def test_the_newest_messages_are_checked_with_every_update(path: Path, folder: Path) -> None:
    await fill_and_build(path, folder, 3000)
    async with open_store(path, index_folder=folder) as store:
        await update(store)
        # The round is done, and the next one is far away.
        with plain(path) as db:
            db.execute("UPDATE conversation_messages SET content = 'a rewritten one' WHERE rowid = 2990")
        assert not await store.update_index()
        assert await agree(store, path, "rewritten") is Way.INDEX


async def test_an_index_of_another_file_is_not_used_until_it_was_checked(path: Path, folder: Path) -> None:
    await fill_and_build(path, folder, 3000)
    with plain(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other = path.with_name("other.db")
    other.write_bytes(path.read_bytes())
    with plain(other) as db:
        db.execute("UPDATE conversation_messages SET content = 'different' WHERE rowid = 77")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.replace(other, path)
    async with open_store(path, index_folder=folder) as store:
        assert await agree(store, path, "different") is Way.OUTDATED
        assert not await store.update_index()
        assert await build(path, folder)
        assert await agree(store, path, "different") is Way.INDEX


async def test_a_damaged_index_costs_nothing_but_time(path: Path, folder: Path) -> None:
    await fill_and_build(path, folder, 3000)
    file = path_in(folder, path)
    raw = bytearray(file.read_bytes())
    raw[4096:] = os.urandom(len(raw) - 4096)
    file.write_bytes(raw)
    async with open_store(path, index_folder=folder) as store:
        assert await agree(store, path, "number 2999") is Way.BROKEN
        file.write_bytes(b"not a database at all, but long enough to look like one" * 20)
        assert await agree(store, path, "number 2999") is Way.BROKEN
        with pytest.raises(IndexFailed, match="drop it"):
            await store.update_index()
    async with SqliteTextIndex(path, folder) as index:
        with pytest.raises(IndexFailed, match="drop it"):
            await index.build(lambda done, total: True)
        await index.drop()
    assert await build(path, folder)


async def test_words_of_deleted_messages_are_gone_once_the_index_is_brought_up_to_date(
    path: Path, folder: Path
) -> None:
    with plain(path) as db:
        fill_up(db, 3000)
        made = add_conversation(db)
        add_message(db, made, "the unforgettablesecret of somebody")
        add_message(db, add_conversation(db), "the last one")
    assert await build(path, folder)
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE conversation_id = ?", (made,))
    assert await build(path, folder)
    kept = b"".join(each.read_bytes() for each in folder.iterdir())
    assert b"unforgettablesecret" not in kept
    async with open_store(path, index_folder=folder) as store:
        assert await agree(store, path, "unforgettablesecret") is Way.INDEX
        assert await agree(store, path, "2999") is Way.INDEX


@pytest.mark.parametrize(
    "damage",
    [
        "INSERT INTO messages (messages) VALUES ('delete-all')",
        "INSERT INTO messages (messages, rowid, tokens) VALUES ('delete', 2000, 'number 1999')",
        "INSERT INTO words_by_part (words_by_part) VALUES ('delete-all')",
        "DELETE FROM words",
        "DELETE FROM words WHERE word = '2999'",
        "DELETE FROM words WHERE number > 1500",
        "DELETE FROM messages_data WHERE id > 1",
        "DELETE FROM messages_data WHERE id > 10",
        "DELETE FROM messages_idx",
        "DELETE FROM words_by_part_data WHERE id > 10",
        "UPDATE conversation_messages SET content = content",
    ],
)
async def test_an_index_that_lost_rows_is_not_believed_and_is_built_anew(
    path: Path, folder: Path, damage: str
) -> None:
    await fill_and_build(path, folder, 3000)
    is_harmless = damage.startswith("UPDATE")
    with plain(path if is_harmless else path_in(folder, path)) as db:
        db.execute(damage)
    async with open_store(path, index_folder=folder) as store:
        way = await agree(store, path, "2999")
        assert way is Way.INDEX if is_harmless else way in (Way.DAMAGED, Way.BROKEN)
    if way is Way.DAMAGED:
        assert await build(path, folder)
        async with open_store(path, index_folder=folder) as store:
            assert await agree(store, path, "2999") is Way.INDEX


async def test_no_folder_to_write_in_is_a_sentence(path: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, not a folder")
    with pytest.raises(IndexFailed, match="cannot be used"):
        await build(path, taken)


@pytest.mark.campaign
async def test_an_index_that_grows_with_its_database_never_misses_a_hit(loose: Path, folder: Path) -> None:
    chance = random.Random(5)
    histories.fill(loose, chance, messages=40)
    assert await build(loose, folder)
    async with open_store(loose, index_folder=folder) as store:
        for _ in range(8 * CAMPAIGN):
            with plain(loose) as db:
                ids = [key for (key,) in db.execute("SELECT id FROM conversations")]
                for _ in range(chance.randint(1, 20)):
                    histories.add_random(db, chance, chance.choice(ids))
                if chance.random() < 0.5:
                    db.execute(
                        "DELETE FROM conversation_messages WHERE rowid IN (SELECT rowid FROM conversation_messages"
                        " ORDER BY rowid DESC LIMIT ?)",
                        (chance.randint(1, 10),),
                    )
            if chance.random() < 0.7:
                await store.update_index()
            for word in ("lisbon", "東京", "needle", "cafe", "fin", "weath"):
                await agree(store, loose, word)
