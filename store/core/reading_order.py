"""The order in which messages are read: by their times, but a reply stays behind the question it was written after.

A clock that was set back stamps a reply before its question. Where ties tell the order of writing, such a reply is
read at the instant of its question, if that leaves fewer questions without a reply and replies without a question:
rows that were imported in another order have theirs where the times put them.
"""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from store.core.message_order import KeyRun
from store.domain.turns import ASSISTANT, TOOL_CALLS, USER, begins_turn
from store.records import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

_A_HOP = 2000
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
        if roles.missing(by_turn, positions) < roles.missing(positions, positions):
            moved |= stretch.instants
    return moved


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

    def missing(self, order: Sequence[int], stretch: range) -> int:
        """Count questions without a reply and replies without a question in an order of a stretch of positions."""
        names = [self[stretch[0] - 1], *map(self.__getitem__, order), self[stretch[-1] + 1]]
        missing = 0
        for previous, role in pairwise(names):
            if role is None or begins_turn(previous, role):
                missing += (previous in _QUESTIONS) + (role in _REPLIES)
        return missing
