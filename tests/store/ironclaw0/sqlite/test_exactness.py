"""Whatever order its rows lie in, a conversation pages exactly as a plain sort of (created_at, rowid) would."""

from __future__ import annotations

import asyncio
import sqlite3
from bisect import bisect_left
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.domain.timestamps import format_canonical, instant, instant_of, moment_of
from store.ironclaw0.sqlite.schema import ORDER_INDEX
from tests.store.conftest import CAMPAIGN, USER, add_conversation, add_message, plain
from tests.store.naive import row_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store import Message, Timeline
    from store.contract.store import ConversationStore

START = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = min(20_000, 6_000 * CAMPAIGN)
Key = tuple[int, int]


def shuffled(draw: Random, number: int) -> datetime:
    return START + timedelta(milliseconds=draw.randrange(10**9))


def tied(draw: Random, number: int) -> datetime:
    return START + timedelta(seconds=number // 500)


def imported(draw: Random, number: int) -> datetime:
    """Newest first, as some importers write, all of a batch at one time."""
    return START - timedelta(minutes=number // 40)


def racing(draw: Random, number: int) -> datetime:
    """In order but for writers that overtook each other by a little."""
    return START + timedelta(milliseconds=number * 5 + draw.randrange(60))


def growing(draw: Random, number: int) -> datetime:
    return START + timedelta(milliseconds=number * 5)


def forms(draw: Random, moment: datetime) -> str:
    """Return a time in one of the forms that IronClaw's files have."""
    return draw.choice(
        [
            format_canonical(moment),
            format_canonical(moment),
            f"{moment:%Y-%m-%d %H:%M:%S}",
            (moment + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.%f+02:00"),
        ]
    )


def write(path: Path, moment_of_row: Callable[[Random, int], datetime], rows: int, *, any_form: bool) -> None:
    draw = Random(rows)
    with plain(path) as db:
        db.execute("BEGIN")
        add_conversation(db, id="c")
        other = add_conversation(db)
        for number in range(rows):
            moment = moment_of_row(draw, number)
            text = forms(draw, moment) if any_form else format_canonical(moment)
            add_message(db, "c", str(number), created_at=text)
            if number % 3 == 0:
                add_message(db, other, "elsewhere", created_at=text)
        db.execute("COMMIT")


def sorted_keys(path: Path) -> list[Key]:
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute(
            "SELECT created_at, rowid FROM conversation_messages WHERE conversation_id = 'c'"
        ).fetchall()
    return sorted((instant_of(created_at), rowid) for created_at, rowid in rows)


def keys(messages: tuple[Message, ...] | list[Message]) -> list[Key]:
    return [(message.cursor.instant, row_of(message.cursor)) for message in messages]


@pytest.mark.parametrize("has_index", [False, True], ids=["agent's file", "with our index"])
@pytest.mark.parametrize("any_form", [False, True], ids=["one form", "any form"])
@pytest.mark.parametrize("order", [shuffled, tied, imported, racing, growing])
async def test_paging_is_a_plain_sort(
    store: ConversationStore,
    path: Path,
    order: Callable[[Random, int], datetime],
    any_form: bool,
    has_index: bool,
) -> None:
    if not has_index:
        with plain(path) as db:
            db.execute(f"DROP INDEX {ORDER_INDEX}")
    write(path, order, ROWS // 6, any_form=any_form)
    expected, draw = sorted_keys(path), Random(7)

    paged: list[Key] = []
    page = await store.list_conversation_messages_paginated("c", limit=draw.randint(1, 400))
    while page.messages:
        paged = keys(page.messages) + paged
        assert page.has_more == (len(paged) < len(expected))
        page = await store.list_conversation_messages_paginated("c", page.messages[0].cursor, draw.randint(1, 400))
    assert paged == expected

    timeline = await store.timeline("c", USER)
    while not await timeline.advance():
        pass
    forwards: list[Key] = []
    while len(forwards) < timeline.total:
        part = await timeline.slice(len(forwards), len(forwards) + draw.randint(1, 400))
        forwards += keys(part.messages)
    assert forwards == expected

    await check_seeks(await store.timeline("c", USER), expected, draw)


async def check_seeks(timeline: Timeline, expected: list[Key], draw: Random) -> None:
    """Seek by position, by message and by date, on an order that is still being read and on one that is known."""
    for _ in range(40):
        start = draw.randrange(len(expected))
        part = await timeline.slice(start, start + draw.randint(1, 200))
        if part.revision == timeline.revision and timeline.is_complete:
            assert keys(part.messages) == expected[start : part.stop]
        key = expected[draw.randrange(len(expected))]
        moment = moment_of(key[0])
        assert moment is not None
        moment += timedelta(milliseconds=draw.choice([-1, 0, 1]))
        place = await timeline.position_at(moment)
        if timeline.is_complete:
            assert place == bisect_left(expected, (instant(moment), -(2**63)))
    assert timeline.total == len(expected)


@pytest.mark.campaign
async def test_paging_beside_a_writer_loses_and_repeats_nothing(path: Path) -> None:
    """A writer appends, mostly in order, while a reader pages back again and again."""
    write(path, racing, ROWS, any_form=False)
    async with open_store(path, read_only=True) as store:
        stop = asyncio.Event()

        async def append() -> None:
            number = ROWS
            while not stop.is_set():
                with plain(path) as db:
                    for _ in range(5):
                        add_message(db, "c", str(number), created_at=format_canonical(racing(Random(number), number)))
                        number += 1
                await asyncio.sleep(0)

        writer = asyncio.create_task(append())
        draw = Random(3)
        for _ in range(3 * CAMPAIGN):
            before = sorted_keys(path)
            page = await store.list_conversation_messages_paginated("c", limit=draw.randint(200, 900))
            seen = keys(page.messages)
            while page.has_more:
                page = await store.list_conversation_messages_paginated("c", page.messages[0].cursor, 700)
                seen = keys(page.messages) + seen
            assert seen == sorted(set(seen))
            assert set(before) <= set(seen)
        stop.set()
        await writer
