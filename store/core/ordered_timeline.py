"""The messages of one conversation as a sequence: its order in arrays, its rows read when they are asked for."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from store.core.message_order import MessageOrder
from store.core.reading_order import later_instants
from store.domain.timestamps import instant
from store.domain.turns import TurnNumbers
from store.errors import CorruptDatabase, DatabaseBusy
from store.records import HEAD_BYTES, Message, MessageCursor, MessageSlice

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from store.core.message_order import KeyRun

Place = TypeVar("Place")

_COUNTED = 10_000
"""Messages counted before the first are shown; more are counted after that."""
_STEPS = (192, 2000, 5000)
"""Rows read by the first step of the order, the second, and all others."""
_ROWS_A_HOP = 500
_ROLES_A_HOP = 2000
_TRIES = 5


class KeyStep(NamedTuple, Generic[Place]):
    """Some messages of a conversation."""

    keys: list[tuple[int, int]] | KeyRun
    """(instant, tie) of each."""
    place: Place
    """How far the conversation was read with them."""


class MessageSource(Protocol[Place]):
    """Reads one conversation, each call one short read.

    ``Place`` is the source's own note of how far it has read, towards the start and the end; nobody else looks into
    it.
    """

    name: str
    """What to call the database in a sentence."""

    async def version(self) -> int:
        """Return a number that changes whenever anything was written."""
        ...

    async def begin(self, size: int, cap: int) -> tuple[KeyStep[Place], int]:
        """Return up to ``size`` of the newest keys, and how many messages there are, counted up to ``cap``.

        Raises:
            ConversationNotFound: the conversation does not exist, or is another user's.
        """
        ...

    async def older(self, place: Place, size: int) -> KeyStep[Place] | None:
        """Return the next ``size`` keys towards the start, fewer at its end; ``None`` if they cannot be told."""
        ...

    async def newer(self, place: Place) -> tuple[KeyStep[Place], int] | None:
        """Return the keys written since, and how many messages there are; ``None`` if they cannot be told.

        Raises:
            ConversationNotFound: the conversation has been deleted.
        """
        ...

    async def total(self, place: Place) -> int:
        """Return how many messages there were when the reading began."""
        ...

    async def fetch(self, place: Place, run: KeyRun, limit: int | None) -> list[Message] | None:
        """Return the messages of a run, contents over ``limit`` bytes by head; ``None`` if one is not what it was."""
        ...

    async def roles(self, place: Place, run: KeyRun) -> list[str] | None:
        """Return the roles of the messages of a run; ``None`` if one is gone."""
        ...


class OrderedTimeline(Generic[Place]):
    """Implements ``store.contract.timeline.Timeline``.

    Args:
        source: Reads the conversation.
        conversation_id: Its id.
        keeps_turns: Whether ties tell the order of writing, and replies stay behind their questions by it; else the
            times alone order.
    """

    def __init__(self, source: MessageSource[Place], conversation_id: str, *, keeps_turns: bool = False) -> None:
        self._source = source
        self._id = conversation_id
        self._keeps_turns = keeps_turns
        self._lock = asyncio.Lock()
        self._order = MessageOrder(0)
        self._is_unsettled = False
        self._place: Place | None = None
        self._steps = 0
        self.is_counted = True
        """Whether ``total`` is exact; else there are more."""
        self._version: int | None = None
        self._counted = 0
        self._vain = 0
        """How often in a row the order was read anew though nobody had written."""
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
            roles = await self._source.roles(self._where, run)
            if roles is None:
                await self._read_anew()
                return False
            self.turns.append(roles)
            return self.turns.known >= self.total

    async def refresh(self) -> bool:
        """Take in what was written since; return whether anything changed.

        Raises:
            ConversationNotFound: the conversation has been deleted.
        """
        async with self._lock:
            version = await self._source.version()
            if version == self._version:
                return False
            written = await self._source.newer(self._where)
            await self._count()
            if written is None or written[1] != self.total + len(written[0].keys):
                await self._rebuild(self.revision + 1)
                return True
            step, _ = written
            self._version, self._place = version, step.place
            if not self._order.append(step.keys):
                self._is_unsettled = self._keeps_turns
            await self._settle()
            return len(step.keys) > 0

    async def slice(self, start: int, stop: int) -> MessageSlice:
        """Return the messages at positions ``start`` to ``stop``, cut to what exists; large ones by head."""
        return await self.read(start, stop, HEAD_BYTES)

    async def read(self, start: int, stop: int, limit: int | None) -> MessageSlice:
        """Return a slice with contents over ``limit`` bytes by head, all whole if it is ``None``."""
        async with self._lock:
            await self._settle()
            for _ in range(_TRIES):
                low = min(max(start, 0), self.total)
                while not self.is_complete and low <= self._order.offset:
                    await self._advance()
                found = await self._fetch(low, max(min(stop, self.total), low), limit)
                if found is None:
                    await self._read_anew()
                    continue
                return MessageSlice(
                    conversation_id=self._id,
                    start=low,
                    total=self.total,
                    revision=self.revision,
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

    @property
    def _where(self) -> Place:
        assert self._place is not None, "start() comes first"
        return self._place

    def _restless(self) -> DatabaseBusy:
        return DatabaseBusy(f"Another program keeps rewriting {self._source.name}; try again when it is done.")

    def _damaged(self) -> CorruptDatabase:
        return CorruptDatabase(f"{self._source.name} has damaged pages; restore a backup, or try to recover it.")

    def _reaches(self, sought: int) -> bool:
        oldest = self._order.oldest_instant()
        return oldest is not None and oldest < sought

    async def _fetch(self, start: int, stop: int, limit: int | None) -> list[Message] | None:
        found: list[Message] = []
        for low in range(start, stop, _ROWS_A_HOP):
            run = self._order.span(low, min(low + _ROWS_A_HOP, stop))
            part = await self._source.fetch(self._where, run, limit)
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
        step = await self._source.older(self._where, size)
        if step is None:
            await self._read_anew()
        else:
            self._take(step, size)
            await self._settle()

    async def _settle(self) -> None:
        """Put replies that are stamped before their questions behind them, if there may be any."""
        if self._is_unsettled:
            read = partial(self._source.roles, self._where)
            self._order.read_later(await later_instants(self._order.in_time(), read))
            self._is_unsettled = False

    async def _count(self) -> None:
        if not self.is_counted:
            self._counted = await self._source.total(self._where)
            self._order.recount(self._counted)
            self.is_counted = True

    def _take(self, step: KeyStep[Place], size: int) -> None:
        self._steps += 1
        self._place = step.place
        self._order.prepend(step.keys)
        if self._steps == 1 or len(step.keys) < size:
            self._is_unsettled = self._keeps_turns and not self._order.is_in_step
        if len(step.keys) < size:
            self._order.complete()
        elif self.is_counted and self._order.known > 2 * self._counted + size:
            # Pages that lead in a circle.
            raise self._damaged()

    async def _read_anew(self) -> None:
        """Read the order anew, since rows are not what they were.

        Raises:
            CorruptDatabase: they are not, though nobody writes: pages contradict each other.
        """
        self._vain = self._vain + 1 if await self._source.version() == self._version else 0
        if self._vain >= _TRIES:
            self._vain = 0
            raise self._damaged()
        await self._rebuild(self.revision + 1)

    async def _rebuild(self, revision: int) -> None:
        self._version = await self._source.version()
        step, total = await self._source.begin(_STEPS[0], _COUNTED)
        self._order = MessageOrder(total, revision)
        self._counted = total
        self.is_counted = total < _COUNTED
        self._steps = 0
        self._take(step, _STEPS[0])
        await self._settle()
