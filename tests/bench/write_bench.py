"""How long an edit keeps the agent from writing: the time from its BEGIN IMMEDIATE to the end of its COMMIT.

Called by ``tests.bench``. Works on a small file of its own, on the disk where temporary files lie.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from store import open_store
from tests.bench.measure import Result, median, percentile
from tests.store.conftest import inside

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.ironclaw0.sqlite.schema import Database

EDITS = 500
USER = "default"


async def run() -> list[Result]:
    """Measure edits of one conversation."""
    held: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(Path(folder) / "edits.db", create=True) as store:
            conversation = await store.create_conversation("telegram", USER)
            text = (await store.read_metadata(conversation, USER)).text
            writer = inside(store)._file.writer
            assert writer is not None
            do = writer._do

            def timed(db: Database, work: Callable[[Database], object]) -> object:
                before = time.perf_counter()
                done = do(db, work)
                held.append((time.perf_counter() - before) * 1000)
                return done

            writer._do = timed  # type: ignore[method-assign,assignment]  # the benchmark looks inside
            for number in range(EDITS):
                new = f'{{"title":"number {number}"}}'
                text = (await store.save_metadata(conversation, USER, new, text)).text
    worst = percentile(held, 99)
    return [
        Result(
            "write lock held by an edit, p99",
            worst,
            "< 5 ms on an idle machine, < 50",
            worst < 50,
            note=f"p50 {median(held):.2f}",
        )
    ]
