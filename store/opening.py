"""Open whatever store a target names."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import OpenError, UnsupportedBackend
from store.sqlite.database import shown
from store.sqlite.failures import named
from store.sqlite.schema import create_database
from store.sqlite.store import SqliteStore

if TYPE_CHECKING:
    import os
    from collections.abc import Generator
    from types import TracebackType

_OTHER_BACKENDS = ("postgres://", "postgresql://")


class Opening:
    """A store about to be opened: ``async with`` closes it at the end, ``await`` leaves that to the caller."""

    def __init__(self, path: Path, *, create: bool, read_only: bool) -> None:
        self._path = path
        self._create = create
        self._read_only = read_only
        self._store: SqliteStore | None = None

    def __await__(self) -> Generator[None, None, SqliteStore]:
        return self._open().__await__()

    async def __aenter__(self) -> SqliteStore:
        self._store = await self._open()
        return self._store

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._store is not None:
            await self._store.close()

    async def _open(self) -> SqliteStore:
        if self._create and not self._path.exists():
            await asyncio.to_thread(_create, self._path)
        return await SqliteStore(self._path, read_only=self._read_only).open()


def open_store(target: str | os.PathLike[str], *, create: bool = False, read_only: bool = False) -> Opening:
    """Return a store to be opened by ``async with``, which also closes it, or by ``await``.

    Args:
        target: Path of the database file.
        create: Make the file, as IronClaw 0.24 would, if there is none.
        read_only: Refuse every write.

    Raises:
        OpenError: the file cannot be opened as IronClaw's database; raised where the result is awaited or entered.
    """
    if isinstance(target, str) and target.startswith(_OTHER_BACKENDS):
        raise UnsupportedBackend("This version does not open PostgreSQL; name a database file.")
    return Opening(Path(target), create=create, read_only=read_only)


def _create(path: Path) -> None:
    try:
        create_database(path)
    except OSError as error:
        raise OpenError(f"{shown(path)} cannot be created ({error.strerror}); choose another place.") from None
    except sqlite3.Error as error:
        raise named(error, path) from None
