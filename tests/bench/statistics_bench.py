"""What counting a whole history costs, the first time and again, beside one SQL statement for its days.

Called by ``tests.bench``. The statement runs on a plain connection of the same process, turn by turn with ours.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from store import open_store
from tests.bench.data import USER
from tests.bench.measure import Result, median, turns

if TYPE_CHECKING:
    from store.contract.store import ConversationStore

ROUNDS = 3
_NAIVE = (
    "SELECT date(m.created_at), c.channel, count(*) FROM conversation_messages AS m"
    " JOIN conversations AS c ON c.id = m.conversation_id WHERE c.user_id = ? GROUP BY 1, 2"
)


async def run(path: Path) -> list[Result]:
    """Measure counting on a file; what is kept of it is thrown away."""
    first: list[float] = []

    async def count(store: ConversationStore, *, anew: bool) -> None:
        begun = time.perf_counter()
        async with store.statistics(USER, anew=anew) as running:
            await anext(running)
            first.append((time.perf_counter() - begun) * 1000)
            async for _ in running:
                pass

    with TemporaryDirectory() as folder, closing(sqlite3.connect(path, isolation_level=None)) as plain:
        async with open_store(path, read_only=True, index_folder=Path(folder)) as store:
            naive, anew, again = await turns(
                ROUNDS,
                lambda: plain.execute(_NAIVE, (USER,)).fetchall(),
                lambda: count(store, anew=True),
                lambda: count(store, anew=False),
            )
    ratio = median(anew) / median(again)
    return [
        Result("statistics, the first numbers", median(first), "≤ 100 ms", median(first) <= 100),
        Result("statistics, all of them", median(anew), "", None, reference=median(naive)),
        Result("the same, counted before", median(again), "≥ 5× as quick", ratio >= 5, reference=median(naive)),
    ]
