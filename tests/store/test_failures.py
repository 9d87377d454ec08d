"""Every code of SQLite has a name of ours and a sentence without a word of SQLite's own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

import store.errors
from store import StoreError
from store.sqlite.failures import is_busy, named
from tests.store.conftest import CAMPAIGN, ROOT, USER, plain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (sqlite3.SQLITE_BUSY, "DatabaseBusy"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "DatabaseBusy"),
        (sqlite3.SQLITE_LOCKED, "DatabaseBusy"),
        (sqlite3.SQLITE_READONLY, "ReadOnlyStore"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "ReadOnlyDirectory"),
        (sqlite3.SQLITE_READONLY_ROLLBACK, "ReadOnlyDirectory"),
        (sqlite3.SQLITE_IOERR, "DatabaseFailed"),
        (sqlite3.SQLITE_IOERR_SHORT_READ, "CorruptDatabase"),
        (sqlite3.SQLITE_CORRUPT, "CorruptDatabase"),
        (sqlite3.SQLITE_FULL, "DatabaseFull"),
        (sqlite3.SQLITE_CANTOPEN, "OpenError"),
        (sqlite3.SQLITE_NOTADB, "NotADatabase"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, "DuplicateThread"),
        (sqlite3.SQLITE_CONSTRAINT_NOTNULL, "DatabaseFailed"),
        (sqlite3.SQLITE_INTERRUPT, "DatabaseFailed"),
        (sqlite3.SQLITE_TOOBIG, "DatabaseFailed"),
        (None, "DatabaseFailed"),
    ],
)
def test_a_code_has_a_name(tmp_path: Path, code: int | None, name: str) -> None:
    error = sqlite3.OperationalError("SECRET \x1b]52;c;\x07")
    if code is not None:
        error.sqlite_errorcode, error.sqlite_errorname = code, "SQLITE_SOMETHING"
    found = named(error, tmp_path / "ironclaw.db")
    assert type(found) is getattr(store.errors, name)
    assert "ironclaw.db" in str(found)
    assert "SECRET" not in str(found)
    assert str(found).endswith(".")
    assert is_busy(error) == (name == "DatabaseBusy")


def test_no_memory_has_a_name(tmp_path: Path) -> None:
    assert "memory" in str(named(MemoryError("SECRET"), tmp_path))


def test_a_name_stays(tmp_path: Path) -> None:
    error = StoreError("already named.")
    assert named(error, tmp_path) is error


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
