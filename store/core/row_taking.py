"""Hand out conversations and their messages row by row, in the order in which they are shown.

A conversation costs some bytes a message while it is read, whatever the messages hold: their order is learnt first,
as the browser learns it, then they are read some at a time.
"""

from __future__ import annotations

from heapq import merge
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar

from store.contract.stored_rows import RowPortion, StoredConversation, StoredMessage
from store.core.message_order import key_run, order_key, rises
from store.core.reading_order import later_instants

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from store.contract.stored_rows import DivisibleRows, RowSelection
    from store.core.message_order import KeyRun
    from store.core.reading_order import ReadRoles
    from store.records import MessageCursor, Tie

Place = TypeVar("Place")
Part = StoredConversation | tuple[StoredMessage, ...]

_MESSAGES = 500
"""Messages asked for at a time."""


class RowSource(Protocol[Place]):
    """Reads rows, each call one short read; ``Place`` is its own note of the conversations behind it."""

    @property
    def path(self) -> Path | None:
        """Return the file, ``None`` if it is none that another process should open, too."""
        ...

    async def open(self) -> int:
        """Connect; return how many messages the chosen conversations have.

        Raises:
            ConversationNotFound: one of the given does not exist, or is another user's.
        """
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...

    async def conversations(self, place: Place | None) -> tuple[list[StoredConversation], Place | None]:
        """Return some conversations and the place behind them, ``None`` at the end; at first asked with ``None``."""
        ...

    async def order(self, conversation: StoredConversation) -> list[KeyRun]:
        """Return the places of all messages, the newest first: runs that may lie across each other."""
        ...

    def roles(self, conversation: StoredConversation) -> ReadRoles | None:
        """Return what reads the roles of messages; ``None`` where ties do not tell the order of writing."""
        ...

    async def messages(
        self, conversation: StoredConversation, ties: Sequence[int]
    ) -> tuple[tuple[StoredMessage, ...], int]:
        """Return messages in the given order, without those that are gone, and how many ties were dealt with."""
        ...


class OrderedRowStream(Generic[Place]):
    """Implements ``store.contract.stored_rows.RowStream``.

    Args:
        source: Reads the rows.
        selection: Which of them.
    """

    def __init__(self, source: RowSource[Place], selection: RowSelection) -> None:
        self._source = source
        self._selection = selection
        self._parts: AsyncGenerator[Part, None] | None = None
        self.total = 0
        self.done = 0

    async def __aenter__(self) -> Self:
        """Connect and count."""
        try:
            self.total = await self._source.open()
        except BaseException:
            await self._source.close()
            raise
        self._parts = self._read()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        if self._parts is not None:
            await self._parts.aclose()
        await self._source.close()

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> Part:
        """Return the next conversation, or the next messages of the one that came last."""
        if self._parts is None:
            raise StopAsyncIteration
        return await anext(self._parts)

    @property
    def divisible(self) -> DivisibleRows | None:
        """Return the same as portions, ``None`` if no other process should read them."""
        return None if self._source.path is None else self

    @property
    def path(self) -> Path:
        """Return the file; for one that is divisible."""
        assert self._source.path is not None
        return self._source.path

    async def portions(self) -> AsyncGenerator[RowPortion, None]:
        """Yield what is to be read, conversation by conversation."""
        found, place = await self._source.conversations(None)
        while place is not None:
            for conversation in found:
                async for portion in self._portions(conversation):
                    yield portion
            found, place = await self._source.conversations(place)

    async def read(self, portion: RowPortion) -> AsyncGenerator[tuple[StoredMessage, ...], None]:
        """Yield the messages of a portion without those that are gone, some megabytes at a time."""
        waiting = list(portion.ties)
        while waiting:
            found, taken = await self._source.messages(portion.conversation, waiting)
            del waiting[:taken]
            self.done += taken
            if found:
                yield found

    async def _read(self) -> AsyncGenerator[Part, None]:
        async for portion in self.portions():
            if portion.is_first:
                yield portion.conversation
            async for found in self.read(portion):
                yield found

    async def _portions(self, conversation: StoredConversation) -> AsyncGenerator[RowPortion, None]:
        """Yield the portions of a conversation; nothing if none of its messages is wanted, though some were."""
        order, later = await self._order(conversation)
        ties = (tie for instant, tie in order if self._is_wanted(instant, tie, later))
        some = list(islice(ties, _MESSAGES))
        if some or not self._selection.is_stretch:
            yield RowPortion(conversation, some, is_first=True)
        while some := list(islice(ties, _MESSAGES)):
            yield RowPortion(conversation, some, is_first=False)

    async def _order(self, conversation: StoredConversation) -> tuple[Iterator[tuple[int, int]], Mapping[Tie, int]]:
        """Return every (instant, tie) in the order in which messages are read, and which are read later, by tie."""
        runs = await self._source.order(conversation)
        read = self._source.roles(conversation)
        if read is None or _is_in_step(runs):
            return _in_order(runs), {}
        ordered = key_run(list(_in_order(runs)))
        later: dict[Tie, int] = dict((await later_instants(ordered, read)).items())
        keys = zip(*ordered, strict=True)
        return iter(sorted(keys, key=lambda key: (later.get(key[1], key[0]), key[1]))) if later else keys, later

    def _is_wanted(self, instant: int, tie: int, later: Mapping[Tie, int]) -> bool:
        first, last = self._selection.first, self._selection.last
        if first is not None and _compared(instant, tie, first, later) < 0:
            return False
        return last is None or _compared(instant, tie, last, later) <= 0


def _compared(instant: int, tie: int, edge: MessageCursor, later: Mapping[Tie, int]) -> int:
    """Return whether a message stands before an edge (-1), at it or behind it (1).

    An edge that names a message goes by the order in which messages are read, one that is a time by their times.

    Args:
        instant: When the message was created.
        tie: Its tie.
        edge: The edge.
        later: When messages are read that are read later than their times say, by tie.
    """
    one: tuple[int, float] = (instant, tie)
    other = order_key(edge)
    if edge.tie is not None:
        one, other = (later.get(tie, instant), tie), (later.get(edge.tie, edge.instant), other[1])
    return (one > other) - (one < other)


def _is_in_step(runs: list[KeyRun]) -> bool:
    """Tell whether ties rise with the times."""
    ascending = runs[::-1]
    return all(map(rises, ascending)) and all(one.ties[-1] < other.ties[0] for one, other in pairwise(ascending))


def _in_order(runs: list[KeyRun]) -> Iterator[tuple[int, int]]:
    """Yield every (instant, tie) in order; only runs that lie across each other are compared."""
    ascending = runs[::-1]
    if all(one.last < other.first for one, other in pairwise(ascending)):
        for run in ascending:
            yield from zip(run.instants, run.ties, strict=True)
    else:
        yield from merge(*(zip(run.instants, run.ties, strict=True) for run in ascending))
