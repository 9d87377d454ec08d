"""What searching costs, beside the reference schema's naive ``LIKE`` over every message on the same file.

Called by ``tests.bench``. The ``LIKE`` runs on a plain connection of the same process, turn by turn with ours.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store import open_store
from store.domain.query import parse_query
from store.ironclaw0.sqlite.text_index import SqliteTextIndex
from store.ironclaw0.sqlite.text_index_file import path_in
from tests.bench.data import GIANT, SMALL, USER
from tests.bench.measure import Result, median, percentile, turns

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.searching import Running
    from store.contract.store import ConversationStore
    from store.domain.query import Query

COMMON, ABSENT, VERY_COMMON = "weather", "zanzibarq", "the"
"""A word of a quarter of all messages, one of none, and one of nearly all."""
ROUNDS, STOPS, ANSWERS, WRITES = 5, 20, 30, 10
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
                await _absent_at_first(path, plain),
                await _very_common(store, plain),
                await _find(store),
                await _stop(store),
                await _answer(indexed, plain),
                await _answer_after_write(path, folder),
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
        "≤ 1.2× the bare scan",
        median(ours) <= 1.2 * median(like),
        reference=median(like),
        floor=median(like),
    )


async def _absent_at_first(path: Path, plain: sqlite3.Connection) -> Result:
    """Measure the first search of a file that was just opened, which knows nothing of it."""

    async def ours() -> None:
        async with open_store(path, read_only=True) as store:
            await _drain(store.search(query(ABSENT), USER))

    like, first = await turns(2, lambda: _like(plain, ABSENT), ours)
    work = "the same, first search of a file just opened"
    return Result(work, median(first), "", None, reference=median(like), floor=median(like))


async def _very_common(store: ConversationStore, plain: sqlite3.Connection) -> Result:
    like, ours = await turns(
        3, lambda: _like(plain, VERY_COMMON), lambda: _drain(store.search(query(VERY_COMMON), USER))
    )
    work = "complete answer for a very common word"
    return Result(work, median(ours), "≤ 1.5 s", median(ours) <= 1500, reference=median(like), floor=median(like))


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


async def _answer_after_write(path: Path, folder: Path) -> Result:
    """Measure answers of the index each of which comes after a message; on copies of the files."""
    copy, copies = path.with_name("written.db"), path.with_name("written-indexes")
    try:
        shutil.copyfile(path, copy)
        copies.mkdir()
        shutil.copyfile(path_in(folder, path), path_in(copies, copy))
        await _build(copy, copies)
        async with open_store(copy, index_folder=copies) as store:
            await _drain(store.search(query(ABSENT), USER))
            taken = []
            for _ in range(WRITES):
                await store.add_conversation_message(SMALL, "user", "one more")
                before = time.perf_counter()
                await _drain(store.search(query(ABSENT), USER))
                taken.append((time.perf_counter() - before) * 1000)
                while await store.update_index():
                    pass
        return Result("the same after a message was written", median(taken), "", None)
    finally:
        copy.unlink(missing_ok=True)
        shutil.rmtree(copies, ignore_errors=True)
