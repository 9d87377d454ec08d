"""What every part of the store over a file of IronClaw 1.x stands on: its connections, what was read for lists."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn

from store.core.limits import utc_now
from store.core.reading_store import ReadingStore
from store.engines.sqlite.connection import DEADLINE_S, Dialect
from store.engines.sqlite.database_file import DatabaseFile
from store.errors import ReadOnlyStore
from store.ironclaw1 import automations
from store.ironclaw1.conversation_records import Lists
from store.ironclaw1.run_timeline import RunPlace, open_runs
from store.ironclaw1.schema import Database, Schema, probe
from store.ironclaw1.thread_metadata import READ_ONLY
from store.ironclaw1.timeline_source import SequenceTimeline, open_timeline
from store.ironclaw1.topics import ThreadTopics

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from store.core.ordered_timeline import OrderedTimeline
    from store.core.search_memory import KeptState, Searched
    from store.engines.sqlite.connection import Reader

DIALECT = Dialect(probe)


def database_file(path: Path, deadline_s: float = DEADLINE_S) -> DatabaseFile[Schema]:
    """Return the connections, not yet open, to a file of IronClaw 1.x."""
    return DatabaseFile(path, DIALECT, deadline_s)


class ThreadBase(ReadingStore[Database]):
    """One file, open for reading.

    Args:
        file: The file, open.
        now: The clock.
        index_folder: Where counts are kept; without it none are.
    """

    def __init__(
        self,
        file: DatabaseFile[Schema],
        *,
        now: Callable[[], datetime] = utc_now,
        index_folder: Path | None = None,
    ) -> None:
        self.path = file.path
        self.read_only_reason: str | None = READ_ONLY
        """Why this store does not write, in one sentence."""
        self._file = file
        self._clock = now
        self._index_folder = index_folder
        self._reopening = asyncio.Lock()
        self._lists = Lists()
        self._search_memory: KeptState[Searched[int]] | None = None

    async def reopen(self) -> None:
        """Go on with the file that lies at the path now; nothing is kept of the old one."""
        async with self._reopening:
            await self._file.abandon()
            file = database_file(self.path, self._file.deadline_s)
            try:
                await file.open()
            except BaseException:
                await file.close()
                raise
            self._file = file
            self._lists = Lists()
            self._search_memory = None

    async def close(self) -> None:
        """Close every connection. May be called twice."""
        await self._file.close()

    async def timeline(
        self, conversation_id: str, user_id: str | None
    ) -> SequenceTimeline | OrderedTimeline[RunPlace]:
        """Return the messages of a conversation as a sequence."""
        if conversation_id.startswith(automations.KEY):
            return await open_runs(self._reader, self._lists, conversation_id, user_id)
        return await open_timeline(self._reader, self._lists.proofs, conversation_id, user_id)

    @property
    def _topics(self) -> ThreadTopics:
        return ThreadTopics(self._lists)

    @property
    def _reader(self) -> Reader[Schema]:
        return self._file.reader

    def _refuse(self, *_: Any) -> NoReturn:
        raise ReadOnlyStore(READ_ONLY)
