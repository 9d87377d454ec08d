"""Files that contradict themselves, or lie beside odd things: refused or read in a sentence, never waited for."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store import CorruptDatabase, NotARegularFile, StoreError, UnsupportedSchema, open_store
from store.contract.stored_rows import RowSelection
from tests.store.conftest import USER, add_conversation, add_message, make_database, plain, run_python

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.contract.store import ConversationStore

MESSAGES = 3000
ODD: dict[str, Callable[[Path], object]] = {
    "FIFO": os.mkfifo,
    "folder": Path.mkdir,
    "dangling link": lambda path: path.symlink_to("nowhere"),
    "link": lambda path: path.symlink_to(__file__),
    "device": lambda path: path.symlink_to("/dev/zero"),
}
OPEN = """
import asyncio, sys
from pathlib import Path
from store import StoreError, open_store
async def main():
    for path in sys.argv[1:]:
        try:
            async with open_store(Path(path)) as store:
                print(len((await store.list_conversations("default")).conversations), flush=True)
        except StoreError as error:
            print(type(error).__name__, error, flush=True)
asyncio.run(main())
"""


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_what_is_no_file_beside_the_database_is_named(tmp_path: Path, suffix: str) -> None:
    paths = [make_database(tmp_path / f"{name}.db") for name in ODD]
    for path, make in zip(paths, ODD.values(), strict=True):
        make(Path(f"{path}{suffix}"))
    before = [os.lstat(f"{path}{suffix}").st_mode for path in paths]
    # A process of its own: opening such a thing may never end.
    said = run_python(OPEN, *paths).splitlines()
    for path, line in zip(paths, said, strict=True):
        assert line.startswith(f"{NotARegularFile.__name__} {path}{suffix} is not a regular file; move it away")
    assert [os.lstat(f"{path}{suffix}").st_mode for path in paths] == before


@pytest.mark.parametrize("name", [b"zz\xff", b"\xff", b"\xc3", b"\x80\x1b[2J"])
async def test_a_schema_whose_names_are_no_text_is_refused(tmp_path: Path, name: bytes) -> None:
    path = make_database(tmp_path / "odd.db")
    with plain(path) as db:
        db.execute("CREATE TABLE zzz (a)")
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_schema SET name = CAST(? AS TEXT), tbl_name = CAST(? AS TEXT), sql = 'CREATE TABEL x('"
            " WHERE name = 'zzz'",
            (name, name),
        )
    with pytest.raises(UnsupportedSchema, match="names that are no text; open it with IronClaw itself"):
        await open_store(path)


@pytest.mark.parametrize("table", ["conversations", "conversation_messages"])
async def test_a_table_that_becomes_a_view_while_it_is_open_is_refused_until_it_is_one_again(
    path: Path, table: str
) -> None:
    with plain(path) as db:
        conversation = add_conversation(db)
        add_message(db, conversation)
    async with open_store(path) as store:
        assert (await store.list_conversations(USER)).conversations
        with plain(path) as db:
            db.execute("PRAGMA legacy_alter_table = ON")
            db.execute(f"ALTER TABLE {table} RENAME TO real1")
            db.execute(f"CREATE VIEW {table} AS SELECT * FROM real1")
        for _ in range(2):
            with pytest.raises(UnsupportedSchema, match=f"has no real table {table}"):
                await store.list_conversations(USER)
            with pytest.raises(UnsupportedSchema):
                await store.update_conversation_metadata_field(conversation, "title", "x")
        with plain(path) as db:
            db.execute("PRAGMA legacy_alter_table = ON")
            db.execute(f"DROP VIEW {table}")
            db.execute(f"ALTER TABLE real1 RENAME TO {table}")
        assert (await store.list_conversations(USER)).conversations
        await store.update_conversation_metadata_field(conversation, "title", "x")


async def test_rows_out_of_order_end_in_a_sentence(tmp_path: Path) -> None:
    path = make_database(tmp_path / "damaged.db")
    with plain(path) as db:
        conversation = add_conversation(db)
        for number in range(MESSAGES):
            at = f"2026-01-01T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}.000Z"
            add_message(db, conversation, f"message {number}", created_at=at)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    disorder(path, "conversation_messages")
    async with open_store(path) as store:
        for read in (all_messages, all_turns, all_rows):
            with pytest.raises(StoreError) as caught:
                await read(store, conversation)
            assert read is all_rows or isinstance(caught.value, CorruptDatabase)


async def all_messages(store: ConversationStore, conversation: str) -> None:
    await (await store.timeline(conversation, USER)).slice(0, 10)


async def all_turns(store: ConversationStore, conversation: str) -> None:
    timeline = await store.timeline(conversation, USER)
    while not await timeline.number_turns():
        pass


async def all_rows(store: ConversationStore, _conversation: str) -> None:
    async with store.take(USER, RowSelection()) as taking:
        async for _ in taking:
            pass


def disorder(path: Path, table: str) -> None:
    """Reverse the order of the rows in every page of a table: none is found by its number any more."""
    with closing(sqlite3.connect(path)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())

    def number(at: int, length: int) -> int:
        return int.from_bytes(data[at : at + length], "big")

    interior, leaf = 5, 13
    pages = [root]
    while pages:
        start = (pages.pop() - 1) * size
        cells = number(start + 3, 2)
        if data[start] == interior:
            pages.append(number(start + 8, 4))
            pages += [number(start + number(start + 12 + 2 * cell, 2), 4) for cell in range(cells)]
        else:
            assert data[start] == leaf
            pointers = [data[start + 8 + 2 * cell : start + 10 + 2 * cell] for cell in range(cells)]
            data[start + 8 : start + 8 + 2 * cells] = b"".join(reversed(pointers))
    path.write_bytes(data)
