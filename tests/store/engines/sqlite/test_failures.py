"""Every code of SQLite has a name of ours and a sentence without a word of SQLite's own."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

import store.errors
from store import DuplicateThread, StoreError
from store.engines.sqlite.failures import is_busy, named

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
    found = named(error, tmp_path / "ironclaw.db", lambda file: DuplicateThread(f"{file} has one already."))
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
