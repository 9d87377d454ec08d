"""Whatever fails, and at whichever statement, an edit is made or not, and it is said without a word of SQLite's."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from store import StoreError, open_store
from store.editing.editor import Editor
from store.editing.journal import Journal
from store.engines.sqlite.database import Database
from tests.store.conftest import CAMPAIGN, ROOT, USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path


WRITE = """
import asyncio, sys
from store import open_store
async def main():
    async with open_store(sys.argv[1]) as store:
        made = await store.get_or_create_assistant_conversation(sys.argv[2], "gateway")
        number = 0
        while True:
            await store.add_conversation_message(made, "user", str(number))
            await store.update_conversation_metadata_field(made, "last", str(number))
            print(number, flush=True)
            number += 1
asyncio.run(main())
"""


@pytest.mark.campaign
def test_a_killed_process_loses_nothing_that_it_acknowledged(path: Path) -> None:
    random = Random(1)
    for round_number in range(3 * CAMPAIGN):
        user = f"{USER}{round_number}"
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(path), user], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline() for _ in range(random.randint(1, 40))]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += writer.stdout.readlines()
        writer.stdout.close()
        writer.wait()
        last = int([line for line in acknowledged if line.endswith("\n")][-1])
        with plain(path) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            stored, touched = db.execute(
                "SELECT (SELECT count(*) FROM conversation_messages WHERE conversation_id = c.id), last_activity ="
                " (SELECT max(created_at) FROM conversation_messages WHERE conversation_id = c.id)"
                " FROM conversations c WHERE user_id = ?",
                (user,),
            ).fetchone()
        assert stored in (last + 1, last + 2)
        assert touched


CODES = {
    "BUSY": 5,
    "READONLY": 8,
    "INTERRUPT": 9,
    "IOERR": 10,
    "CORRUPT": 11,
    "FULL": 13,
}
TURNS = range(2 if CAMPAIGN == 1 else len(CODES))
"""Every statement fails in each of these ways, which differ from one statement to the next."""


def way(number: int, turn: int) -> str:
    """Return the name of the error that a statement ends with, given its number."""
    return [*CODES][(number + turn * len(CODES) // len(TURNS)) % len(CODES)]


class Fault:
    """Makes the n-th statement of every connection fail, and those after it too if it lasts."""

    def __init__(self, name: str, call: int, *, lasts: bool) -> None:
        self.name, self.call, self.lasts = name, call, lasts
        self.calls = 0
        self.is_hit = False
        self.is_over = False

    def install(self, patch: pytest.MonkeyPatch) -> None:
        def execute(db: sqlite3.Connection, *arguments: Any) -> sqlite3.Cursor:
            self.count()
            return sqlite3.Connection.execute(db, *arguments)

        patch.setattr(Database, "execute", execute, raising=False)

    def count(self) -> None:
        self.calls += 1
        if not self.is_over and (self.calls == self.call or (self.lasts and self.calls > self.call)):
            self.is_hit = True
            error = sqlite3.OperationalError("SECRET")
            error.sqlite_errorcode, error.sqlite_errorname = CODES[self.name], f"SQLITE_{self.name}"
            raise error


@pytest.mark.parametrize("lasts", [False, True])
@pytest.mark.parametrize("turn", TURNS)
async def test_whichever_statement_fails_the_edit_is_made_or_not_and_can_be_made_again(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turn: int, lasts: bool
) -> None:
    with plain(path) as db:
        made = add_conversation(db, metadata='{"n":0}')
    journal = Journal(tmp_path / "edits.jsonl")
    for number in range(1, 99):
        fault = Fault(way(number, turn), number, lasts=lasts)
        async with open_store(path, deadline_s=0.02) as store:
            editor = Editor(store, journal, str(path))
            old = (await store.read_metadata(made, USER)).text
            new = f'{{"n":{number}}}'
            with monkeypatch.context() as patch:
                fault.install(patch)
                is_saved = await succeeds(editor.save(made, USER, new, old))
                fault.is_over = True
                stored = (await store.read_metadata(made, USER)).text
                assert stored in (old, new)
                assert stored == new or not is_saved
                with plain(path) as db:
                    db.execute("BEGIN IMMEDIATE")
                    db.execute("COMMIT")
                assert [edit.after for edit in await editor.edits()][:1] == ([stored] if stored != '{"n":0}' else [])
                if stored == old:
                    await editor.save(made, USER, new, old)
        if not fault.is_hit:
            return
    raise AssertionError("the flow never passed")


@pytest.mark.parametrize("turn", TURNS)
async def test_whichever_statement_fails_looking_goes_on_afterwards(
    path: Path, monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    with plain(path) as db:
        made = add_conversation(db)
        add_message(db, made)

    async def look() -> None:
        async with open_store(path, deadline_s=0.02) as store:
            await store.list_conversations(USER)
            await store.list_routines(USER)
            await store.list_special_threads(USER)
            await store.find_routine_conversation("r", USER)
            await store.read_metadata(made, USER)
            await (await store.timeline(made, USER)).slice(0, 1)

    for number in range(1, 199):
        fault = Fault(way(number, turn), number, lasts=False)
        with monkeypatch.context() as patch:
            fault.install(patch)
            await succeeds(look())
            fault.is_over = True
            await look()
        if not fault.is_hit:
            return
    raise AssertionError("the flow never passed")


async def succeeds(call: Awaitable[object]) -> bool:
    """Tell whether a call succeeds; if not, it says why in one sentence without a word of SQLite's."""
    try:
        await call
    except StoreError as error:
        sentence = str(error)
        assert sentence.endswith(".")
        assert "SECRET" not in sentence
        assert "\n" not in sentence
        return False
    return True
