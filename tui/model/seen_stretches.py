"""Which messages of the open conversation were on the screen, as stretches of positions. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store.records import MessageCursor


class Stretch(NamedTuple):
    """Neighbouring messages that were on the screen."""

    first: int
    last: int
    end: MessageCursor
    """The place of the last one."""


class SeenStretches:
    """What was seen of one conversation in one order; of another one nothing is known."""

    def __init__(self) -> None:
        self._of: object = None
        self._stretches: list[Stretch] = []

    def add(self, of: object, first: int, last: int, end: MessageCursor) -> Stretch:
        """Take in what is on the screen; return the whole stretch that it is part of.

        Args:
            of: The conversation and its order, as anything that equals itself.
            first: Position of the first message on the screen.
            last: Position of the last one.
            end: The place of that one.
        """
        if of != self._of:
            self._of, self._stretches = of, []
        whole, apart = Stretch(first, last, end), []
        for each in self._stretches:
            if each.last + 1 < whole.first or whole.last + 1 < each.first:
                apart.append(each)
            else:
                farther = max(each, whole, key=lambda stretch: stretch.last)
                whole = Stretch(min(each.first, whole.first), farther.last, farther.end)
        self._stretches = [*apart, whole]
        return whole
