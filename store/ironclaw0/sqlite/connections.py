"""What every part of the store over one SQLite file stands on: its connections, its clock, what it remembers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from store.core.kept_timelines import KeptTimelines
from store.core.limits import utc_now
from store.domain.timestamps import format_canonical
from store.engines.sqlite import write_guard
from store.engines.sqlite.connection import DEADLINE_S, Dialect
from store.engines.sqlite.database_file import DatabaseFile
from store.errors import DuplicateThread, ReadOnlyStore
from store.files.paths import shown
from store.ironclaw0.sqlite.list_pages import ListCache
from store.ironclaw0.sqlite.schema import Schema, probe
from store.ironclaw0.sqlite.timeline_source import Place, open_timeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from store.core.ordered_timeline import OrderedTimeline
    from store.core.search_memory import KeptState
    from store.engines.sqlite.connection import Reader
    from store.ironclaw0.sqlite.remembered import Remembered
    from store.ironclaw0.sqlite.schema import Database

P = ParamSpec("P")
T = TypeVar("T")


def _duplicate(file: str) -> DuplicateThread:
    return DuplicateThread(f"{file} has this user's thread of that kind already; open that one.")


DIALECT = Dialect(probe, _duplicate)


def database_file(path: Path, deadline_s: float = DEADLINE_S) -> DatabaseFile[Schema]:
    """Return the connections, not yet open, to a file of IronClaw 0.x."""
    return DatabaseFile(path, DIALECT, deadline_s)


def reason_not_to_write(path: Path, schema: Schema, *, asked: bool) -> str | None:
    """Return one sentence that says why a file must not be written; ``None`` if it may be.

    Args:
        path: The database file.
        schema: What it has.
        asked: The caller wants to read only.
    """
    reason = write_guard.reason_not_to_write(path, asked=asked)
    if reason is None and schema.has_triggers:
        return f"{shown(path)} has triggers on its conversation tables that IronClaw does not make."
    return reason


class SqliteBase:
    """One file, open for reading and, from the first edit on, for writing.

    Args:
        file: The file, open.
        read_only: Refuse every write.
        now: The clock.
        index_folder: Where full-text indexes lie; without it searches look for none.
    """

    def __init__(
        self,
        file: DatabaseFile[Schema],
        *,
        read_only: bool = False,
        now: Callable[[], datetime] = utc_now,
        index_folder: Path | None = None,
    ) -> None:
        self.path = file.path
        self.read_only_reason = reason_not_to_write(file.path, file.reader.schema, asked=read_only)
        """Why this store does not write, in one sentence; ``None`` if it does."""
        self._is_read_only = read_only
        self._clock = now
        self._file = file
        self._reopening = asyncio.Lock()
        self._list_cache = ListCache()
        self._search_memory: KeptState[Remembered] | None = None
        self._index_folder = index_folder
        self._timelines = KeptTimelines(
            lambda conversation_id: open_timeline(self._reader, conversation_id, None, keeps_turns=False)
        )

    async def reopen(self) -> None:
        """Go on with the file that lies at the path now; nothing is kept of the old one."""
        async with self._reopening:
            await self._file.abandon()
            file = database_file(self.path, self._file.deadline_s)
            try:
                schema = (await file.open()).reader.schema
                self.read_only_reason = reason_not_to_write(self.path, schema, asked=self._is_read_only)
            except BaseException:
                await file.close()
                raise
            self._file = file
            self._list_cache = ListCache()
            self._search_memory = None
            self._timelines.clear()

    async def close(self) -> None:
        """Close every connection. May be called twice."""
        self._timelines.clear()
        await self._file.close()

    async def timeline(self, conversation_id: str, user_id: str | None) -> OrderedTimeline[Place]:
        """Return the messages of a conversation as a sequence."""
        return await open_timeline(self._reader, conversation_id, user_id, keeps_turns=True)

    async def _write(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self.read_only_reason is not None:
            raise ReadOnlyStore(self.read_only_reason)
        return await self._file.write(function, *args, **kwargs)

    @property
    def _reader(self) -> Reader[Schema]:
        return self._file.reader

    def _now(self) -> str:
        return format_canonical(self._clock())
