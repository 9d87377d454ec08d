"""What searching costs, beside the reference schema's naive ``LIKE`` over every message on the same file.

Called by ``tests.bench``. The ``LIKE`` runs on a plain connection of the same process, turn by turn with ours.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store import open_store
from store.domain.query import parse_query
from store.ironclaw0.sqlite.text_index import SqliteTextIndex
from tests.bench.data import GIANT, USER
from tests.bench.measure import Result, median, percentile, turns

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.searching import Running
    from store.contract.store import ConversationStore
    from store.domain.query import Query

COMMON, ABSENT = "weather", "zanzibarq"
"""A word of a quarter of all messages, and one of none."""
ROUNDS, STOPS, ANSWERS = 5, 20, 30
_NAIVE = "SELECT count(*) FROM conversation_messages WHERE content LIKE ?"


async def run(path: Path) -> list[Result]:
    """Measure searching on a file; its index is kept beside it."""
    folder = path.with_name("indexes")
    took = await _build(path, folder)
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        async with (
            open_store(path, read_only=True) as store,
            open_store(path, read_only=True, index_folder=folder) as indexed,
        ):
            return [
                await _first_hits(store, plain),
                await _absent(store, plain),
                await _find(store),
                await _stop(store),
                await _answer(indexed, plain),
                *took,
            ]


def query(typed: str) -> Query:
    """Return what was typed as a query."""
    return parse_query(typed, datetime.now(UTC), UTC)


def _like(plain: sqlite3.Connection, word: str) -> object:
    return plain.execute(_NAIVE, (f"%{word}%",)).fetchone()


async def _drain(running: Running[object]) -> None:
    async with running:
        async for _ in running:
            pass


async def _build(path: Path, folder: Path) -> list[Result]:
    """Build the index, unless it is there; return how long it took."""
    async with SqliteTextIndex(path, folder) as index:
        if (facts := await index.facts()).is_complete and facts.indexed == facts.total:
            return []
        before = time.perf_counter()
        await index.build(lambda done, total: True)
        facts = await index.facts()
    taken = time.perf_counter() - before
    note = f"{facts.size / 1e6:.0f} MB"
    return [Result("build the full-text index", taken, "", None, note=note, unit="s")]


async def _first_hits(store: ConversationStore, plain: sqlite3.Connection) -> Result:
    taken = []

    async def ours() -> None:
        before = time.perf_counter()
        async with store.search(query(COMMON), USER) as running:
            async for batch in running:
                if batch.hits:
                    break
            taken.append((time.perf_counter() - before) * 1000)

    like, _ = await turns(ROUNDS, lambda: _like(plain, COMMON), ours)
    first = median(taken[1:])
    return Result("first hits of a common word", first, "≤ 50 ms", first <= 50, reference=median(like))


async def _absent(store: ConversationStore, plain: sqlite3.Connection) -> Result:
    like, ours = await turns(ROUNDS, lambda: _like(plain, ABSENT), lambda: _drain(store.search(query(ABSENT), USER)))
    return Result(
        "complete answer for an absent word",
        median(ours),
        "≤ 1.5× the bare scan",
        median(ours) <= 1.5 * median(like),
        reference=median(like),
        floor=median(like),
    )


async def _find(store: ConversationStore) -> Result:
    (ours,) = await turns(ROUNDS, lambda: _drain(store.find(query(ABSENT), GIANT, USER)))
    return Result("an absent word in the giant", median(ours), "", None)


async def _stop(store: ConversationStore) -> Result:
    taken = []
    for number in range(STOPS):
        running = store.search(query(COMMON), USER)
        reading = asyncio.ensure_future(_drain(running))
        await asyncio.sleep(0.02 + 0.01 * number)
        before = time.perf_counter()
        await running.stop()
        taken.append((time.perf_counter() - before) * 1000)
        await reading
    return Result(
        "keystroke to stop",
        median(taken),
        "p95 ≤ 20 ms",
        percentile(taken, 95) <= 20,
        note=f"p95 {percentile(taken, 95):.1f}",
    )


async def _answer(store: ConversationStore, plain: sqlite3.Connection) -> Result:
    (like,) = await turns(1, lambda: _like(plain, ABSENT))
    (ours,) = await turns(ANSWERS, lambda: _drain(store.search(query(ABSENT), USER)))
    return Result("complete answer of the index", median(ours), "≤ 10 ms", median(ours) <= 10, reference=median(like))
