"""A file is opened by what lies in it; while it is open it may be moved, swapped, or never written to again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from store import Capability, DatabaseReplaced, UnsupportedSchema, open_store
from store.demo import thread_files as files
from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS
from store.ironclaw0.sqlite.store import SqliteStore
from store.ironclaw1.store import ThreadStore
from tests.store.conftest import ROOT, add_conversation, add_message, make_database, messages_of, plain
from tests.store.ironclaw1.thread_history import ADA, EVERYTHING, conversation

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore


async def kind_of(path: Path) -> type[ConversationStore]:
    async with open_store(path) as store:
        return type(store)


async def test_a_file_with_the_tables_of_both_is_the_one_that_has_something(tmp_path: Path) -> None:
    path = make_database(tmp_path / "both.db", CREATE_STATEMENTS)
    with plain(path) as db:
        for sql, parameters in files.tables(has_order=False):
            db.execute(sql, parameters)
    assert await kind_of(path) is SqliteStore
    with plain(path) as db:
        for sql, parameters in conversation(EVERYTHING, "hello", has_order=False):
            db.execute(sql, parameters)
    assert await kind_of(path) is ThreadStore
    async with open_store(path) as store:
        assert len(await messages_of(store, EVERYTHING.key, "ada")) == 1
    with plain(path) as db:
        add_message(db, add_conversation(db), "older")
    assert await kind_of(path) is SqliteStore


async def test_a_new_file_has_nothing_yet_and_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with plain(path) as db:
        for sql, parameters in files.tables():
            db.execute(sql, parameters)
    async with open_store(path) as store:
        assert await store.list_users() == []
        with plain(path) as db:
            for sql, parameters in [*files.order(ADA), *conversation(EVERYTHING, "hello")]:
                db.execute(sql, parameters)
        assert [user.id for user in await store.list_users()] == ["ada"]


async def test_tables_that_lack_what_is_needed_are_refused(tmp_path: Path) -> None:
    path = make_database(tmp_path / "odd.db", ["CREATE TABLE root_filesystem_entries (path TEXT)"])
    with pytest.raises(UnsupportedSchema, match="lacks contents, version"):
        await kind_of(path)


async def test_a_file_that_is_moved_away_is_said_to_be_gone(copy: Path) -> None:
    async with open_store(copy) as store:
        (copy.parent / "state").mkdir()
        copy.rename(copy.parent / "state" / copy.name)
        with pytest.raises(DatabaseReplaced):
            await store.list_users()
        shutil.copy(copy.parent / "state" / copy.name, copy)
        await store.reopen()
        assert await store.list_users()


async def test_it_can_do_all_but_write_count_costs_and_keep_an_index(store: ConversationStore) -> None:
    lacking = {each for each, reason in store.capabilities.items() if reason}
    assert lacking == {
        Capability.WRITE,
        Capability.USAGE,
        Capability.TEXT_INDEX,
        Capability.HEARTBEAT,
        Capability.ASSISTANT,
    }
    assert await store.check() == []
    assert not await store.update_index()


GUEST = """
import asyncio, sys
from store import Capability, open_store

async def main(path):
    async with open_store(path) as store:
        (user,) = await store.list_users()
        (thread,) = (await store.list_conversations(user.id)).conversations
        timeline = await store.timeline(thread.id, user.id)
        print((await timeline.slice(0, 9)).messages[-1].content, store.capabilities[Capability.WRITE] is None)

asyncio.run(main(sys.argv[1]))
"""


def test_a_clean_file_in_a_folder_of_somebody_else_is_read_and_nothing_is_left_there(tmp_path: Path) -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root, with setpriv, can make a folder of somebody else and then be nobody special")
    folder = tmp_path / "theirs"
    folder.mkdir()
    path = folder / "reborn-local-dev.db"
    with plain(path) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for sql, parameters in [*files.tables(), *files.order(ADA), *conversation(EVERYTHING, "hello", "good day")]:
            db.execute(sql, parameters)
    before = path.read_bytes()
    for each in (folder, path):
        os.chown(each, 65534, 65534)
    folder.chmod(0o755)
    # The rights of root to look and write everywhere are given up.
    guest = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", sys.executable, "-c", GUEST, str(path)]
    done = subprocess.run(guest, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "good day False\n", done.stderr
    assert [each.name for each in folder.iterdir()] == [path.name]
    assert path.read_bytes() == before
