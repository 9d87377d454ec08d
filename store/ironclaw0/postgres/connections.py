"""What every part of the store over one database stands on: its connections, its clock, what it remembers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from store.core.kept_timelines import KeptTimelines
from store.core.new_rows import require_text
from store.engines.postgres.connection import DEADLINE_S
from store.engines.postgres.server_database import ServerDatabase
from store.engines.postgres.transaction import Dialect
from store.errors import DuplicateThread, ReadOnlyStore
from store.ironclaw0.postgres.schema import Schema, probe
from store.ironclaw0.postgres.timeline_source import Place, open_timeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from store.core.ordered_timeline import OrderedTimeline
    from store.engines.postgres.address import Address
    from store.engines.postgres.connection import Reader
    from store.ironclaw0.known_titles import Titles
    from store.ironclaw0.postgres.schema import Database

P = ParamSpec("P")
T = TypeVar("T")


def _duplicate(shown: str) -> DuplicateThread:
    return DuplicateThread(f"{shown} has this user's thread of that kind already; open that one.")


DIALECT = Dialect(probe, _duplicate)


def server_database(address: Address, deadline_s: float = DEADLINE_S) -> ServerDatabase[Schema]:
    """Return the connections, not yet open, to a database of IronClaw 0.x."""
    return ServerDatabase(address, DIALECT, deadline_s)


def reason_not_to_write(reader: Reader[Schema], *, asked: bool) -> str | None:
    """Return one sentence that says why a database must not be written; ``None`` if it may be.

    Args:
        reader: An open connection to it.
        asked: The caller wants to read only.
    """
    if asked:
        return "The store was opened for reading only."
    if reader.can.is_standby:
        return f"{reader.shown} is a standby, which follows another server and takes no writes."
    if not reader.schema.may_update:
        return f"This user may only read {reader.shown}; edits need UPDATE and INSERT on its conversation tables."
    return None


class PostgresBase:
    """One database, open for reading and, from the first edit on, for writing.

    Args:
        server: The database, open.
        read_only: Refuse every write.
        clock: What tells the time that a write stores; ``None`` for the server's clock, as IronClaw has it.
        index_folder: Where counts are kept; without it none are.
    """

    def __init__(
        self,
        server: ServerDatabase[Schema],
        *,
        read_only: bool = False,
        clock: Callable[[], datetime] | None = None,
        index_folder: Path | None = None,
    ) -> None:
        self.shown = server.address.shown
        """Where the database lies, without any password."""
        self.read_only_reason = reason_not_to_write(server.reader, asked=read_only)
        """Why this store does not write, in one sentence; ``None`` if it does."""
        self._is_read_only = read_only
        self._clock = clock
        self._index_folder = index_folder
        self._server = server
        self._reopening = asyncio.Lock()
        self._titles: Titles[str] | None = None
        self._timelines = KeptTimelines(lambda conversation_id: self.timeline(conversation_id, None))

    async def reopen(self) -> None:
        """Connect anew; nothing is kept of the old connections."""
        async with self._reopening:
            server = server_database(self._server.address, self._server.deadline_s)
            await server.open()
            old, self._server = self._server, server
            self.read_only_reason = reason_not_to_write(server.reader, asked=self._is_read_only)
            self._timelines.clear()
            self._titles = None
            await old.close()

    async def close(self) -> None:
        """Close every connection. May be called twice."""
        self._timelines.clear()
        await self._server.close()

    async def timeline(self, conversation_id: str, user_id: str | None) -> OrderedTimeline[Place]:
        """Return the messages of a conversation as a sequence."""
        return await open_timeline(self._reader, conversation_id, user_id)

    async def _write(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self.read_only_reason is not None:
            raise ReadOnlyStore(self.read_only_reason)
        return await self._server.write(function, *args, **kwargs)

    @property
    def _reader(self) -> Reader[Schema]:
        return self._server.reader

    def _now(self) -> datetime | None:
        return None if self._clock is None else self._clock()

    def _require_text(self, *texts: str | None) -> None:
        """Refuse text that the server does not take.

        Raises:
            ValueError: one holds half a character, or NUL.
        """
        require_text(*texts)
        if any(text is not None and "\0" in text for text in texts):
            raise ValueError("text with NUL cannot be stored on a PostgreSQL server")
