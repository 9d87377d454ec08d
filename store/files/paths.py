"""Say what lies at a path, and name it in a sentence."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from store.errors import EmptyFile, MissingFile, NotADatabase, NotAFile, NotARegularFile, OpenError, PermissionRefused

Identity = tuple[int, int]
"""Device and inode: what a file is, whatever name it goes by."""
WrittenState = tuple[tuple[int, int, int] | None, ...]
"""Inode, time of writing and size of some files, ``None`` for one that is not there."""

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite takes for a part of a database, behind the name of its file."""
SMALLEST_FILE = 100
"""Bytes below which a file holds no database: the length of SQLite's header."""


def identify(path: Path) -> Identity | None:
    """Return what lies at the path, ``None`` if nothing does."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def written_state(path: Path) -> WrittenState:
    """Return what changes when a database is written to or replaced: inode, time and size of it and its -wal."""
    real = os.path.realpath(path)
    found: list[tuple[int, int, int] | None] = []
    for each in (real, f"{real}-wal"):
        try:
            seen = os.stat(each)
        except OSError:
            found.append(None)
        else:
            found.append((seen.st_ino, seen.st_mtime_ns, seen.st_size))
    return tuple(found)


def shown(path: Path) -> str:
    """Return a path fit for a sentence: bytes that are no text become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def require_file(path: Path) -> Identity:
    """Return the identity of a file that may be opened; a FIFO, there or beside it, would block for ever.

    Raises:
        OpenError: nothing, or nothing that could be a database, lies there.
    """
    found = _look(path)
    real = os.path.realpath(path)
    for suffix in BESIDE:
        _refuse_odd(Path(f"{real}{suffix}"))
    return found.st_dev, found.st_ino


def _look(path: Path) -> os.stat_result:
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFile(f"There is no file at {shown(path)}; check the path.") from None
    except PermissionError:
        raise PermissionRefused(f"The system does not let us look at {shown(path)}; check its permissions.") from None
    except (OSError, ValueError):
        raise OpenError(f"The path {shown(path)} leads nowhere; check it.") from None
    if stat.S_ISDIR(found.st_mode):
        raise NotAFile(f"{shown(path)} is a directory; name the database file in it.")
    if not stat.S_ISREG(found.st_mode):
        raise NotARegularFile(f"{shown(path)} is not a regular file; name a database file.")
    if 0 < found.st_size < SMALLEST_FILE:
        raise NotADatabase(f"{shown(path)} is not a SQLite database; name another file.")
    if not found.st_size:
        raise EmptyFile(f"The file {shown(path)} is empty; start IronClaw once, or name another file.")
    return found


def _refuse_odd(beside: Path) -> None:
    """Refuse what lies in the place of a part of the database and is none; SQLite follows no links there.

    Raises:
        NotARegularFile: it is a link, a folder, a FIFO or a device.
    """
    try:
        mode = os.lstat(beside).st_mode
    except OSError:
        return
    if not stat.S_ISREG(mode):
        raise NotARegularFile(f"{shown(beside)} is not a regular file; move it away, then open the database again.")
