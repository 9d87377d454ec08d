"""A file of IronClaw 1.x is told by its threads, not by its tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store.opening import holds_threads

if TYPE_CHECKING:
    from pathlib import Path

THREAD = "/tenants/t/users/u/threads/agents/a/threads/1/thread.json"


def entries(path: Path, *rows: tuple[str, str | None]) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(
            "CREATE TABLE root_filesystem_entries (path TEXT PRIMARY KEY, contents BLOB, kind TEXT, version INTEGER)"
        )
        db.executemany("INSERT INTO root_filesystem_entries (path, kind) VALUES (?, ?)", rows)
    return path


@pytest.mark.parametrize(
    ("row", "holds"),
    [
        ((THREAD, "session_thread"), True),
        ((THREAD, None), True),
        (("/tenants/t/users/u/threads/agents/a/threads/1/messages/2.json", None), True),
        (("/tenants/t/users/u/secrets/thread.json", None), False),
        (("/tenants/t/users/u/secrets/x", "secret"), False),
    ],
)
def test_a_thread_is_known_by_its_path(tmp_path: Path, row: tuple[str, str | None], holds: bool) -> None:
    path = entries(tmp_path / "reborn.db", ("/other", "secret"), row)
    assert holds_threads(path) is holds


def test_what_is_no_such_file_holds_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("x" * 5000)
    with closing(sqlite3.connect(tmp_path / "other.db")) as db, db:
        db.execute("CREATE TABLE conversations (id)")
    for name in ("text", "other.db", "missing", "."):
        assert not holds_threads(tmp_path / name)


def test_a_file_that_is_locked_may_hold_some(tmp_path: Path) -> None:
    path = entries(tmp_path / "reborn.db", (THREAD, "session_thread"))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        assert holds_threads(path)
