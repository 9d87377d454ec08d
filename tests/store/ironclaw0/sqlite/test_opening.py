"""Every way in which a file cannot be opened has a name and one sentence, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from store import (
    CorruptDatabase,
    DatabaseBusy,
    EmptyFile,
    EncryptedDatabase,
    MissingFile,
    NewerSqlite,
    NoConversations,
    NotADatabase,
    NotAFile,
    NotARegularFile,
    OpenError,
    UnsupportedSchema,
    open_store,
)
from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS
from tests.store.conftest import ROOT, USER, add_conversation, add_message, make_database, plain


async def refusal(path: Path | str, kind: type[OpenError]) -> str:
    with pytest.raises(kind) as caught:
        await open_store(path)
    assert type(caught.value) is kind
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return sentence


def files(folder: Path) -> dict[str, int]:
    """Return the permissions of the files in a folder by name."""
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def test_missing_file_is_not_created(tmp_path: Path) -> None:
    sentence = await refusal(tmp_path / "none.db", MissingFile)
    assert "none.db" in sentence
    await refusal(tmp_path / "no" / "such" / "place.db", MissingFile)
    assert files(tmp_path) == {}


@pytest.mark.parametrize("content", [b"", b"x", b"abc", b"x" * 99])
async def test_a_file_without_a_byte_is_empty_a_short_one_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "short.db"
    path.write_bytes(content)
    await refusal(path, NotADatabase if content else EmptyFile)
    assert path.read_bytes() == content


async def test_directory_fifo_and_device(tmp_path: Path) -> None:
    await refusal(tmp_path, NotAFile)
    os.mkfifo(tmp_path / "fifo")
    await refusal(tmp_path / "fifo", NotARegularFile)
    await refusal("/dev/null", NotARegularFile)


async def test_symlinks(tmp_path: Path, path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    await refusal(tmp_path / "loop", OpenError)
    (tmp_path / "dangling").symlink_to("nowhere")
    await refusal(tmp_path / "dangling", MissingFile)
    (tmp_path / "good").symlink_to(path)
    async with open_store(tmp_path / "good") as store:
        await store.create_conversation("x", USER)


async def test_text_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("SECRET words, " * 100)
    assert "SECRET" not in await refusal(path, NotADatabase)


async def test_encrypted_file(tmp_path: Path) -> None:
    path = tmp_path / "encrypted.db"
    path.write_bytes(Random(1).randbytes(8192))
    await refusal(path, EncryptedDatabase)


async def test_newer_sqlite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(18)
        file.write(b"\x03\x03")
    await refusal(path, NewerSqlite)


async def test_garbage_pages(tmp_path: Path, path: Path) -> None:
    with plain(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3000)
    await refusal(path, CorruptDatabase)


async def test_truncated_file(path: Path) -> None:
    with plain(path) as db:
        for _ in range(50):
            add_message(db, add_conversation(db), "x" * 5000)
        db.execute("PRAGMA journal_mode = DELETE")
    os.truncate(path, 4096 * 2)
    with pytest.raises(CorruptDatabase):
        async with open_store(path) as store:
            await store.list_conversations(USER)


@pytest.mark.parametrize(
    ("statements", "kind", "named"),
    [
        (["CREATE TABLE notes (a)"], NoConversations, "database"),
        (["CREATE TABLE root_filesystem_entries (a)"], UnsupportedSchema, "lacks contents, path, version"),
        (CREATE_STATEMENTS[:1], UnsupportedSchema, "conversation_messages"),
        (
            ["CREATE TABLE conversations (id, channel, user_id)", *CREATE_STATEMENTS[6:7]],
            UnsupportedSchema,
            "last_activity",
        ),
        (
            [
                "CREATE TABLE c (id, channel, user_id, last_activity)",
                "CREATE VIEW conversations AS SELECT * FROM c",
                *CREATE_STATEMENTS[6:7],
            ],
            UnsupportedSchema,
            "conversations",
        ),
        (
            [
                "CREATE TABLE conversations (id PRIMARY KEY, channel, user_id, last_activity) WITHOUT ROWID",
                *CREATE_STATEMENTS[6:7],
            ],
            UnsupportedSchema,
            "rowid",
        ),
        (
            [*CREATE_STATEMENTS, "ALTER TABLE conversation_messages ADD COLUMN RowID TEXT"],
            UnsupportedSchema,
            "conversation_messages has a column rowid of its own",
        ),
    ],
)
async def test_other_schemas(tmp_path: Path, statements: list[str], kind: type[OpenError], named: str) -> None:
    path = make_database(tmp_path / "other.db", statements)
    assert named in await refusal(path, kind)


async def test_old_tables_beside_new_ones_are_read(tmp_path: Path) -> None:
    path = make_database(tmp_path / "both.db", [*CREATE_STATEMENTS, "CREATE TABLE root_filesystem_entries (a)"])
    async with open_store(path) as store:
        assert await store.list_users() == []


async def test_malformed_schema_does_not_speak(path: Path) -> None:
    with plain(path) as db:
        db.execute("PRAGMA writable_schema = ON")
        libsql_only = "CREATE TABLE SECRET (a) RANDOM ROWID"
        db.execute("INSERT INTO sqlite_schema VALUES ('table', 'SECRET', 'SECRET', 0, ?)", (libsql_only,))
    assert "SECRET" not in await refusal(path, UnsupportedSchema)


async def test_minimal_columns_are_enough(tmp_path: Path) -> None:
    path = make_database(
        tmp_path / "small.db",
        [
            "CREATE TABLE conversations (id, channel, user_id, last_activity)",
            "CREATE TABLE conversation_messages (id, conversation_id, role, content, created_at)",
        ],
    )
    async with open_store(path) as store:
        made = await store.create_conversation("telegram", USER, "lost")
        await store.add_conversation_message(made, "user", "hello")
        (found,) = (await store.list_conversations(USER)).conversations
        assert (found.title, found.started_at, found.thread_id, found.flaws) == ("hello", None, None, frozenset())
        assert await store.get_conversation_metadata(made) == {}
        with pytest.raises(UnsupportedSchema):
            await store.update_conversation_metadata_field(made, "a", 1)
        assert await store.list_routines(USER) == []


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "100%.db", "%41.db", "a b.db", "ünï✓.db", "a'b\".db"])
async def test_odd_paths_open_the_very_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    async with open_store(path, create=True) as store:
        await store.create_conversation("x", USER)
    assert await _users(path) == [USER]
    assert files(tmp_path).keys() <= {name, f"{name}-wal", f"{name}-shm"}
    path.unlink()
    await refusal(path, MissingFile)


async def test_path_that_is_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.db")
    sentence = await refusal(path, MissingFile)
    sentence.encode()
    async with open_store(path, create=True) as store:
        await store.create_conversation("x", USER)
    assert await _users(path) == [USER]


async def _users(path: Path) -> list[str]:
    async with open_store(path) as store:
        return [user.id for user in await store.list_users()]


async def test_create_makes_a_private_file_and_keeps_an_existing_one(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    async with open_store(path, create=True) as store:
        made = await store.create_conversation("x", USER)
        assert set(files(tmp_path).values()) == {0o600}
    async with open_store(path, create=True) as store:
        assert await store.conversation_belongs_to_user(made, USER)
    with pytest.raises(OpenError):
        await open_store(tmp_path / "no" / "place.db", create=True)


async def test_locked_file_is_busy_at_the_deadline(path: Path) -> None:
    with plain(path) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseBusy):
            await open_store(path, deadline_s=0.2)
        db.execute("COMMIT")
    async with open_store(path):
        pass


async def test_a_tilde_is_the_home_of_the_user(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with open_store(f"~/{path.name}") as store:
        made = await store.create_conversation("telegram", USER)
    async with open_store(path) as store:
        assert await store.conversation_belongs_to_user(made, USER)
    async with open_store(Path("~/new.db"), create=True) as store:
        assert await store.list_users() == []
    assert (tmp_path / "new.db").is_file()
    with pytest.raises(OpenError, match="nobody of that name"):
        await open_store("~there is nobody of that name/ironclaw.db")


AS_NOBODY = """
import asyncio, os, sys
from store import Capability, StoreError, open_store
os.setgid(65534); os.setuid(65534)
async def main():
    try:
        async with open_store(sys.argv[1]) as store:
            await store.list_users()
            print(store.capabilities[Capability.WRITE])
    except StoreError as error:
        print(type(error).__name__, str(error).endswith("."))
