"""Which messages of a conversation are held in memory: aligned pages, few of them, asked for ahead of need.

Pure: knows records, no Textual and no store.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from store.domain.pictures import ends_in_picture
from store.domain.turns import begins_turn
from store.records import HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.records import Message, MessageCursor, MessageSlice

PAGE = 64
"""Messages in a page; page ``n`` holds the positions ``n * PAGE`` to ``(n + 1) * PAGE``."""
HELD = 40
"""Pages held at most: about 2,500 messages."""


READ_MORE_FACTOR = 4
"""Each request for more of a long message reads so many times what is shown, at least ``HEAD_BYTES`` more."""
MOST_BEHIND_PICTURES = 32 << 20
"""Bytes of a message that are read unasked, to show what it says behind a picture."""


class PageCache:
    """The held messages of one conversation, by position from 0 at the oldest.

    Args:
        total: Number of messages in the conversation.
    """

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self._pages: OrderedDict[int, tuple[Message, ...]] = OrderedDict()
        self._edges: dict[int, Message] = {}
        self._taken: set[MessageCursor] = set()

    def __len__(self) -> int:
        return sum(len(page) for page in self._pages.values())

    def get(self, ordinal: int) -> Message | None:
        """Return the message at a position, or ``None`` if its page is not held."""
        page = self._pages.get(ordinal // PAGE)
        index = ordinal % PAGE
        return page[index] if page is not None and index < len(page) else None

    def neighbour(self, ordinal: int) -> Message | None:
        """Return the message at a position even if only the page beside it is held."""
        return self.get(ordinal) or self._edges.get(ordinal)

    def is_held(self, ordinal: int) -> bool:
        """Tell whether the message at a position is held."""
        return self.get(ordinal) is not None

    def fill(self, part: MessageSlice) -> None:
        """Take in messages; whole pages are kept, single messages beyond them only as neighbours."""
        first = -(-part.start // PAGE)
        for number in range(first, part.stop // PAGE + 1):
            start, stop = number * PAGE, min((number + 1) * PAGE, self.total)
            if part.start <= start < stop <= part.stop:
                self._pages[number] = part.messages[start - part.start : stop - part.start]
                self._pages.move_to_end(number)
        if part.messages:
            self._edges[part.start] = part.messages[0]
            self._edges[part.stop - 1] = part.messages[-1]
        if len(self._edges) > 4 * HELD:
            self._edges = dict(list(self._edges.items())[-2 * HELD :])

    def replace(self, message: Message) -> bool:
        """Put another reading of a message in its place; return whether it is held."""
        for number, page in self._pages.items():
            for index, held in enumerate(page):
                if held.cursor == message.cursor:
                    self._pages[number] = (*page[:index], message, *page[index + 1 :])
                    return True
        return False

    def take_cut_in_picture(self, ordinals: Iterable[int]) -> Message | None:
        """Return the first message at some positions whose head ends within a picture, each once."""
        for ordinal in ordinals:
            message = self.get(ordinal)
            if message is None or message.is_whole or message.cursor in self._taken:
                continue
            if message.size <= MOST_BEHIND_PICTURES and ends_in_picture(message.content):
                self._taken.add(message.cursor)
                return message
        return None

    def next_turn(self, ordinal: int, step: int) -> int | None:
        """Return where a turn begins beyond a position, or the first position there that is not held.

        Args:
            ordinal: The position.
            step: 1 towards the newest message, -1 towards the oldest.
        """
        ordinal += step
        while 0 <= ordinal < self.total:
            message, previous = self.get(ordinal), self.neighbour(ordinal - 1)
            if message is None or begins_turn(previous.role if previous else None, message.role):
                return ordinal
            ordinal += step
        return None

    def held(self, first: int, last: int) -> list[int]:
        """Return the held positions from ``first`` to ``last``."""
        return [
            number * PAGE + index
            for number in sorted(self._pages)
            for index in range(len(self._pages[number]))
            if first <= number * PAGE + index <= last
        ]

    def missing(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the nearest run of positions to ask for so that ``first`` to ``last`` are held, or ``None``.

        The run covers whole pages and one message more at each end, so that neighbours are known.
        """
        for number in range(max(0, first) // PAGE, min(last, self.total - 1) // PAGE + 1):
            page = self._pages.get(number)
            stop = min((number + 1) * PAGE, self.total)
            if page is None or len(page) < stop - number * PAGE:
                return max(0, number * PAGE - 1), min(stop + 1, self.total)
        return None

    def grow(self, total: int) -> None:
        """Note that messages came last; the page that was the last one is asked for again if it was not full."""
        self.total = total

    def evict(self, ordinal: int) -> None:
        """Drop the pages farthest from a position until few enough are held."""
        centre = ordinal // PAGE
        while len(self._pages) > HELD:
            del self._pages[max(self._pages, key=lambda number: abs(number - centre))]


def next_limit(message: Message) -> int:
    """Return how many bytes of a partly shown message to read next."""
    shown = len(message.content.encode("utf-8", "replace"))
    return max(shown * READ_MORE_FACTOR, shown + HEAD_BYTES)
