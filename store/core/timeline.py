"""The messages of one conversation as a sequence: its order in arrays, its rows read when they are asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from store.core.message_order import MessageOrder
from store.domain.timestamps import instant
from store.domain.turns import TurnNumbers
from store.engines.sqlite.checks import data_version
from store.engines.sqlite.opening import shown, snapshot
from store.errors import DatabaseBusy
from store.ironclaw0.sqlite import messages
from store.ironclaw0.sqlite.row_handles import require
from store.records import HEAD_BYTES, Message, MessageCursor, MessageSlice

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from store.engines.sqlite.connection import Reader
    from store.engines.sqlite.opening import Database
    from store.ironclaw0.sqlite.messages import Below, Keys, Watermark

_COUNTED = 10_000
"""Messages counted before the first are shown; more are counted after that."""
_STEPS = (192, 2000, 5000)
"""Rows read by the first step of the order, the second, and all others."""
_ROWS_A_HOP = 500
_ROLES_A_HOP = 2000
_TRIES = 5


class SqliteTimeline:
    """Implements ``store.contract.timeline.Timeline``; made by ``open_timeline``."""

    def __init__(self, reader: Reader, conversation_id: str, user_id: str | None) -> None:
        self._reader = reader
        self._id = conversation_id
        self._user_id = user_id
        self._lock = asyncio.Lock()
        self._row = 0
        self._order = MessageOrder(0)
        self._mark: Watermark | None = None
        self._last: int | None = None
        self._below: Below | None = None
        self._steps = 0
        self.is_counted = True
        """Whether ``total`` is exact; else there are more."""
        self._version: int | None = None
        self._turns, self._turns_of = TurnNumbers(), 0

    @property
    def conversation_id(self) -> str:
        """Return the id of the conversation."""
        return self._id

    @property
    def total(self) -> int:
        """Return the number of messages, or how many were counted so far."""
        return self._order.total

    @property
    def is_complete(self) -> bool:
        """Tell whether the order of every message is known."""
        return self._order.is_complete

    @property
    def revision(self) -> int:
        """Return a number that changes when known positions no longer hold."""
        return self._order.revision

    @property
    def turns(self) -> TurnNumbers:
        """Return where turns begin, as far as that was read; nothing of it once positions have moved."""
        if self._turns_of != self.revision:
            self._turns, self._turns_of = TurnNumbers(), self.revision
        return self._turns

    async def start(self) -> None:
        """Read the newest step of the order.

        Raises:
            ConversationNotFound: the conversation does not exist, or is another user's.
        """
        async with self._lock:
            await self._rebuild(self._order.revision)

    async def advance(self) -> bool:
        """Read one more step of the order; return whether it is complete."""
        async with self._lock:
            await self._advance()
            return self.is_complete

    async def number_turns(self) -> bool:
        """Read one more step of the turns, from the oldest on; return whether all are known."""
        async with self._lock:
            if not self.is_complete:
                await self._advance()
                return False
            known = self.turns.known
            run = self._order.span(known, known + _ROLES_A_HOP)
            roles = await self._reader.run(messages.roles, self._row, run)
            if roles is None:
                await self._rebuild(self.revision + 1)
                return False
            self.turns.append(roles)
            return self.turns.known >= self.total

    async def refresh(self) -> bool:
        """Take in what was written since; return whether anything changed.

        Raises:
            ConversationNotFound: the conversation has been deleted.
        """
        async with self._lock:
            version = await self._reader.run(data_version)
            if version == self._version:
                return False
            written = await self._reader.run(_news, self._id, self._user_id, self._row, self._mark)
            await self._count()
            if written is None or written.total != self.total + len(written.keys):
                await self._rebuild(self.revision + 1)
                return True
            self._version, self._mark = version, written.watermark
            self._order.append(written.keys)
            return bool(written.keys)

    async def slice(self, start: int, stop: int) -> MessageSlice:
        """Return the messages at positions ``start`` to ``stop``, cut to what exists; large ones by head."""
        return await self.read(start, stop, HEAD_BYTES)

    async def read(self, start: int, stop: int, limit: int | None) -> MessageSlice:
        """Return a slice with contents over ``limit`` bytes by head, all whole if it is ``None``."""
        async with self._lock:
            for _ in range(_TRIES):
                low = min(max(start, 0), self.total)
                while not self.is_complete and low <= self._order.offset:
                    await self._advance()
                revision = self.revision
                found = await self._fetch(low, max(min(stop, self.total), low), limit)
                if found is None:
                    await self._rebuild(revision + 1)
                    continue
                return MessageSlice(
                    conversation_id=self._id,
                    start=low,
                    total=self.total,
                    revision=revision,
                    messages=tuple(found),
                )
        raise self._restless()

    async def position(self, cursor: MessageCursor) -> int | None:
        """Return where a message stands, or ``None`` if it is not there."""
        async with self._lock:
            await self._count()
            while (place := self._order.position(cursor.instant, cursor.tie)) is None and not self.is_complete:
                await self._advance()
            return place

    async def position_at(self, moment: datetime) -> int:
        """Return the position of the first message at or after a time; ``total`` if there is none."""
        sought = instant(moment)
        async with self._lock:
            await self._count()
            while not self.is_complete and not self._reaches(sought):
                await self._advance()
            return self._order.place(moment)

    async def window(self, choose: Callable[[MessageOrder], tuple[int, int]], limit: int | None) -> MessageSlice:
        """Return the messages between two positions chosen in the complete and current order."""
        for _ in range(_TRIES):
            await self.refresh()
            while not await self.advance():
                pass
            order = self._order
            revision = order.revision
            found = await self.read(*choose(order), limit)
            if found.revision == revision:
                return found
        raise self._restless()

    def _restless(self) -> DatabaseBusy:
        return DatabaseBusy(f"Another program keeps rewriting {shown(self._reader.path)}; try again when it is done.")

    def _reaches(self, sought: int) -> bool:
        oldest = self._order.oldest_instant()
        return oldest is not None and oldest < sought

    async def _fetch(self, start: int, stop: int, limit: int | None) -> list[Message] | None:
        found: list[Message] = []
        for low in range(start, stop, _ROWS_A_HOP):
            run = self._order.span(low, min(low + _ROWS_A_HOP, stop))
            part = await self._reader.run(messages.fetch, self._row, self._id, run, limit)
            if part is None:
                return None
            found += part
        return found

    async def _advance(self) -> None:
        if self.is_complete:
            return
        if not self.is_counted:
            await self._count()
            return
        size = _STEPS[min(self._steps, len(_STEPS) - 1)]
        step = await self._reader.run(messages.older_keys, self._row, self._last, self._below, size)
        if step is None:
            await self._rebuild(self.revision + 1)
        else:
            self._take(step, size)

    async def _count(self) -> None:
        if not self.is_counted:
            self._order.recount(await self._reader.run(messages.total, self._row, last=self._last))
            self.is_counted = True

    def _take(self, step: Keys, size: int) -> None:
        self._steps += 1
        self._below = step.below
        self._order.prepend(step.keys)
        if len(step.keys) < size:
            self._order.complete()

    async def _rebuild(self, revision: int) -> None:
        self._version = await self._reader.run(data_version)
        self._row, total, self._mark, step = await self._reader.run(_begin, self._id, self._user_id)
        self._order = MessageOrder(total, revision)
        self._last = self._mark and self._mark.rowid
        self.is_counted = total < _COUNTED
        self._below, self._steps = None, 0
        self._take(step, _STEPS[0])


async def open_timeline(reader: Reader, conversation_id: str, user_id: str | None) -> SqliteTimeline:
    """Return the messages of a conversation as a sequence with its newest step read.

    Raises:
        ConversationNotFound: the conversation does not exist, or is another user's.
    """
    timeline = SqliteTimeline(reader, conversation_id, user_id)
    await timeline.start()
    return timeline


def _begin(db: Database, conversation_id: str, user_id: str | None) -> tuple[int, int, Watermark | None, Keys]:
    with snapshot(db):
        row = require(db, conversation_id, user_id)
        mark = messages.watermark(db, row)
        keys = messages.older_keys(db, row, mark and mark.rowid, None, _STEPS[0]) or messages.Keys([], None)
        return row, messages.total(db, row, cap=_COUNTED), mark, keys


def _news(
    db: Database, conversation_id: str, user_id: str | None, row: int, mark: Watermark | None
) -> messages.News | None:
    """Return what was written since; ``None`` if the conversation's row is another one by now."""
    with snapshot(db):
        return messages.news(db, row, mark) if require(db, conversation_id, user_id) == row else None
