"""What reading a file of IronClaw 1.x costs, beside the bare scan of that file. Called by ``tests.bench``."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

from store import open_store
from store.ironclaw1.addresses import Thread
from store.records import Machines
from tests.bench.data import GIANT, USER
from tests.bench.measure import Result, median, turns
from tests.bench.search_bench import ABSENT, COMMON, query
from tests.bench.thread_data import scope_of

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.searching import Running
    from store.contract.store import ConversationStore

LIMIT = 50
QUICK, SLOW = 30, 5
KEY = Thread(scope_of(), GIANT).key
_BARE = "SELECT count(*) FROM root_filesystem_entries WHERE CAST(contents AS TEXT) LIKE ?"


async def run(path: Path) -> list[Result]:
    """Measure the store on a file."""
    first = await _opened(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        async with open_store(path) as store:
            return [
                first,
                *await _lists(store, plain),
                *await _giant(store),
                await _first_hits(store),
                await _outline(store),
                await _everything(store, plain),
                await _everything_new(path, plain),
            ]


async def _opened(path: Path) -> Result:
    taken = []
    for _ in range(SLOW):
        before = time.perf_counter()
        async with open_store(path) as store:
            await store.list_conversations(USER, machines=Machines.FOLDED, limit=LIMIT)
            taken.append((time.perf_counter() - before) * 1000)
    return Result(f"1.x: open and list {LIMIT}", median(taken), "", None)


async def _lists(store: ConversationStore, plain: sqlite3.Connection) -> list[Result]:
    async def ours() -> None:
        await store.list_conversations(USER, machines=Machines.FOLDED, limit=LIMIT)

    async def anew() -> None:
        # Another process of IronClaw writes something that has to do with no thread, as it does every second.
        plain.execute(
            "INSERT INTO root_filesystem_sequences VALUES ('bench', 1, '')"
            " ON CONFLICT DO UPDATE SET next_seq = next_seq + 1"
        )
        await store.list_conversations(USER, machines=Machines.FOLDED, limit=LIMIT)

    quick, fresh = await turns(QUICK, ours, anew)
    (channels,) = await turns(SLOW, lambda: store.list_channels(USER))
    return [
        Result(f"1.x: newest {LIMIT} with previews, asked again", median(quick), "≤ 40 ms", median(quick) <= 40),
        Result(f"1.x: newest {LIMIT} with previews, after a write", median(fresh), "≤ 40 ms", median(fresh) <= 40),
        Result("1.x: channels with counts", median(channels), "", None),
    ]


async def _giant(store: ConversationStore) -> list[Result]:
    before = time.perf_counter()
    timeline = await store.timeline(KEY, USER)
    await timeline.slice(timeline.total - LIMIT, timeline.total)
    first = (time.perf_counter() - before) * 1000

    async def newest() -> None:
        opened = await store.timeline(KEY, USER)
        await opened.slice(opened.total - LIMIT, opened.total)

    before = time.perf_counter()
    while not await timeline.advance():
        pass
    order = (time.perf_counter() - before) * 1000
    middle = timeline.total // 2

    (again, deep) = await turns(QUICK, newest, lambda: timeline.slice(middle - LIMIT, middle))
    return [
        Result("1.x: newest page of the giant, first time", first, "≤ 350 ms", first <= 350),
        Result("1.x: newest page of the giant, its index proved", median(again), "≤ 5 ms", median(again) <= 5),
        Result("1.x: order of the whole giant", order, "", None, note=f"{timeline.total:,} messages"),
        Result("1.x: a page deep in the giant", median(deep), "≤ 5 ms", median(deep) <= 5),
    ]


async def _first_hits(store: ConversationStore) -> Result:
    async def ours() -> None:
        async with store.search(query(COMMON), USER) as running:
            async for batch in running:
                if batch.hits:
                    break

    (taken,) = await turns(SLOW, ours)
    return Result("1.x: first hits of a common word", median(taken), "≤ 50 ms", median(taken) <= 50)


async def _outline(store: ConversationStore) -> Result:
    """Find every question of the giant, as its outline does."""
    (taken,) = await turns(SLOW, lambda: _drain(store.find(query("role:user"), KEY, USER)))
    return Result("1.x: all questions of the giant", median(taken), "", None)


async def _everything(store: ConversationStore, plain: sqlite3.Connection) -> Result:
    bare, ours = await turns(SLOW, lambda: _scan(plain), lambda: _drain(store.search(query(ABSENT), USER)))
    return _beside_the_scan("1.x: everything searched for an absent word, again", ours, bare)


async def _everything_new(path: Path, plain: sqlite3.Connection) -> Result:
    """Search everything in a store that has shown its list and searched nothing yet."""
    bare, ours = [], []
    for _ in range(SLOW):
        async with open_store(path) as store:
            await store.list_conversations(USER, machines=Machines.FOLDED, limit=LIMIT)
            before = time.perf_counter()
            await _drain(store.search(query(ABSENT), USER))
            ours.append((time.perf_counter() - before) * 1000)
        before = time.perf_counter()
        _scan(plain)
        bare.append((time.perf_counter() - before) * 1000)
    return _beside_the_scan("1.x: the same, the first time", ours, bare)


async def _drain(running: Running[object]) -> None:
    async with running:
        async for _ in running:
            pass


def _beside_the_scan(work: str, ours: list[float], bare: list[float]) -> Result:
    is_met = median(ours) <= 1.5 * median(bare)
    return Result(work, median(ours), "≤ 1.5× the bare scan", is_met, floor=median(bare))


def _scan(plain: sqlite3.Connection) -> object:
    return plain.execute(_BARE, (f"%{ABSENT}%",)).fetchone()
