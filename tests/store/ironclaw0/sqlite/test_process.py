"""What only a process of its own can show: what is imported, what is left behind, that it always ends."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from tests.store.conftest import add_conversation, add_message, plain, run_python

if TYPE_CHECKING:
    from pathlib import Path


def test_a_process_ends_with_a_store_left_open(path: Path) -> None:
    code = """
import asyncio, sys
from store import open_store
async def main():
    store = await open_store(sys.argv[1])
    await store.create_conversation("x", "u")
    print("done", flush=True)
    {end}
asyncio.run(main())
"""
    assert run_python(code.format(end="pass"), path, timeout_s=20).strip() == "done"
    assert run_python(code.format(end="sys.exit()"), path, timeout_s=20).strip() == "done"


LOOK = """
import asyncio, sys
from store import Machines, open_store
async def main():
    async with open_store(sys.argv[1]) as store:
        for user in await store.list_users():
            for machines in Machines:
                page = await store.list_conversations(user.id, machines=machines)
            await store.list_channels(user.id)
            await store.list_conversations_all_channels(user.id, 50)
            await store.list_routines(user.id)
            for conversation in page.conversations:
                timeline = await store.timeline(conversation.id, user.id)
                await timeline.slice(0, 100)
                await store.list_conversation_messages(conversation.id)
                await store.get_conversation_metadata(conversation.id)
                await store.read_metadata(conversation.id, user.id)
            await store.find_routine_conversation("r", user.id)
            await store.list_special_threads(user.id)
        await store.check()
        await store.ping()
asyncio.run(main())
"""


def test_looking_changes_no_byte(path: Path) -> None:
    with plain(path) as db:
        for _ in range(20):
            add_message(db, add_conversation(db), "x" * 100)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    run_python(LOOK, path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_looking_beside_a_live_writer_changes_no_byte(path: Path) -> None:
    with plain(path) as db:
        add_message(db, add_conversation(db), "in the wal")
        files = [path, path.with_name(path.name + "-wal")]
        before = run_python(DIGEST, *files)
        run_python(LOOK, path)
        assert run_python(DIGEST, *files) == before
        assert db.execute("SELECT count(*) FROM conversations").fetchone() == (1,)


DIGEST = "import hashlib, sys; print(*(hashlib.sha256(open(f, 'rb').read()).hexdigest() for f in sys.argv[1:]))"


def test_parameters_are_never_logged(path: Path) -> None:
    code = """
import asyncio, logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from store import open_store
async def main():
    async with open_store(sys.argv[1]) as store:
        made = await store.create_conversation("x", "SECRET")
        await store.add_conversation_message(made, "user", "SECRET")
        await store.list_conversations("SECRET")
asyncio.run(main())
"""
    assert "SECRET" not in run_python(code, path)
    assert logging.getLogger("aiosqlite").level >= logging.INFO
