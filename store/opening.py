"""Open whatever history a target names: the formats, and which of them is asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from store.core.limits import utc_now
from store.engines.sqlite.connection import DEADLINE_S, Dialect
from store.engines.sqlite.database_file import DatabaseFile
from store.environment.server_url import is_server
from store.errors import OpenError, UnsupportedBackend
from store.ironclaw0.sqlite import format as ironclaw0
from store.ironclaw1 import format as ironclaw1

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Coroutine, Generator, Iterator
    from datetime import datetime
    from types import TracebackType

    from store.contract.indexes import OrderIndex, TextIndex
    from store.contract.store import ConversationStore
    from store.contract.stored_rows import Imported, ImportRow
    from store.engines.sqlite.database import Tables


class Format(Protocol):
    """A module that opens one kind of history."""

    def claims(self, target: str, what: Tables) -> bool:
        """Tell whether the format opens a target.

        Args:
            target: The path of a SQLite file.
            what: Its tables.
        """
        ...

    def open_file(
        self,
        file: DatabaseFile[Tables],
        *,
        read_only: bool,
        clock: Callable[[], datetime],
        index_folder: Path | None,
    ) -> Coroutine[Any, Any, ConversationStore]:
        """Return the store over a SQLite file; closes the file if it cannot.

        Args:
            file: Open, with no format yet.
            read_only: Refuse every write.
            clock: What tells the time that a write stores.
            index_folder: Where full-text indexes lie and counts are kept; without it there are none.

        Raises:
            OpenError: the file lacks what the format needs.
        """
        ...


_FORMATS: tuple[Format, ...] = (ironclaw1, ironclaw0)
"""The first that claims a target opens it; the last claims every SQLite file."""
_LOOK: Dialect[Tables] = Dialect(lambda db, _file, tables: ironclaw1.told_apart(db, tables))
"""Takes any SQLite file; what it has are its tables, of two formats those of one."""


class Opening:
    """A store about to be opened: ``async with`` closes it at the end, ``await`` leaves that to the caller."""

    def __init__(self, open_: Callable[[], Coroutine[Any, Any, ConversationStore]]) -> None:
        self._open = open_
        self._store: ConversationStore | None = None

    def __await__(self) -> Generator[Any, Any, ConversationStore]:
        return self._open().__await__()

    async def __aenter__(self) -> ConversationStore:
        self._store = await self._open()
        return self._store

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._store is not None:
            await self._store.close()


def open_store(
    target: str | os.PathLike[str],
    *,
    create: bool = False,
    read_only: bool = False,
    deadline_s: float = DEADLINE_S,
    clock: Callable[[], datetime] | None = None,
    index_folder: Path | None = None,
) -> Opening:
    """Return a store to be opened by ``async with``, which also closes it, or by ``await``.

    Args:
        target: Path of the database file, ``~`` being the home of the user; or ``postgresql://`` and a server.
        create: Make the file, as IronClaw 0.24 would, if there is none.
        read_only: Refuse every write.
        deadline_s: How long, in seconds, to try a file that another program has locked.
        clock: What tells the time that a write stores; without it this machine's clock, or the server's own.
        index_folder: Where full-text indexes lie and counts are kept, a private folder; without it there are none.

    Raises:
        OpenError: the target cannot be opened as IronClaw's database; raised where the result is awaited or entered.
    """

    async def open_() -> ConversationStore:
        if isinstance(target, str) and is_server(target):
            return await _open_server(
                target, read_only=read_only, clock=clock, deadline_s=deadline_s, index_folder=index_folder
            )
        path = _path(target)
        if create:
            await asyncio.to_thread(ironclaw0.create, path)
        file = await DatabaseFile(path, _LOOK, deadline_s).open()
        chosen = next(each for each in _FORMATS if each.claims(str(path), file.reader.schema))
        return await chosen.open_file(file, read_only=read_only, clock=clock or utc_now, index_folder=index_folder)

    return Opening(open_)


async def _open_server(
    target: str,
    *,
    read_only: bool,
    clock: Callable[[], datetime] | None,
    deadline_s: float,
    index_folder: Path | None,
) -> ConversationStore:
    """Return the store over a server, whose driver is imported here.

    Args:
        target: The address.
        read_only: Refuse every write.
        clock: What tells the time that a write stores; ``None`` for the server's clock.
        deadline_s: How long, in seconds, to try again what others are in the way of.
        index_folder: Where counts are kept; without it none are.

    Raises:
        UnsupportedBackend: the driver is not installed.
        OpenError: the server cannot be opened.
    """
    try:
        from store.ironclaw0.postgres.format import open_server
    except ImportError:
        raise UnsupportedBackend(
            "PostgreSQL needs one more package: python -m pip install 'clawback[postgres]'."
        ) from None
    return await open_server(
        target, read_only=read_only, clock=clock, deadline_s=deadline_s, index_folder=index_folder
    )


def _path(target: str | os.PathLike[str]) -> Path:
    try:
        return Path(target).expanduser()
    except RuntimeError:
        raise OpenError("There is nobody of that name; write the path in full.") from None


def holds_threads(path: Path) -> bool:
    """Tell whether a file holds a thread of IronClaw 1.x; one that cannot be read holds none."""
    from store.ironclaw1 import presence

    return presence.holds_threads(path)


def order_index(target: Path | str, *, read_only: bool = False) -> OrderIndex:
    """Return the index on the order of the messages of a database.

    Args:
        target: The database file, or the address of a server.
        read_only: Refuse to change it.

    Raises:
        BadConfiguration: it is no address.
    """
    if isinstance(target, str) and is_server(target):
        from store.engines.postgres.address import Address
        from store.ironclaw0.postgres.order_index import PostgresOrderIndex

        return PostgresOrderIndex(Address(target), read_only=read_only)
    from store.ironclaw0.sqlite.order_index import SqliteOrderIndex

    return SqliteOrderIndex(Path(target), read_only=read_only)


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
