"""A file that is not the one we opened any more is noticed at once, let go of, and never written."""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from store import Capability, ConversationNotFound, DatabaseReplaced, MissingFile, ReadOnlyStore, open_store
from store.editing.editor import Editor
from store.editing.journal import Journal
from tests.store.conftest import (
    CAMPAIGN,
    USER,
    add_conversation,
    add_message,
    inside,
    make_database,
    messages_of,
    plain,
    run_python,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.contract.store import ConversationStore

DIGEST = """
import hashlib, os, sys
print(*(hashlib.sha256(open(f, 'rb').read()).hexdigest() if os.path.exists(f) else None for f in sys.argv[1:]))
"""


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def replace(path: Path) -> None:
    shutil.move(make_database(path.with_name("other.db")), path)


def delete(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    os.truncate(path, 0)


def lose_wal(path: Path) -> None:
    beside(path, "-wal").unlink()


def lose_shm(path: Path) -> None:
    beside(path, "-shm").unlink()


def retarget(path: Path) -> None:
    path.unlink()
    path.symlink_to(make_database(path.with_name("other.db")))


@pytest.fixture
def made(path: Path) -> str:
    with plain(path) as db:
        for _ in range(50):
            conversation = add_conversation(db)
            add_message(db, conversation, "x" * 2000)
    return conversation


@pytest.mark.parametrize("swap", [replace, delete, empty, lose_wal, lose_shm, retarget])
@pytest.mark.parametrize("has_written", [True, False])
async def test_nothing_is_read_or_written_through_the_old_handle(
    path: Path, made: str, swap: Callable[[Path], None], has_written: bool
) -> None:
    async with open_store(path) as store:
        if has_written:
            await store.touch_conversation(made)
        timeline = await store.timeline(made, USER)
        swap(path)
        files = [path, beside(path, "-wal")]
        before = run_python(DIGEST, *files)
        sentences = set()
        for call in (
            lambda: store.save_metadata(made, USER, '{"a":1}', "{}"),
            lambda: store.read_metadata(made, USER),
            timeline.refresh,
            store.ping,
            store.check,
            lambda: store.touch_conversation(made),
        ):
            with pytest.raises(DatabaseReplaced) as caught:
                await call()
            sentences.add(str(caught.value))
        assert len(sentences) == 1
        assert sentences.pop().count(str(path)) == 1
        assert is_closed(store)
    assert run_python(DIGEST, *files) == before


def is_closed(store: ConversationStore) -> bool:
    file = inside(store)._file
    return file.reader._driver is None and (file.writer is None or file.writer._driver is None)


@pytest.mark.parametrize("swap", [replace, delete, empty])
async def test_a_look_is_enough_to_let_go(path: Path, made: str, swap: Callable[[Path], None]) -> None:
    async with open_store(path) as store:
        await store.touch_conversation(made)
        swap(path)
        with pytest.raises(DatabaseReplaced):
            await store.ping()
        assert is_closed(store)


@pytest.mark.parametrize("is_checkpointed", [True, False])
async def test_a_file_that_was_cut_off_is_not_written(path: Path, made: str, is_checkpointed: bool) -> None:
    async with open_store(path) as store:
        await store.touch_conversation(made)
        with plain(path) as db:
            db.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if is_checkpointed else 'PASSIVE'})")
        os.truncate(path, path.stat().st_size // 8192 * 4096)
        before = run_python(DIGEST, path)
        with pytest.raises(DatabaseReplaced, match="cut off"):
            await store.save_metadata(made, USER, '{"a":1}', "{}")
        assert is_closed(store)
    assert run_python(DIGEST, path) == before


async def test_a_file_that_grows_and_shrinks_is_not_taken_for_another(path: Path, made: str) -> None:
    chance = random.Random(3)
    async with open_store(path) as store:
        for number in range(20 * CAMPAIGN):
            with plain(path) as db:
                db.execute("BEGIN IMMEDIATE")
                conversation = add_conversation(db)
                for _ in range(chance.randint(1, 9)):
                    add_message(db, conversation, "y" * chance.choice([10, 5000, 200_000]))
                if chance.random() < 0.6:
                    db.execute("DELETE FROM conversation_messages WHERE rowid % ? = 0", (chance.randint(1, 3),))
                db.execute(chance.choice(["COMMIT", "ROLLBACK"]))
                if chance.random() < 0.3:
                    db.execute(f"PRAGMA wal_checkpoint({chance.choice(['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE'])})")
                if chance.random() < 0.2:
                    db.execute("VACUUM")
            old = (await store.read_metadata(made, USER)).text
            await store.save_metadata(made, USER, f'{{"n":{number}}}', old)


async def test_a_file_made_read_only_meanwhile_is_not_written(path: Path, made: str) -> None:
    async with open_store(path) as store:
        await store.touch_conversation(made)
        path.chmod(0o444)
        before = run_python(DIGEST, path, beside(path, "-wal"))
        with pytest.raises(ReadOnlyStore, match="permissions"):
            await store.save_metadata(made, USER, '{"a":1}', "{}")
        assert run_python(DIGEST, path, beside(path, "-wal")) == before
        assert (await store.read_metadata(made, USER)).text == "{}"
        path.chmod(0o644)
        assert await store.save_metadata(made, USER, '{"a":1}', "{}")
    path.chmod(0o444)
    async with open_store(path) as store:
        assert store.capabilities[Capability.WRITE] is not None


async def test_a_read_only_store_never_opens_a_writer(path: Path, made: str, tmp_path: Path) -> None:
    async with open_store(path, read_only=True) as store:
        editor = Editor(store, Journal(tmp_path / "edits.jsonl"), str(path))
        for call in (
            editor.save(made, USER, '{"a":1}', "{}"),
            store.save_metadata(made, USER, '{"a":1}', "{}"),
            store.get_or_create_heartbeat_conversation(USER),
            store.touch_conversation(made),
        ):
            with pytest.raises(ReadOnlyStore):
                await call
        assert inside(store)._file.writer is None
        assert await editor.edits() == []


async def test_reopening_goes_on_with_the_new_file(path: Path, made: str) -> None:
    other = make_database(path.with_name("other.db"))
    with plain(other) as db:
        theirs = add_conversation(db, metadata='{"title":"theirs"}')
        add_message(db, theirs, "hello")
    async with open_store(path) as store:
        await store.touch_conversation(made)
        await store.list_conversations(USER)
        await messages_of(store, made)
        timeline = await store.timeline(made, USER)
        lose_wal(path)
        lose_shm(path)
        shutil.move(other, path)
        with pytest.raises(DatabaseReplaced):
            await store.list_users()
        await store.reopen()
        (found,) = (await store.list_conversations(USER)).conversations
        assert (found.id, found.title) == (theirs, "theirs")
        with pytest.raises(DatabaseReplaced):
            await timeline.refresh()
        with pytest.raises(ConversationNotFound):
            await messages_of(store, made)
        await store.save_metadata(theirs, USER, '{"title":"ours"}', '{"title":"theirs"}')
        await store.reopen()
        assert (await store.read_metadata(theirs, USER)).text == '{"title":"ours"}'
    with plain(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_the_wal_of_the_old_file_is_not_laid_over_the_new_one(path: Path, made: str) -> None:
    other = make_database(path.with_name("other.db"))
    async with open_store(path) as store:
        await store.touch_conversation(made)
        shutil.move(other, path)
        with pytest.raises(DatabaseReplaced, match="Another file"):
            await store.list_users()
        for _ in range(2):
            with pytest.raises(DatabaseReplaced, match="-wal belongs to the file that was there before"):
                await store.reopen()
        lose_wal(path)
        lose_shm(path)
        await store.reopen()
        assert await store.list_users() == []
    with plain(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_reopening_what_is_not_there_can_be_tried_again(path: Path, made: str) -> None:
    away = path.with_name("away.db")
    async with open_store(path) as store:
        shutil.move(path, away)
        with pytest.raises(DatabaseReplaced):
            await store.list_users()
        with pytest.raises(MissingFile):
            await store.reopen()
        with pytest.raises(DatabaseReplaced):
            await store.list_users()
        for suffix in ("-wal", "-shm"):
            shutil.move(beside(path, suffix), beside(away, suffix))
        for suffix in ("-wal", "-shm", ""):
            shutil.move(beside(away, suffix), beside(path, suffix))
        await store.reopen()
        assert (await store.get_conversation(made, USER)).id == made
        await store.touch_conversation(made)
