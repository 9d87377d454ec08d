"""Page through a list from either end, rows that do not order in SQL merged in. Pure."""

from __future__ import annotations

from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from store.records import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from store.core.list_filter import PageRequest
    from store.records import ConversationCursor


class Place(NamedTuple):
    """A conversation's place as a key that ascends from the top of the list to its end."""

    unreadable: bool
    later: int
    earlier_tie: int

    @classmethod
    def of(cls, instant: int, tie: int) -> Place:
        """Return the place of a conversation."""
        return cls(instant == UNREADABLE, -instant, -tie)

    @property
    def instant(self) -> int:
        """Return when it was last active."""
        return -self.later

    @property
    def tie(self) -> int:
        """Return what orders it among those of one instant."""
        return -self.earlier_tie


class Walk(Protocol):
    """Reads the places of one list."""

    def __call__(self, edge: Place | None, limit: int, *, backwards: bool) -> list[Place]:
        """Return up to ``limit`` places beyond an edge: towards the end, or backwards towards the top.

        Args:
            edge: Where to begin, itself left out; ``None`` for the top, or backwards for the end.
            limit: Places at most.
            backwards: Which way.
        """
        ...


def page_of(
    walk: Walk, asked: PageRequest, place_of: Callable[[ConversationCursor], Place]
) -> tuple[list[Place], bool, bool]:
    """Return the places of a page, newest first, and whether newer and older ones exist.

    Args:
        walk: Reads the list.
        asked: Which page.
        place_of: Returns the place that a cursor names.
    """
    limit = asked.limit
    after, before = (place_of(edge) if edge else None for edge in (asked.after, asked.before))
    if asked.oldest or before is not None:
        found = walk(before, limit + 1, backwards=True)
        shown = found[:limit][::-1]
        has_newer = len(found) > limit
        last = shown[-1] if shown else before
        has_older = bool(last and before and walk(last, 1, backwards=False))
    else:
        found = walk(after, limit + 1, backwards=False)
        shown = found[:limit]
        has_older = len(found) > limit
        first = shown[0] if shown else after
        has_newer = bool(first and after and walk(first, 1, backwards=True))
    return shown, has_newer, has_older


def with_odd_places(
    regular: Iterable[Place], odd: Iterable[Place], edge: Place | None, limit: int, *, backwards: bool
) -> list[Place]:
    """Return what a walk gives if some rows of the list are not in the regular order of SQL.

    Args:
        regular: Up to ``limit`` places beyond the edge, in the order of the walk.
        odd: Every place that is not regular, from the top of the list.
        edge: Where the walk began.
        limit: Places at most.
        backwards: Which way.
    """
    if edge is not None:
        odd = [place for place in odd if (place < edge if backwards else place > edge)]
    if backwards:
        return list(islice(merge(regular, reversed(list(odd)), reverse=True), limit))
    return list(islice(merge(regular, odd), limit))
