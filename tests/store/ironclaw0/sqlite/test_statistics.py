"""A history in a file is counted whatever its times, its row numbers and its indexes are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.domain.timestamps import parse
from tests.store.conftest import USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.statistics import Statistics

TIMES = (
    "2026-01-01T23:59:59.999Z",
    "2026-01-01 23:30:00",
    "2026-01-01T23:30:00+05:00",
    "2026-01-01T23:30:00.123456789Z",
    "2026-01-02T00:00:00.000Z",
    "2026-02-30T00:00:00.000Z",
    "2026-01-03T00:00:61.000Z",
    "2026-01-03T25:00:00.000Z",
    "0001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "yesterday",
    "",
)


async def counted(path: Path, folder: Path | None = None, *, anew: bool = False) -> Statistics:
    async with open_store(path, index_folder=folder) as store, store.statistics(USER, anew=anew) as running:
        return [batch async for batch in running][-1].statistics


async def test_times_of_every_form_have_the_day_that_they_mean(path: Path) -> None:
    with plain(path) as db:
        made = add_conversation(db, user_id=USER)
        for time in TIMES:
            add_message(db, made, "hello", created_at=time)
    found = await counted(path)
    read = [parse(time) for time in TIMES]
    wanted = Counter(moment.date() for moment in read if moment is not None)
    assert {day: sum(many.values()) for day, many in found.days.items()} == wanted
    assert found.undated == read.count(None) == 5
    assert found.messages == len(TIMES)


@pytest.mark.parametrize("numbers", [(-(2**63), -5, 0, 2**40, 2**63 - 1), (7, 8, 2**62, 2**62 + 1)])
async def test_rows_are_counted_wherever_their_numbers_lie(
    path: Path, tmp_path: Path, numbers: tuple[int, ...]
) -> None:
    with plain(path) as db:
        made = add_conversation(db, user_id=USER)
        for number in numbers:
            add_message(db, made, "hello")
            db.execute(
                "UPDATE conversation_messages SET rowid = ? WHERE rowid = last_insert_rowid()",
                (number,),
            )
    for _ in range(2):
        assert (await counted(path, tmp_path / "kept")).messages == len(numbers)


async def test_numbers_that_a_vacuum_gives_anew_are_noticed(path: Path, tmp_path: Path) -> None:
    with plain(path) as db:
        first, second = add_conversation(db, user_id=USER), add_conversation(db, user_id=USER, channel="signal")
        for number in range(40):
            add_message(
                db, (first, second)[number % 2], "hello", created_at=f"2026-01-{number % 28 + 1:02}T00:00:00.000Z"
            )
    await counted(path, tmp_path / "kept")
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE rowid % 4 = 1")
        db.execute("VACUUM")
    assert await counted(path, tmp_path / "kept") == await counted(path)


async def test_a_conversation_that_moves_to_another_channel_or_user_is_noticed(path: Path, tmp_path: Path) -> None:
    with plain(path) as db:
        first, second = add_conversation(db, user_id=USER), add_conversation(db, user_id=USER)
        for made in (first, second):
            add_message(db, made, "hello")
    await counted(path, tmp_path / "kept")
    with plain(path) as db:
        db.execute("UPDATE conversations SET channel = 'moved' WHERE id = ?", (first,))
        db.execute("UPDATE conversations SET user_id = 'other' WHERE id = ?", (second,))
    found = await counted(path, tmp_path / "kept")
    assert [(each.name, each.conversations, each.messages) for each in found.channels] == [("moved", 1, 1)]


async def test_without_an_index_that_proves_it_nothing_is_kept(path: Path, tmp_path: Path) -> None:
    with plain(path) as db:
        add_message(db, add_conversation(db, user_id=USER), "hello")
        for (name,) in db.execute(
            "SELECT name FROM pragma_index_list('conversation_messages') WHERE origin = 'c'"
        ).fetchall():
            db.execute(f"DROP INDEX {name}")
    assert (await counted(path, tmp_path / "kept")).messages == 1
    assert not (tmp_path / "kept").exists()


async def test_a_file_without_routines_and_calls_says_so(path: Path) -> None:
    found = await counted(path)
    assert (found.weeks, found.routines, found.messages) == (None, None, 0)


async def test_channels_that_are_no_text_are_counted_by_their_handles(path: Path) -> None:
    with plain(path) as db:
        made = add_conversation(db, user_id=USER)
        db.execute("UPDATE conversations SET channel = x'ff00'")
        add_message(db, made, "hello")
    async with open_store(path) as store:
        (channel,) = await store.list_channels(USER)
    (found,) = (await counted(path)).channels
    assert (found.name, found.conversations, found.messages) == (channel.name, 1, 1)
