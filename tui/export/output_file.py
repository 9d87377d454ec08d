"""A file on its way: private from the first byte, beside its place until it is whole, gone if it never gets there."""

from __future__ import annotations

import os
from enum import Enum
from typing import IO, TYPE_CHECKING, Self

from store.files.atomic_file import put_in_place, require_free, reserve
from store.files.drafts import draft_name, hold, take_away_abandoned
from store.files.paths import BESIDE

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_BUFFER = 1 << 20


class AtPath(Enum):
    """What lies at a path."""

    NOTHING = "nothing"
    FILE = "file"
    FOLDER = "folder"
    SPECIAL = "special"
    """A FIFO, a socket or a device, or a link to one: others use it, so that nothing may take its place."""
    DATABASE = "database"
    """The database that is read, or a part of it: nothing may ever take its place."""


def what_lies(path: Path, database: Path | None) -> AtPath:
    """Return what lies at a path; never raises.

    Args:
        path: Where a file shall lie.
        database: The database that is open, ``None`` if it is no file.
    """
    if os.path.isdir(path):
        return AtPath.FOLDER
    if database is not None:
        real, base = os.path.realpath(path), os.path.realpath(database)
        if real in {f"{base}{suffix}" for suffix in ("", *BESIDE)}:
            return AtPath.DATABASE
    if os.path.exists(path) and not os.path.isfile(path):
        return AtPath.SPECIAL
    return AtPath.FILE if os.path.lexists(path) else AtPath.NOTHING


class OutputFile:
    """Writes beside a place and then puts the file there; ``with`` takes it away again if that did not happen.

    Args:
        path: Where the file shall lie.
        replaces: Whether it may take the place of another file.

    Raises:
        FileExistsError: where it is entered or finished: something lies there that must not be replaced.
        OSError: the file cannot be made there.
    """

    def __init__(self, path: Path, *, replaces: bool = False) -> None:
        self.path = path
        self._replaces = replaces
        self._beside = path.with_name(draft_name("export", ".part"))
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Make the file; take away what a process left behind that was killed."""
        take_away_abandoned(self.path.parent, "export")
        if not self._replaces:
            require_free(self.path)
        descriptor = reserve(self._beside)
        hold(descriptor)
        # What of stored text is no text, half a character, becomes a question mark; JSON spells it as an escape.
        self._file = os.fdopen(descriptor, "w", buffering=_BUFFER, encoding="utf-8", errors="replace", newline="\n")
        return self

    def write(self, text: str) -> None:
        """Append text."""
        assert self._file is not None
        self._file.write(text)

    def finish(self) -> None:
        """Put the file in its place."""
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        put_in_place(self._beside, self.path, replaces=self._replaces)
        self._file = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take away what was not finished."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError:
                # A full disk says so twice; what was written goes anyway.
                if error is None:
                    raise
            finally:
                self._beside.unlink(missing_ok=True)
