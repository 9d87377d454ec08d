"""Count a history conversation by conversation; one that has not changed since it was counted is not read again."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.kept_counts import BROKEN, LARGEST, TRUSTED_US
from store.core.statistics_run import StatisticsSteps
from store.core.statistics_sums import StatisticsPart
from store.core.step_search import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence

    from store.core.kept_counts import KeptCounts
    from store.core.local_days import LocalDays
    from store.core.statistics_sums import DayCounts
    from store.core.step_search import Lane

STEP = 15_000
"""Messages read by a step, about."""
_FIRST_STEP = 500
"""Messages read by the first step, which shall answer at once."""
_ENTRY, _DAY = 24, 12
"""Bytes that a conversation and a day take in the file, about, beside the texts."""


class ConversationHead(NamedTuple):
    """A conversation that is to be counted."""

    key: str
    proof: str
    """What changes when messages are added to it or deleted, or its channel does."""
    messages: int
    """How many it has, about."""


class CountedConversation(NamedTuple):
    """What one conversation came to."""

    channel: str
    proof: str
    """Read together with it."""
    days: dict[int, int]
    """Messages by ordinal of the local day."""


class ConversationSteps(StatisticsSteps[Connection]):
    """Counts the history of one user.

    Args:
        connect: Opens a connection for this alone.
        days: Tells the local days.
        kept: Where counts are kept.
        now: The time, an instant in microseconds.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Lane[Connection]]],
        days: LocalDays,
        kept: KeptCounts,
        now: int,
    ) -> None:
        super().__init__(connect)
        self._days = days
        self._kept = kept
        self._now = self._read_at = now
        self._mark: object = None
        """What must still hold the next time for any proof to count, as JSON can hold it; ``_heads`` notes it."""
        self._settled: dict[str, CountedConversation] = {}
        """What the next time need not be read."""

    @abstractmethod
    async def _heads(self) -> list[ConversationHead]:
        """Return every conversation of the user, in the order in which they are counted."""

    @abstractmethod
    async def _runs(self) -> StatisticsPart:
        """Return what is counted anew each time: routines, calls to models."""

    @abstractmethod
    def _read(self, db: Connection, heads: Sequence[ConversationHead]) -> dict[str, CountedConversation]:
        """Count conversations, on a connection's thread; those that are gone are left out."""

    async def _holds(self, mark: object) -> bool:
        """Tell whether the mark of the last time still holds."""
        return mark is None

    async def keep(self) -> None:
        """Keep what was counted for the next time, large conversations rather than small ones."""
        if not self._kept.is_kept:
            return
        room, kept = LARGEST * 3 // 4, {}
        for key, counted in sorted(self._settled.items(), key=lambda each: -sum(each[1].days.values())):
            room -= len(key) + len(counted.proof) + _ENTRY + _DAY * len(counted.days)
            if room < 0:
                break
            kept[key] = [counted.channel, counted.proof, [*counted.days.items()]]
        days = {day for counted in self._settled.values() for day in counted.days}
        facts = {
            "conversations": kept,
            "days": sorted(days),
            "zone": self._days.mark(days),
            "mark": self._mark,
            "read_at": self._read_at,
        }
        await asyncio.to_thread(self._kept.write, facts)

    async def _steps(self) -> AsyncGenerator[Coroutine[Any, Any, StatisticsPart], None]:
        yield self._runs()
        heads = await self._heads()
        await self._spread()
        known = await self._recall(heads)
        yield _told(_part(0, known))
        self._settled |= known
        left = [head for head in heads if head.key not in known]
        total, done = sum(head.messages for head in left), 0
        for some in _portions(left):
            done += sum(head.messages for head in some)
            yield self._count(some, done / total if total else 1.0)
        yield _told(StatisticsPart(1.0, is_last=True))

    async def _count(self, heads: Sequence[ConversationHead], share: float) -> StatisticsPart:
        found = await self._scan(self._read, heads)
        # What was written to meanwhile is read again the next time.
        self._settled |= {
            head.key: found[head.key] for head in heads if head.key in found and found[head.key].proof == head.proof
        }
        return _part(share, found)

    async def _recall(self, heads: Sequence[ConversationHead]) -> dict[str, CountedConversation]:
        """Return what was kept of conversations and still holds."""
        facts = await asyncio.to_thread(self._kept.read)
        try:
            kept = {
                str(key): CountedConversation(str(channel), str(proof), {int(day): int(many) for day, many in days})
                for key, (channel, proof, days) in facts["conversations"].items()
            }
            read_at = int(facts["read_at"])
            is_ours = facts["zone"] == self._days.mark(int(day) for day in facts["days"])
            is_sound = is_ours and 0 <= self._now - read_at < TRUSTED_US and await self._holds(facts["mark"])
        except BROKEN:
            return {}
        if not is_sound:
            return {}
        self._read_at = read_at
        return {head.key: kept[head.key] for head in heads if head.key in kept and kept[head.key].proof == head.proof}


def _part(share: float, found: Mapping[str, CountedConversation]) -> StatisticsPart:
    """Return what conversations come to together."""
    messages: DayCounts = Counter()
    for counted in found.values():
        for day, many in counted.days.items():
            messages[counted.channel, day] += many
    return StatisticsPart(share, messages, Counter(counted.channel for counted in found.values()))


async def _told(part: StatisticsPart) -> StatisticsPart:
    return part


def _portions(heads: Sequence[ConversationHead]) -> Iterator[list[ConversationHead]]:
    """Yield conversations for one step after the other."""
    some: list[ConversationHead] = []
    room = _FIRST_STEP
    for head in heads:
        some.append(head)
        room -= head.messages + 1
        if room <= 0:
            yield some
            some, room = [], STEP
    if some:
        yield some
