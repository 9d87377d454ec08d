"""The order in which messages are read: by their times, but the messages of a turn stay together.

A clock that was set back stamps a reply before its question, or a turn inside another one. Where ties tell the order
of writing, such a reply is read at the instant of its question, and turns that overlap are read in the order of
writing, if that leaves fewer questions without a reply and replies without a question: rows that were imported in
another order have theirs where the times put them.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Awaitable, Callable
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from store.core.message_order import KeyRun
from store.domain.turns import ASSISTANT, TOOL_CALLS, USER, begins_turn
from store.records import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

_A_HOP = 2000
_TOGETHER = 200
"""Messages of turns that overlap, at most; what lies farther apart stays where its times put it."""
_NEAR = 4
"""Messages written before and after one whose roles are read with it."""
_QUESTIONS, _REPLIES = (USER, TOOL_CALLS), (TOOL_CALLS, ASSISTANT)

ReadRoles = Callable[[KeyRun], Awaitable[list[str] | None]]
"""Returns the roles of some messages, ``None`` if one is gone."""


class _Stretch(NamedTuple):
    """Neighbouring messages among which replies may lie before their questions."""

    first: int
    last: int
    instants: dict[int, int]
    """When those replies would be read, by tie."""


async def later_instants(run: KeyRun, read: ReadRoles) -> dict[int, int]:
    """Return by tie at which instant a message is read, of those that are read later than their times say.

    Args:
        run: Messages in the order of their times, with ties that rise as they were written.
        read: Reads the roles of some of them.
    """
    written = sorted(range(len(run)), key=run.ties.__getitem__)
    late = [
        place
        for place, (before, at) in enumerate(pairwise(written), 1)
        if at < before and run.instants[before] != UNREADABLE
    ]
    roles = _Roles(run, read)
    await roles.learn(written[near] for place in late for near in (place - 1, place))
    late = [place for place in late if roles[written[place]] in _REPLIES and roles[written[place - 1]] in _QUESTIONS]
    moved: dict[int, int] = {}
    for stretch in _joined([stretch async for stretch in _stretches(run, written, late, roles)]):
        await roles.learn(range(stretch.first - 1, stretch.last + 2))
        positions = range(stretch.first, stretch.last + 1)
        by_turn = sorted(
            positions, key=lambda at: (stretch.instants.get(run.ties[at], run.instants[at]), run.ties[at])
        )
        edges = stretch.first - 1, stretch.last + 1
        if roles.missing(edges, by_turn) < roles.missing(edges, positions):
            moved |= stretch.instants
    # Long conversations take a while.
    overlaps = await asyncio.to_thread(_Overlaps, run, written, moved, roles)
    return moved | await overlaps.instants()


async def _stretches(
    run: KeyRun, written: Sequence[int], late: Sequence[int], roles: _Roles
) -> AsyncIterator[_Stretch]:
    """Yield from where to where replies would move.

    Args:
        run: The messages.
        written: Their positions in the order of writing.
        late: Where in that order a reply follows a question that is stamped after it.
        roles: Their roles, known for those.
    """
    moved: dict[int, int] = {}
    for place in late:
        question = written[place - 1]
        instant = moved.get(run.ties[question], run.instants[question])
        replies = [each for each in await _replies(written, place, roles) if run.instants[each] < instant]
        instants = {run.ties[each]: instant for each in replies}
        moved |= instants
        yield _Stretch(min(replies), question, instants)


async def _replies(written: Sequence[int], place: int, roles: _Roles) -> list[int]:
    """Return the positions of a reply and of those that were written after it and end its turn."""
    found = [written[place]]
    while roles[found[-1]] == TOOL_CALLS and (place := place + 1) < len(written):
        await roles.learn((written[place],))
        if roles[written[place]] not in _REPLIES:
            break
        found.append(written[place])
    return found


def _joined(stretches: list[_Stretch]) -> Iterator[_Stretch]:
    """Yield stretches, those that touch as one."""
    held: _Stretch | None = None
    for each in sorted(stretches):
        if held is not None and each.first <= held.last + 1:
            held = _Stretch(held.first, max(held.last, each.last), held.instants | each.instants)
            continue
        if held is not None:
            yield held
        held = each
    if held is not None:
        yield held


class _Roles:
    """The roles of messages by position, read when they are needed; ``None`` where there is none."""

    def __init__(self, run: KeyRun, read: ReadRoles) -> None:
        self._run = run
        self._read = read
        self._known: dict[int, str] = {}

    def __getitem__(self, position: int) -> str | None:
        return self._known.get(position)

    async def learn(self, positions: Iterable[int]) -> None:
        """Read the roles at some positions."""
        wanted = sorted({each for each in positions if 0 <= each < len(self._run)} - self._known.keys())
        for low in range(0, len(wanted), _A_HOP):
            some = wanted[low : low + _A_HOP]
            instants = array("q", [self._run.instants[each] for each in some])
            found = await self._read(KeyRun(instants, array("q", [self._run.ties[each] for each in some])))
            if found is not None:
                self._known.update(zip(some, found, strict=True))

    def missing(self, edges: tuple[int, int], order: Sequence[int]) -> int:
        """Count questions without a reply and replies without a question in an order of positions between two others.

        Positions that nothing stands at are the ends of the conversation.
        """
        names = [self[edges[0]], *map(self.__getitem__, order), self[edges[1]]]
        missing = 0
        for previous, role in pairwise(names):
            if role is None or begins_turn(previous, role):
                missing += (previous in _QUESTIONS) + (role in _REPLIES)
        return missing


class _Overlaps:
    """Turns that overlap in time.

    Args:
        run: The messages in the order of their times.
        written: Their positions in the order of writing.
        moved: At which instants some of them are read already, by tie.
        roles: Their roles.
    """

    def __init__(self, run: KeyRun, written: Sequence[int], moved: Mapping[int, int], roles: _Roles) -> None:
        self._run = run
        self._written = written
        self._roles = roles
        self._instants = [moved.get(tie, instant) for instant, tie in zip(*run, strict=True)]
        self._order = sorted(range(len(run)), key=lambda at: (self._instants[at], run.ties[at]))
        self._place = _inverse(self._order)
        self._rank = _inverse(written)
        self._apart = [*self._pairs_apart()]

    async def instants(self) -> dict[int, int]:
        """Return by tie at which instant messages are read so that turns which overlap come one after the other."""
        moved: dict[int, int] = {}
        done = -1
        for low, high in await self._split():
            stretch = await self._whole(low, high) if low > done else None
            if stretch is None:
                continue
            done = stretch[-1]
            rows = self._order[stretch.start : stretch.stop]
            by_writing = sorted(rows, key=self._rank.__getitem__)
            edges = self._at(stretch.start - 1), self._at(stretch.stop)
            await self._roles.learn(edges)
            if self._roles.missing(edges, by_writing) < self._roles.missing(edges, rows):
                latest = accumulate((self._instants[at] for at in by_writing), max)
                moved |= {self._run.ties[at]: instant for at, instant in zip(by_writing, latest, strict=True)}
        return moved

    def _at(self, place: int) -> int:
        """Return which position is read at a place, -1 beyond the ends."""
        return self._order[place] if 0 <= place < len(self._order) else -1

    async def _split(self) -> list[tuple[int, int]]:
        """Return the places of two messages of one turn that others stand between."""
        await self._roles.learn(self._order[place] for pair in self._apart for place in pair)
        return [(low, high) for low, high in self._apart if self._is_answered(self._order[low], self._order[high])]

    def _pairs_apart(self) -> Iterator[tuple[int, int]]:
        """Yield the places of two messages that were written one after the other and have others between them."""
        for place, at in enumerate(self._order):
            after = self._rank[at] + 1
            if after < len(self._written):
                follower = self._place[self._written[after]]
                if 1 < follower - place <= _TOGETHER and self._instants[self._order[follower]] != UNREADABLE:
                    yield place, follower

    def _is_answered(self, at: int, after: int) -> bool:
        return self._roles[at] in _QUESTIONS and self._roles[after] in _REPLIES

    async def _whole(self, low: int, high: int) -> range | None:
        """Return the places between two and around them that hold whole turns, ``None`` if those are too many."""
        seen: set[int] = set()
        while True:
            rows = [at for at in self._order[low : high + 1] if at not in seen]
            if not rows or high - low >= _TOGETHER:
                break
            seen.update(rows)
            near = {rank for at in rows for rank in range(self._rank[at] - _NEAR, self._rank[at] + _NEAR + 1)}
            await self._roles.learn(self._written[rank] for rank in near if 0 <= rank < len(self._written))
            for at in rows:
                for other in (await self._end(at, -1), await self._end(at, 1)):
                    low, high = min(low, self._place[other]), max(high, self._place[other])
        is_readable = self._instants[self._order[high]] != UNREADABLE
        return range(low, high + 1) if is_readable and high - low < _TOGETHER else None

    async def _end(self, at: int, step: int) -> int:
        """Return where the turn of a message begins (-1), or ends (1)."""
        rank = self._rank[at]
        while 0 <= rank + step < len(self._written) and abs(rank - self._rank[at]) < _TOGETHER:
            one, other = self._written[rank], self._written[rank + step]
            await self._roles.learn((one, other))
            if not self._is_answered(*((one, other) if step > 0 else (other, one))):
                break
            rank += step
        return self._written[rank]


def _inverse(order: Sequence[int]) -> list[int]:
    """Return at which place of an order each position stands."""
    places = [0] * len(order)
    for place, at in enumerate(order):
        places[at] = place
    return places
