"""Tell whether the file at a path still is the one that was opened.

A program may move another file over ours, delete it, empty it, or take away the ``-wal`` beside it. The old
handle then reads the old file; what it writes is lost or, by way of a ``-wal`` that both files share by its name,
destroys the new file. A look at the three files costs some microseconds.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from store.engines.sqlite.write_guard import is_writable, may_leave_files
from store.errors import DatabaseReplaced, PermissionRefused, ReadOnlyStore
from store.files.paths import SMALLEST_FILE, identify, require_file, shown

if TYPE_CHECKING:
    import sqlite3

    from store.files.paths import Identity

_WAL = bytes((2, 2))
"""Versions for writing and for reading in the header of a file in WAL mode."""


class FileWatch:
    """One file as it was when it was opened; shared by the connections of a store.

    Once it is another file it stays that: even if the old one comes back, others have written to it meanwhile.

    Args:
        path: The database file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.complaint: str | None = None
        """Why the connections must not be used any more, in one sentence; ``None`` as long as they may."""
        self._wal = path
        self._identity: Identity | None = None
        self._beside: dict[Path, Identity | None] = {}
        self._written: tuple[int, int] | None = None
        """When the file was written last, and its size, where it is read as one that nobody writes to."""

    def start(self) -> None:
        """Take the file as it is now for the one to be opened.

        Raises:
            OpenError: nothing that could be a database lies at the path, or it cannot be read without leaving a file.
        """
        self._identity = require_file(self.path)
        real = os.path.realpath(self.path)
        shm = Path(f"{real}-shm")
        self._wal = Path(f"{real}-wal")
        self._beside = {self._wal: None, shm: None}
        if may_leave_files(self.path) or not _is_wal(self.path):
            return
        if not _size(self._wal):
            self._written = _written(os.stat(self.path))
        elif not shm.exists():
            raise PermissionRefused(
                f"{shown(self.path)} is another user's, whose program broke off while writing; start that program, or"
                " copy the file with its -wal."
            )

    @property
    def is_at_rest(self) -> bool:
        """Tell whether the file is read as one that nobody writes to, so that no file is made beside it.

        That is for a file in WAL mode beside which we may leave nothing; once it is written to, it must be opened
        anew.
        """
        return self._written is not None

    def require_same(self) -> None:
        """Refuse to go on with a file that is not the one that was opened.

        Raises:
            DatabaseReplaced: another file, or none, or an emptied one lies at the path.
        """
        self.complaint = self.complaint or self._look()
        if self.complaint is not None:
            raise DatabaseReplaced(self.complaint)

    def require_writable(self) -> None:
        """Refuse to write to a file that was made read-only since, though the open handle would still write.

        Raises:
            ReadOnlyStore: the file's permissions are against it.
        """
        if not is_writable(self.path):
            raise ReadOnlyStore(f"The system does not let us write to {shown(self.path)}; check its permissions.")

    def require_whole(self, db: sqlite3.Connection) -> None:
        """Refuse to write to a file that was cut off: its pages must lie in it or in its ``-wal``.

        Raises:
            DatabaseReplaced: the file is too short.
        """
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (count,) = db.execute("PRAGMA page_count").fetchone()
        if count > _size(self.path) // size + _size(self._wal) // size:
            self.complaint = f"{shown(self.path)} has been cut off; restore a backup, then open it again."
            raise DatabaseReplaced(self.complaint)

    def require_no_leavings(self) -> None:
        """Refuse to open a new file with the ``-wal`` of the old one, which would be laid over it.

        Raises:
            DatabaseReplaced: it still lies there.
        """
        wal = self._beside.get(self._wal)
        if wal is None or identify(self.path) in (None, self._identity):
            return
        if identify(self._wal) == wal and _size(self._wal):
            raise DatabaseReplaced(
                f"{shown(self._wal)} belongs to the file that was there before and would damage the new one; stop"
                " IronClaw, delete it and the -shm beside it, then open the database again."
            )

    def _look(self) -> str | None:
        file = shown(self.path)
        try:
            found = os.stat(self.path)
        except OSError:
            return f"{file} is gone; put it back, or name another file."
        if (found.st_dev, found.st_ino) != self._identity:
            return f"Another file has taken the place of {file}; open it again."
        if found.st_size < SMALLEST_FILE:
            return f"{file} has been emptied; restore a backup, then open it again."
        if self._written is not None and (_written(found) != self._written or _size(self._wal)):
            return f"Another program has begun to write to {file}; open it again."
        for beside, known in self._beside.items():
            # SQLite keeps these as long as anybody has the database open, as we have.
            now = identify(beside)
            if known is None:
                self._beside[beside] = now
            elif now != known:
                return f"{shown(beside)} was taken away while it was in use; open the database again."
        return None


def _written(found: os.stat_result) -> tuple[int, int]:
    return found.st_mtime_ns, found.st_size


def _is_wal(path: Path) -> bool:
    """Tell whether a file's header says that it is in WAL mode; only for a file that this process has not open."""
    try:
        with path.open("rb") as file:
            return file.read(20)[18:] == _WAL
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
