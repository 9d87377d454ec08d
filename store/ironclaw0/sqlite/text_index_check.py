"""Find messages that were rewritten since they were indexed, some thousand of them at a time.

Nothing in a file of IronClaw 0.x tells that an old message is not what it was. So its block is read and compared by
its digest: the newest blocks with each update, since what is rewritten is mostly new, all others in turn.
"""

from __future__ import annotations

import random
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from store.ironclaw0.sqlite import text_index_build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.sqlite.text_index_file import Block, IndexFile

CHECKED = 2000
"""Messages of the newest blocks that are read, and of the others, about."""
PAUSE_S = 600.0
"""Seconds after one round through all blocks until the next begins."""


class Outcome(NamedTuple):
    """What a check found."""

    is_rewritten: bool
    """Messages were not what they had been; they are indexed again."""
    has_more: bool
    """The round is not done."""


class IndexCheck:
    """One check after the other of the index of one database.

    Args:
        clock: Returns seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._left: list[int] | None = None
        """The last rows of the blocks that this round has not come to yet, next one last."""
        self._due = clock()

    def run(self, db: Database, file: IndexFile) -> Outcome:
        """Check the newest blocks and the next ones, and index again what was rewritten.

        Raises:
            IndexFailed: the index cannot be read or written.
        """
        blocks = file.blocks()
        highs = [block.high for block in blocks]
        if self._left is None and self._clock() >= self._due:
            # Where the last process ended nobody knows, and many a one is soon closed: no round begins at one end.
            start = random.randrange(len(highs) + 1)
            self._left = highs[start:] + highs[:start]
        chosen = {block.high for block in _some(reversed(blocks))}
        if self._left is not None:
            waiting = {block.high: block for block in blocks}
            some = [*_some(waiting[high] for high in reversed(self._left) if high in waiting)]
            chosen |= {block.high for block in some}
            last = self._left.index(some[-1].high) if some else 0
            self._left = self._left[:last] or None
            if self._left is None:
                self._due = self._clock() + PAUSE_S
        return Outcome(_verify(db, file, blocks, chosen), self._left is not None)


def _some(blocks: Iterable[Block]) -> Iterable[Block]:
    """Yield blocks until they have enough messages."""
    messages = 0
    for block in blocks:
        yield block
        messages += block.messages
        if messages >= CHECKED:
            return


def _verify(db: Database, file: IndexFile, blocks: Sequence[Block], chosen: set[int]) -> bool:
    """Index those blocks again that are chosen and were rewritten; return whether any was."""
    befores: list[int | None] = [None, *(block.high for block in blocks)]
    found = [
        text_index_build.verify(db, file, block, before)
        for block, before in zip(blocks, befores, strict=False)
        if block.high in chosen
    ]
    return any(found)