asyncio.run(main())
"""


TWICE_AS_NOBODY = """
import asyncio, os, sys
from store import StoreError, open_store
os.setgid(65534); os.setuid(65534)
async def main():
    async with open_store(sys.argv[1]) as store:
        print(len(await store.list_users()), flush=True)
        sys.stdin.readline()
        try:
            await store.list_users()
        except StoreError as error:
            print(type(error).__name__)
    async with open_store(sys.argv[1]) as store:
        print(len(await store.list_users()))
asyncio.run(main())
"""


def as_nobody(path: Path) -> str:
    """Open the file as a user without rights, in another process."""
    for parent in [*path.parents][:-2]:
        parent.chmod(parent.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@needs_root
def test_unreadable_file(path: Path) -> None:
    path.chmod(0o600)
    assert as_nobody(path) == "PermissionRefused True"


@needs_root
def test_unreadable_wal(path: Path) -> None:
    path.chmod(0o644)
    with plain(path) as db:
        add_conversation(db)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).chmod(0o600)
        assert as_nobody(path) == "PermissionRefused True"


@needs_root
def test_read_only_directory(path: Path) -> None:
    path.chmod(0o644)
    path.parent.chmod(0o755)
    assert "does not let us write" in as_nobody(path)


@needs_root
@pytest.mark.parametrize("folder_mode", [0o777, 0o755])
def test_a_file_of_another_user_is_read_and_nothing_is_left_beside_it(path: Path, folder_mode: int) -> None:
    for mode in (0o644, 0o666):
        path.chmod(mode)
        path.parent.chmod(folder_mode)
        before = path.read_bytes()
        assert "Capability" not in as_nobody(path)
        assert [*path.parent.iterdir()] == [path]
        assert path.read_bytes() == before
        with plain(path) as db:
            add_conversation(db)


@needs_root
def test_a_file_of_another_user_that_is_written_to_meanwhile_is_opened_again(path: Path) -> None:
    path.chmod(0o644)
    path.parent.chmod(0o777)
    for parent in [*path.parents][:-2]:
        parent.chmod(parent.stat().st_mode | 0o055)
    process = subprocess.Popen(
        [sys.executable, "-c", TWICE_AS_NOBODY, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "0\n"
    with plain(path) as db:
        add_conversation(db)
    assert process.communicate("\n", timeout=60)[0].splitlines() == ["DatabaseReplaced", "1"]
    assert [*path.parent.iterdir()] == [path]


@needs_root
def test_what_another_user_left_in_the_middle_is_not_touched(path: Path) -> None:
    with plain(path) as db:
        add_conversation(db)
        copied = path.with_name("copied.db")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{copied}{suffix}")
    copied.chmod(0o644)
    path.parent.chmod(0o777)
    assert as_nobody(copied) == "PermissionRefused True"
    assert not Path(f"{copied}-shm").exists()


@needs_root
def test_read_only_file_in_a_writable_directory_is_read(path: Path) -> None:
    path.chmod(0o644)
    path.parent.chmod(0o777)
    assert "does not let us write" in as_nobody(path)


def test_no_sqlite_message_gets_out(path: Path) -> None:
    from store.engines.sqlite.failures import named
    from store.errors import DatabaseFailed

    error = named(sqlite3.OperationalError("Could not decode to UTF-8 column 'content' with text 'SECRET'"), path)
    assert isinstance(error, DatabaseFailed)
    assert "SECRET" not in str(error)
