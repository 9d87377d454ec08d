"""Find messages that were rewritten since they were indexed, some milliseconds at a time.

Nothing in a file of IronClaw 0.x tells that an old message is not what it was. So its block is read and compared by
its digest: the newest blocks with each update, since what is rewritten is mostly new, all others in turn.
"""

from __future__ import annotations

import random
from itertools import pairwise
from time import monotonic
from typing import TYPE_CHECKING

from store.ironclaw0.sqlite import text_index_build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.sqlite.text_index_file import Block, IndexFile

NEWEST = 2000
"""Messages of the newest blocks that are read with each update, about."""
BUDGET_S = 0.01
"""Seconds after which no further block is read, of the newest and of the others; one of each always is."""
PAUSE_S = 600.0
"""Seconds after one round through all blocks until the next begins."""


class IndexCheck:
    """Checks the index of one database, a little with each call.

    Args:
        clock: Returns seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._left: list[int] = []
        """The last rows of the blocks that this round has not come to yet, the next one last."""
        self._due = clock()
        self._is_rewritten = False

    def was_rewritten(self) -> bool:
        """Tell whether messages were not what they had been, since this was last asked."""
        was, self._is_rewritten = self._is_rewritten, False
        return was

    def run(self, db: Database, file: IndexFile) -> bool:
        """Check the newest blocks and the next ones, and index again what was rewritten; tell if more are left.

        Raises:
            IndexFailed: the index cannot be read or written.
        """
        blocks = file.blocks()
        befores = {block.high: before for before, block in pairwise([None, *blocks]) if block is not None}
        if not self._left and self._clock() >= self._due:
            # Many a process is soon ended: a round that began at one end would seldom reach the other.
            start = random.randrange(len(blocks) + 1)
            self._left = [block.high for block in blocks[start:] + blocks[:start]]
        self._verify(db, file, _newest(reversed(blocks)), befores)
        by_high = {block.high: block for block in blocks}
        turn = [by_high[high] for high in reversed(self._left) if high in by_high]
        checked = self._verify(db, file, turn, befores)
        self._left = [block.high for block in reversed(turn[checked:])]
        if checked and not self._left:
            self._due = self._clock() + PAUSE_S
        return bool(self._left)

    def _verify(
        self, db: Database, file: IndexFile, blocks: Iterable[Block], befores: dict[int, Block | None]
    ) -> int:
        """Index again what was rewritten, as far as time allows; return how many blocks were read."""
        begun, checked = self._clock(), 0
        for block in blocks:
            before = befores[block.high]
            # Noted at once: whoever waits for the answer may be gone before there is one.
            self._is_rewritten |= text_index_build.verify(db, file, block, before and before.high)
            checked += 1
            if self._clock() - begun > BUDGET_S:
                break
        return checked


def _newest(blocks: Iterable[Block]) -> Iterable[Block]:
    """Yield the first blocks that together have enough messages."""
    messages = 0
    for block in blocks:
        yield block
        messages += block.messages
        if messages >= NEWEST:
            return
