"""What the store costs, beside the reference's SQL on the same file and the least that SQLite could do.

Called by ``tests.bench``. Reference and floor run on a plain connection of the same process, turn by turn with ours.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from store import open_store
from store.domain.timestamps import format_canonical
from store.records import Machines
from tests.bench import reference
from tests.bench.data import CHANNELS, GIANT, LARGE, SMALL, USER
from tests.bench.measure import Result, median, turns
from tests.store.conftest import inside

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

LIMIT = 50
DEPTH = 100_000
QUICK, SLOW = 30, 3
"""Rounds of what takes less than a millisecond, and of what takes up to seconds."""


async def run(path: Path) -> list[Result]:
    """Measure the store on a file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        async with open_store(path, read_only=True) as store:
            return [
                *await _lists(store, plain),
                *await _contract_lists(store, plain),
                *await _pages(store, plain),
                *await _large(store),
            ]


def _forget(store: ConversationStore) -> None:
    """Make the store ask the file again, as after a write of another program, but for the scan for odd times.

    Whatever could be done from outside would make SQLite read its pages anew as well.
    """
    inside(store)._reader.schema.lists.described.clear()


async def _lists(store: ConversationStore, plain: sqlite3.Connection) -> list[Result]:
    results = []
    for label, channel, factor in (("all channels", None, 1000), ("one channel", CHANNELS[0], 500)):

        async def ours(channel: str | None = channel) -> None:
            await store.list_conversations(USER, channel=channel, machines=Machines.FOLDED, limit=LIMIT)

        async def anew(channel: str | None = channel) -> None:
            _forget(store)
            await store.list_conversations(USER, channel=channel, machines=Machines.FOLDED, limit=LIMIT)

        def theirs(channel: str | None = channel) -> object:
            if channel is None:
                return reference.list_all(plain, USER, LIMIT)
            return reference.list_channel(plain, USER, channel, LIMIT)

        slow, _ = await turns(SLOW, theirs, ours)
        quick, first, floor = await turns(QUICK, ours, anew, lambda: reference.floor_list(plain, USER, LIMIT))
        for note, times in (("asked again", quick), ("rows read anew", first)):
            results.append(
                Result(
                    f"list page of {LIMIT}, {label}",
                    median(times),
                    f"≥ {factor:,}× the reference",
                    median(slow) / median(times) >= factor,
                    reference=median(slow),
                    floor=median(floor),
                    note=note,
                )
            )
    return results


async def _contract_lists(store: ConversationStore, plain: sqlite3.Connection) -> list[Result]:
    ours, theirs = await turns(
        SLOW,
        lambda: store.list_conversations_all_channels(USER, LIMIT),
        lambda: reference.list_all(plain, USER, LIMIT),
    )
    ratio = median(theirs) / median(ours)
    return [
        Result(
            "the contract's list_conversations_all_channels",
            median(ours),
            "≥ 1.5× the reference",
            ratio >= 1.5,
            reference=median(theirs),
        )
    ]


async def _pages(store: ConversationStore, plain: sqlite3.Connection) -> list[Result]:
    timeline = await store.timeline(GIANT, USER)
    opened, opened_small = await turns(
        QUICK, lambda: store.timeline(GIANT, USER), lambda: store.timeline(SMALL, USER)
    )
    results = [
        Result(
            "open the giant's order, newest step",
            median(opened),
            "≤ 10 ms",
            median(opened) <= 10,
            note=f"a 50-message conversation {median(opened_small):.2f}",
        )
    ]
    while not await timeline.advance():
        pass
    depth = min(DEPTH, timeline.total // 2)
    newest = timeline.total
    for label, stop in (("newest page of the giant", newest), (f"page {depth:,} deep", newest - depth)):
        (edge,) = (await timeline.slice(stop - 1, stop)).messages
        moment = edge.created_at
        before = None if stop == newest or moment is None else format_canonical(moment)

        async def ours(stop: int = stop) -> None:
            await timeline.slice(stop - LIMIT, stop)

        def theirs(before: str | None = before) -> object:
            return reference.page(plain, GIANT, before, LIMIT)

        def floor(row: Any = edge.cursor.tie) -> object:
            return reference.floor_page(plain, GIANT, row + 1, LIMIT)

        slow, _ = await turns(SLOW, theirs, ours)
        quick, least = await turns(QUICK, ours, floor)
        results.append(
            Result(
                label,
                median(quick),
                "≥ 1,000× the reference, ≤ 4× the floor",
                median(slow) / median(quick) >= 1000 and median(quick) / median(least) <= 4,
                reference=median(slow),
                floor=median(least),
            )
        )
    return results


async def _large(store: ConversationStore) -> list[Result]:
    timeline = await store.timeline(LARGE, USER)
    (times,) = await turns(5, lambda: timeline.slice(30, timeline.total))
    return [Result("ten messages of up to 5 MB, by head", median(times), "≤ 300 ms", median(times) <= 300)]
