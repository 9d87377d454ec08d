"""Nothing is read but threads, automations and the one file that names channels; nothing at all is written."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from store import open_store
from store.contract.stored_rows import RowSelection, StoredConversation
from store.engines.sqlite import database
from tests.store.asking import query
from tests.store.conftest import messages_of, plain
from tests.store.ironclaw1.thread_history import DECOY, EVERYTHING, decoys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALLOWED = {
    "root_filesystem_entries",
    "root_filesystem_ordered_index_rows",
    "root_filesystem_events",
    "trigger_records",
    "trigger_run_history",
    "sqlite_master",
}
ENGINE = ("json_each", "pragma_", "sqlite_schema")


@pytest.fixture
def guarded(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Put decoys into a file, and note every table that is read; a write, or another database, is an error."""
    with plain(copy) as db:
        for sql, parameters in decoys():
            db.execute(sql, parameters)
        db.execute("CREATE TABLE secrets (value TEXT)")
        db.execute("INSERT INTO secrets VALUES (?)", (DECOY,))
    read: set[str] = set()

    def authorize(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(table)
        writes = (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_ATTACH)
        is_engine = table is not None and table.startswith("sqlite_")
        return sqlite3.SQLITE_DENY if action in writes and not is_engine else sqlite3.SQLITE_OK

    class Guarded(database.Database[Any]):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.set_authorizer(authorize)

    monkeypatch.setattr(database, "Database", Guarded)
    yield read
    others = {each for each in read if each not in ALLOWED and not each.startswith(ENGINE)}
    assert others == set()


async def test_nothing_else_is_read_or_told(copy: Path, guarded: set[str]) -> None:
    before = hashlib.sha256(copy.read_bytes()).digest()
    told: list[object] = []
    async with open_store(copy) as store, store.feed("ada") as feed:
        users = await store.list_users()
        for user in users:
            told += [await store.list_channels(user.id), await store.list_routines(user.id)]
            page = await store.list_conversations(user.id, limit=99)
            for conversation in page.conversations:
                messages = await messages_of(store, conversation.id, user.id)
                told += [conversation, messages, await store.read_metadata(conversation.id, user.id)]
                told += [await store.read_raw_message(message) for message in messages]
            for typed in ("decoy", "secret", "sea"):
                async with store.search(query(typed), user.id) as running:
                    told += [batch async for batch in running]
            async with store.take(user.id, RowSelection()) as rows:
                taken = [part async for part in rows]
                assert any(isinstance(part, StoredConversation) for part in taken)
                told += taken
        with plain(copy) as db:
            for sql, parameters in decoys():
                db.execute(sql, parameters)
        told += [users, await feed.poll([EVERYTHING.key])]
    assert "root_filesystem_entries" in guarded
    assert "sea" in repr(told)
    assert DECOY not in repr(told)
    assert before == hashlib.sha256(copy.read_bytes()).digest()


async def test_the_guard_sees_what_is_read(copy: Path, guarded: set[str]) -> None:
    async with open_store(copy) as store:
        await store._reader.run(lambda db: db.execute("SELECT value FROM secrets").fetchall())  # type: ignore[attr-defined]  # what no call does
    assert "secrets" in guarded
    guarded.clear()
