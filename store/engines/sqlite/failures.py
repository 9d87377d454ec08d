"""Give every failure of SQLite a name and one plain sentence.

SQLite's own messages are never shown: they may carry stored text, names from a hostile schema, or escape sequences.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from enum import IntEnum
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import (
    CorruptDatabase,
    DatabaseBusy,
    DatabaseFailed,
    DatabaseFull,
    EncryptedDatabase,
    NewerSqlite,
    NotADatabase,
    OpenError,
    PermissionRefused,
    ReadOnlyDirectory,
    ReadOnlyStore,
    StoreError,
    UnsupportedSchema,
)
from store.files.paths import shown

if TYPE_CHECKING:
    from collections.abc import Callable


class Code(IntEnum):
    """SQLite's primary result codes that mean something to us."""

    ERROR = 1
    BUSY = 5
    LOCKED = 6
    READONLY = 8
    IOERR = 10
    CORRUPT = 11
    FULL = 13
    CANTOPEN = 14
    NOTADB = 26


_SHORT_READ, _UNIQUE = 522, 2067
_NO_SHARED_MEMORY = frozenset({264, 520, 776, 1288, 1544})
"""READONLY_RECOVERY, _CANTLOCK, _ROLLBACK, _CANTINIT, _DIRECTORY: a file beside the database cannot be made."""

_MAGIC = b"SQLite format 3\0"
_WELL_KNOWN_FORMATS = (1, 2)
_BITS_OF_NOISE = 7.2


def code(error: BaseException) -> int:
    """Return the primary result code of a failure, 0 if it has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: BaseException) -> bool:
    """Tell whether trying again may help."""
    return code(error) in (Code.BUSY, Code.LOCKED)


def is_schema_change(error: BaseException) -> bool:
    """Tell whether a table, a column or an index that was there has gone."""
    return code(error) == Code.ERROR and str(error).startswith(("no such", "no query solution"))


def is_undecodable(error: BaseException) -> bool:
    """Tell whether Python, not SQLite, refused a text that is no UTF-8."""
    return isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorcode", None) is None


def named(error: BaseException, path: Path, duplicate: Callable[[str], StoreError] | None = None) -> StoreError:
    """Return the failure under the name that ``store.errors`` has for it.

    Args:
        error: What SQLite raised.
        path: The database file.
        duplicate: Returns the failure to store what must be unique; called with what to call the file.
    """
    if isinstance(error, StoreError):
        return error
    file = shown(path)
    if isinstance(error, UnicodeDecodeError):
        return UnsupportedSchema(f"{file} has names that are no text; open it with IronClaw itself.")
    if isinstance(error, MemoryError):
        return DatabaseFailed(f"There is not enough memory to read from {file}.")
    primary, extended = code(error), getattr(error, "sqlite_errorcode", 0)
    match primary:
        case _ if extended in _NO_SHARED_MEMORY:
            return ReadOnlyDirectory(
                f"{file} needs files beside it that cannot be made there; copy it with its -wal to another directory."
            )
        case _ if extended == _UNIQUE and duplicate is not None:
            return duplicate(file)
        case Code.BUSY | Code.LOCKED:
            return DatabaseBusy(f"Another program keeps {file} locked; try again when it is done.")
        case Code.READONLY:
            return ReadOnlyStore(f"The system does not let us write to {file}; check its permissions.")
        case Code.IOERR:
            return _input_output(extended, path)
        case Code.CORRUPT if "malformed database schema" in str(error):
            return UnsupportedSchema(f"{file} has tables that this SQLite cannot read; open it with IronClaw itself.")
        case Code.CORRUPT:
            return CorruptDatabase(f"{file} has damaged pages; restore a backup, or try to recover it.")
        case Code.FULL:
            return DatabaseFull(f"There is no room to write to {file}; free some space and try again.")
        case Code.CANTOPEN:
            return _cannot_open(path)
        case Code.NOTADB:
            return NotADatabase(f"{file} is not a SQLite database; name another file.")
        case Code.ERROR if is_schema_change(error):
            return UnsupportedSchema(f"The tables of {file} have changed; open it again.")
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return DatabaseFailed(f"SQLite failed on {file} with {name}; try again, or open the file anew.")


def named_at_opening(
    error: BaseException, path: Path, duplicate: Callable[[str], StoreError] | None = None
) -> StoreError:
    """Return the failure to open a file under its name; reads the file's first page where that tells more.

    Only for a file that this process has not open: closing it here would drop the locks of another connection.
    """
    if code(error) == Code.NOTADB:
        return _by_first_page(path)
    return named(error, path, duplicate)


def _input_output(extended: int, path: Path) -> StoreError:
    file = shown(path)
    if extended == _SHORT_READ:
        return CorruptDatabase(f"{file} is shorter than it says, or its -wal is gone; restore a backup.")
    try:
        free = os.statvfs(path.parent).f_bavail
    except OSError:
        free = 1
    if not free:
        return DatabaseFull(f"There is no room beside {file} for the files it needs; free some space and try again.")
    return DatabaseFailed(f"The disk could not read or write {file}; check the disk, then try again.")


def _cannot_open(path: Path) -> StoreError:
    real = Path(os.path.realpath(path))
    beside = [Path(f"{real}{suffix}") for suffix in ("", "-wal", "-shm")]
    for file in beside:
        if file.exists() and not os.access(file, os.R_OK):
            return PermissionRefused(f"The system does not let us read {shown(file)}; check its permissions.")
    if not os.access(real.parent, os.W_OK):
        return ReadOnlyDirectory(
            f"{shown(path)} lies in a directory that cannot be written; copy it with its -wal to another directory."
        )
    for file in beside[1:]:
        if file.exists() and not os.access(file, os.W_OK):
            return PermissionRefused(f"The system does not let us use {shown(file)}; check its permissions.")
    return OpenError(f"The system could not open {shown(path)}; close some programs and try again.")


def _by_first_page(path: Path) -> StoreError:
    file = shown(path)
    try:
        with path.open("rb") as stream:
            page = stream.read(4096)
    except OSError:
        return PermissionRefused(f"The system does not let us read {file}; check its permissions.")
    if page.startswith(_MAGIC):
        if page[18] not in _WELL_KNOWN_FORMATS or page[19] not in _WELL_KNOWN_FORMATS:
            return NewerSqlite(f"{file} was made by a newer SQLite than this one; use a newer Python.")
        return CorruptDatabase(f"{file} has a damaged first page; restore a backup.")
    if _entropy(page) > _BITS_OF_NOISE:
        return EncryptedDatabase(f"{file} looks encrypted; open it with the program that holds its key.")
    return NotADatabase(f"{file} is not a SQLite database; name another file.")


def _entropy(data: bytes) -> float:
    """Return the bits of information a byte of the data carries: 8 for noise, under 6 for text and programs."""
    return -sum(n / len(data) * log2(n / len(data)) for n in Counter(data).values()) if data else 0.0


def is_sqlite_failure(error: BaseException) -> bool:
    """Tell whether a failure is one that ``named`` can name.

    Python's module cannot raise SQLite's own message where that quotes a name that is no UTF-8.
    """
    return isinstance(error, (sqlite3.Error, MemoryError, UnicodeDecodeError))
