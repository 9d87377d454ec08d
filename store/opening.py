"""Open whatever store a target names."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from store.core.limits import utc_now
from store.engines.sqlite.connection import DEADLINE_S
from store.engines.sqlite.failures import named
from store.errors import OpenError, UnsupportedBackend
from store.files.paths import shown
from store.ironclaw0.sqlite.schema import create_database
from store.ironclaw0.sqlite.store import SqliteStore

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Generator, Iterator
    from datetime import datetime
    from types import TracebackType

    from store.contract.indexes import OrderIndex, TextIndex
    from store.contract.stored_rows import Imported, ImportRow

_OTHER_BACKENDS = ("postgres://", "postgresql://")


class Opening:
    """A store about to be opened: ``async with`` closes it at the end, ``await`` leaves that to the caller."""

    def __init__(self, store: SqliteStore, *, create: bool) -> None:
        self._store = store
        self._create = create

    def __await__(self) -> Generator[None, None, SqliteStore]:
        return self._open().__await__()

    async def __aenter__(self) -> SqliteStore:
        return await self._open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._store.close()

    async def _open(self) -> SqliteStore:
        if self._create:
            await asyncio.to_thread(_create, self._store.path)
        return await self._store.open()


def open_store(
    target: str | os.PathLike[str],
    *,
    create: bool = False,
    read_only: bool = False,
    deadline_s: float = DEADLINE_S,
    clock: Callable[[], datetime] = utc_now,
    index_folder: Path | None = None,
) -> Opening:
    """Return a store to be opened by ``async with``, which also closes it, or by ``await``.

    Args:
        target: Path of the database file.
        create: Make the file, as IronClaw 0.24 would, if there is none.
        read_only: Refuse every write.
        deadline_s: How long, in seconds, to try a file that another program has locked.
        clock: What tells the time that a write stores.
        index_folder: Where full-text indexes lie, a private folder; without it searches look for none.

    Raises:
        OpenError: the file cannot be opened as IronClaw's database; raised where the result is awaited or entered.
    """
    if isinstance(target, str) and target.startswith(_OTHER_BACKENDS):
        raise UnsupportedBackend("This version does not open PostgreSQL; name a database file.")
    store = SqliteStore(
        Path(target), read_only=read_only, deadline_s=deadline_s, now=clock, index_folder=index_folder
    )
    return Opening(store, create=create)


def _create(path: Path) -> None:
    try:
        create_database(path)
    except OSError as error:
        raise OpenError(f"{shown(path)} cannot be created ({error.strerror}); choose another place.") from None
    except sqlite3.Error as error:
        raise named(error, path) from None


def order_index(path: Path, *, read_only: bool = False) -> OrderIndex:
    """Return the index on the order of the messages of a database.

    Args:
        path: The database file.
        read_only: Refuse to change it.
    """
    from store.ironclaw0.sqlite.order_index import SqliteOrderIndex

    return SqliteOrderIndex(path, read_only=read_only)


def text_index(path: Path, folder: Path) -> TextIndex:
    """Return the text index of a database.

    Args:
        path: The database file.
        folder: Where such indexes lie.
    """
    from store.ironclaw0.sqlite.text_index import SqliteTextIndex

    return SqliteTextIndex(path, folder)


def create_from_rows(path: Path, read: Callable[[], Iterator[ImportRow]], source: str) -> Imported:
    """Create a database file with exactly the given rows, or leave nothing behind.

    Args:
        path: Where nothing lies yet.
        read: Begins to read the rows; may be called twice.
        source: What to call the file they come from in a sentence.

    Raises:
        FileExistsError: something lies at the path, or a part of a database that was there.
        ImportRefused: a row cannot be stored, or ``read`` refused one.
        OSError: the file cannot be made there.
        DatabaseFailed: it cannot be filled.
    """
    from store.ironclaw0.sqlite import import_rows

    return import_rows.create_from_rows(path, read, source)
