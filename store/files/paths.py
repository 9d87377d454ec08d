"""Say what lies at a path, and name it in a sentence."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from store.errors import EmptyFile, MissingFile, NotAFile, NotARegularFile, OpenError, PermissionRefused

if TYPE_CHECKING:
    from pathlib import Path

Identity = tuple[int, int]
"""Device and inode: what a file is, whatever name it goes by."""

SMALLEST_FILE = 100
"""Bytes below which a file holds no database: the length of SQLite's header."""


def identify(path: Path) -> Identity | None:
    """Return what lies at the path, ``None`` if nothing does."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def shown(path: Path) -> str:
    """Return a path fit for a sentence: bytes that are no text become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def require_file(path: Path) -> Identity:
    """Return the identity of a file that may be opened; a FIFO, say, would block for ever.

    Raises:
        OpenError: nothing, or nothing that could be a database, lies there.
    """
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
    if found.st_size < SMALLEST_FILE:
        raise EmptyFile(f"The file {shown(path)} is empty; start IronClaw once, or name another file.")
    return found.st_dev, found.st_ino
