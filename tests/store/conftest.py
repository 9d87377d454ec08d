"""Databases on real files, and a plain connection beside the store that plays the other program."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from store import Kind, open_store
from store.engines.sqlite.checks import data_version
from store.ironclaw0.single_threads import SingleThread
from store.ironclaw0.sqlite import threads
from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS
from store.ironclaw0.sqlite.store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from store.contract.store import ConversationStore
    from store.engines.sqlite.connection import Writer
    from store.ironclaw0.sqlite.schema import Schema
    from store.records import Message

ROOT = Path(__file__).parents[2]
CAMPAIGN = int(os.environ.get("CLAWBACK_CAMPAIGN", "1"))
"""By how much the counts of long-running checks grow."""
USER = "default"


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


def inside(store: ConversationStore) -> SqliteStore:
    """Return a store over SQLite as what it is, for a look at its connections."""
    assert isinstance(store, SqliteStore)
    return store


def writer(store: ConversationStore) -> Writer[Schema]:
    """Return the writer of a store over SQLite that has written."""
    found = inside(store)._file.writer
    assert found is not None
    return found


@contextmanager
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file as any other program would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        yield db


async def change_token(store: ConversationStore) -> int:
    """Return a number that changes whenever somebody else has written to the file."""
    return await inside(store)._reader.run(data_version)


async def single(store: ConversationStore, kind: Kind, key: str = "", *, user_id: str = USER) -> str | None:
    """Return the id of a thread that there should be one of, the assistant's by its channel."""
    return await inside(store)._reader.run(threads.find_single, SingleThread(kind, user_id, key))


async def messages_of(store: ConversationStore, conversation_id: str, user_id: str = USER) -> tuple[Message, ...]:
    """Return the messages of a conversation as a browser reads them: by position, large ones by head."""
    timeline = await store.timeline(conversation_id, user_id)
    return (await timeline.slice(0, timeline.total)).messages


def make_database(path: Path, statements: Sequence[str] = CREATE_STATEMENTS) -> Path:
    with plain(path) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for statement in statements:
            db.execute(statement)
    return path


def loose_tables() -> list[str]:
    """Return tables that take anything: no NOT NULL, no index on the metadata, as imports and old files have."""
    return [
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, channel TEXT, user_id TEXT, thread_id TEXT,"
        " started_at TEXT, last_activity TEXT, metadata TEXT)",
        "CREATE TABLE conversation_messages (id TEXT PRIMARY KEY, conversation_id TEXT, role TEXT, content TEXT,"
        " created_at TEXT)",
        "CREATE INDEX idx_conversations_user ON conversations (user_id)",
        "CREATE INDEX idx_conversations_last_activity ON conversations (last_activity)",
        "CREATE INDEX idx_conversation_messages_conversation ON conversation_messages (conversation_id)",
    ]


def add_conversation(db: sqlite3.Connection, **values: Any) -> str:
    """Insert a conversation row as given; return its id."""
    row = {
        "id": str(uuid.uuid4()),
        "channel": "telegram",
        "user_id": USER,
        "started_at": "2026-01-01T00:00:00.000Z",
        "last_activity": "2026-01-01T00:00:00.000Z",
        "metadata": "{}",
    } | values
    db.execute(f"INSERT INTO conversations ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
    return row["id"]  # type: ignore[no-any-return]  # tests store anything


def add_message(db: sqlite3.Connection, conversation_id: Any, content: Any = "hello", **values: Any) -> str:
    """Insert a message row as given; return its id."""
    row = {
        "id": str(uuid.uuid4()),
        "conversation_id": conversation_id,
        "role": "user",
        "content": content,
        "created_at": "2026-01-01T00:00:00.000Z",
    } | values
    columns = ", ".join(row)
    db.execute(f"INSERT INTO conversation_messages ({columns}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
    return row["id"]  # type: ignore[no-any-return]  # tests store anything


def run_python(code: str, *arguments: object, timeout_s: float = 60) -> str:
    """Run a script in a process of its own and return what it printed; fails if it does not end well."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_database(tmp_path / "ironclaw.db")


@pytest.fixture
def loose(tmp_path: Path) -> Path:
    return make_database(tmp_path / "loose.db", loose_tables())


@pytest.fixture
async def store(path: Path, clock: Clock) -> AsyncIterator[ConversationStore]:
    async with open_store(path, clock=clock) as opened:
        yield opened


@pytest.fixture
def count_rows(path: Path) -> Callable[[str], int]:
    def count(table: str) -> int:
        with plain(path) as db:
            return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    return count


@pytest.fixture
def agent_file(tmp_path: Path) -> Path:
    """Return a file as IronClaw itself makes it."""
    pytest.importorskip("libsql")
    from tests.store.agent import IRONCLAW, libsql

    path = tmp_path / "ironclaw.db"
    assert not [answer for answer in libsql(path, *IRONCLAW) if isinstance(answer, str)]
    return path
