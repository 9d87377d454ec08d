"""A conversation as a sequence: read in steps, kept up to date, exact by position."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from store import HEAD_BYTES, ConversationNotFound, MessageCursor, Timeline
from store.domain.timestamps import format_canonical, instant, instant_of
from tests.store.conftest import USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

START = datetime(2026, 1, 1, tzinfo=UTC)


def fill(path: Path, total: int, *, shuffled: bool = False) -> tuple[str, list[str]]:
    """Add a conversation of numbered messages; return its id and the contents in order."""
    moments = [START + timedelta(seconds=number // 3) for number in range(total)]
    if shuffled:
        Random(7).shuffle(moments)
    with plain(path) as db:
        db.execute("BEGIN")
        made = add_conversation(db)
        for number, moment in enumerate(moments):
            add_message(db, made, str(number), created_at=format_canonical(moment))
        db.execute("COMMIT")
    ordered = sorted(range(total), key=lambda number: (moments[number], number))
    return made, [str(number) for number in ordered]


def drop_order_index(path: Path) -> None:
    """Make the file one of IronClaw's own, which has no index on the order of messages."""
    with plain(path) as db:
        db.execute("DROP INDEX idx_conversation_messages_created")


async def contents(timeline: Timeline, start: int = 0, stop: int = 10**9) -> list[str]:
    return [message.content for message in (await timeline.slice(start, stop)).messages]


async def test_newest_first_then_the_rest(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 3000)
    timeline = await store.timeline(made, USER)
    assert (timeline.total, timeline.is_complete, timeline.revision) == (3000, False, 0)
    newest = await timeline.slice(2990, 3000)
    assert [m.content for m in newest.messages] == expected[2990:]
    assert (newest.start, newest.stop, newest.total) == (2990, 3000, 3000)
    assert not timeline.is_complete
    while not await timeline.advance():
        pass
    assert (timeline.total, timeline.revision) == (3000, 0)
    assert await contents(timeline) == expected


async def test_an_early_slice_reads_what_it_needs(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 3000)
    timeline = await store.timeline(made, USER)
    first = await timeline.slice(-5, 3)
    assert [m.content for m in first.messages] == expected[:3]
    assert first.start == 0
    assert timeline.is_complete
    assert (await timeline.slice(2998, 4000)).stop == 3000
    assert (await timeline.slice(5000, 6000)).messages == ()


async def test_rows_out_of_order(store: ConversationStore, path: Path) -> None:
    drop_order_index(path)
    made, expected = fill(path, 1500, shuffled=True)
    timeline = await store.timeline(made, USER)
    while not await timeline.advance():
        pass
    assert timeline.revision > 0
    assert await contents(timeline) == expected


async def test_with_an_index_the_first_look_is_right(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 1500, shuffled=True)
    timeline = await store.timeline(made, USER)
    assert await contents(timeline, 1400) == expected[1400:]
    while not await timeline.advance():
        pass
    assert timeline.revision == 0
    assert await contents(timeline) == expected


@pytest.mark.parametrize("has_index", [True, False])
async def test_a_giant_is_counted_after_its_newest_messages_were_read(
    store: ConversationStore, path: Path, has_index: bool
) -> None:
    if not has_index:
        drop_order_index(path)
    made, expected = fill(path, 12_345)
    timeline = await store.timeline(made, USER)
    assert (timeline.total, timeline.is_counted) == (10_000, False)
    assert await contents(timeline, timeline.total - 50) == expected[-50:]
    assert not timeline.is_counted
    assert not await timeline.advance()
    assert (timeline.total, timeline.is_counted, timeline.revision) == (12_345, True, 1)
    assert await contents(timeline, 12_300) == expected[12_300:]
    with plain(path) as db:
        add_message(db, made, "new", created_at="2026-02-01T00:00:00.000Z")
    assert await timeline.refresh()
    assert await contents(timeline) == [*expected, "new"]
    assert timeline.revision == 1


async def test_a_giant_that_grows_before_it_was_counted(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 10_500)
    timeline = await store.timeline(made, USER)
    with plain(path) as db:
        add_message(db, made, "new", created_at="2026-02-01T00:00:00.000Z")
    assert await timeline.refresh()
    assert await contents(timeline) == [*expected, "new"]


async def test_positions_are_those_of_the_whole(store: ConversationStore, path: Path) -> None:
    made, _ = fill(path, 10_500)
    (message,) = (await (await store.timeline(made, USER)).slice(9_999, 10_000)).messages
    assert await (await store.timeline(made, USER)).position(message.cursor) == 10_499
    assert await (await store.timeline(made, USER)).position_at(START + timedelta(seconds=3_400)) == 10_200


async def test_positions(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 5000)
    timeline = await store.timeline(made, USER)
    (message,) = (await timeline.slice(100, 101)).messages
    again = await store.timeline(made, USER)
    assert await again.position(message.cursor) == 100
    assert await again.position(MessageCursor(message.cursor.instant, 10**6)) is None
    assert await again.position(MessageCursor(message.cursor.instant + 1, message.cursor.tie)) is None
    again = await store.timeline(made, USER)
    assert await again.position_at(START + timedelta(seconds=1600)) == 4800
    assert not again.is_complete
    assert await again.position_at(START) == 0
    assert await again.position_at(START + timedelta(days=1)) == 5000
    assert expected[4800] == "4800"


async def test_refresh_appends(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 1000)
    timeline = await store.timeline(made, USER)
    assert not await timeline.refresh()
    with plain(path) as db:
        add_message(db, made, "new", created_at="2026-02-01T00:00:00.000Z")
    assert await timeline.refresh()
    assert not await timeline.refresh()
    assert (timeline.total, timeline.revision) == (1001, 0)
    assert await contents(timeline, 998) == [*expected[998:], "new"]
    assert await contents(timeline) == [*expected, "new"]


async def test_refresh_notices_our_own_writes_and_ignores_others(store: ConversationStore, path: Path) -> None:
    made, _ = fill(path, 3)
    timeline = await store.timeline(made, USER)
    await store.add_conversation_message(made, "user", "mine")
    assert await timeline.refresh()
    assert await contents(timeline, 3) == ["mine"]
    other = await store.create_conversation("x", USER)
    await store.add_conversation_message(other, "user", "elsewhere")
    assert not await timeline.refresh()
    assert timeline.revision == 0


async def test_refresh_of_an_empty_conversation(store: ConversationStore) -> None:
    made = await store.create_conversation("x", USER)
    timeline = await store.timeline(made, USER)
    assert (timeline.total, timeline.is_complete) == (0, True)
    assert await contents(timeline) == []
    await store.add_conversation_message(made, "user", "first")
    assert await timeline.refresh()
    assert await contents(timeline) == ["first"]
    assert timeline.revision == 0


@pytest.mark.parametrize("is_complete", [False, True])
async def test_rows_in_between_change_the_revision(store: ConversationStore, path: Path, is_complete: bool) -> None:
    made, expected = fill(path, 1000)
    timeline = await store.timeline(made, USER)
    while is_complete and not await timeline.advance():
        pass
    with plain(path) as db:
        add_message(db, made, "old", created_at=format_canonical(START - timedelta(days=1)))
    assert await timeline.refresh()
    assert timeline.revision > 0
    assert await contents(timeline) == ["old", *expected]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM conversation_messages WHERE content = '500'",
        "DELETE FROM conversation_messages WHERE content = '999'",
        "DELETE FROM conversation_messages WHERE CAST(content AS INTEGER) < 600",
    ],
)
async def test_rows_gone_change_the_revision(store: ConversationStore, path: Path, change: str) -> None:
    made, expected = fill(path, 1000)
    timeline = await store.timeline(made, USER)
    with plain(path) as db:
        db.execute(change)
        left = {text for (text,) in db.execute("SELECT content FROM conversation_messages")}
    assert await timeline.refresh()
    assert timeline.revision > 0
    assert await contents(timeline) == [text for text in expected if text in left]


async def test_a_row_number_used_again_is_noticed(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 10)
    timeline = await store.timeline(made, USER)
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE content = '9'")
        add_message(db, made, "impostor", created_at="2026-01-01T00:00:03.000Z")
    assert await timeline.refresh()
    assert timeline.revision > 0
    assert await contents(timeline) == [*expected[:9], "impostor"]


async def test_slice_notices_what_refresh_was_not_asked_for(store: ConversationStore, path: Path) -> None:
    made, _ = fill(path, 10)
    timeline = await store.timeline(made, USER)
    with plain(path) as db:
        db.execute("UPDATE conversation_messages SET created_at = '2025-01-01 00:00:00' WHERE content = '9'")
    found = await timeline.slice(0, 10)
    assert [m.content for m in found.messages] == ["9", *map(str, range(9))]
    assert found.revision == timeline.revision > 0


async def test_survives_vacuum(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 20)
    timeline = await store.timeline(made, USER)
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE content IN ('0', '1', '2')")
        db.execute("VACUUM")
    assert await timeline.refresh()
    assert await contents(timeline) == expected[3:]


async def test_a_deleted_conversation_is_said_to_be_gone(store: ConversationStore, path: Path) -> None:
    made, _ = fill(path, 5)
    timeline = await store.timeline(made, USER)
    with plain(path) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM conversations")
    with pytest.raises(ConversationNotFound):
        await timeline.refresh()
    with pytest.raises(ConversationNotFound):
        await timeline.slice(0, 5)


async def test_large_messages_come_by_head(store: ConversationStore) -> None:
    made = await store.create_conversation("x", USER)
    exact, huge = "a" * HEAD_BYTES, "é" * HEAD_BYTES
    for content in ("small", exact, huge):
        await store.add_conversation_message(made, "user", content)
    small, fits, cut = (await (await store.timeline(made, USER)).slice(0, 3)).messages
    assert (small.content, small.size, small.is_whole) == ("small", 5, True)
    assert (fits.content, fits.size, fits.is_whole) == (exact, HEAD_BYTES, True)
    assert (cut.content, cut.size, cut.is_whole) == ("é" * (HEAD_BYTES // 2), 2 * HEAD_BYTES, False)
    assert (await store.read_message(cut)).content == huge
    part = await store.read_message(cut, limit=1001)
    assert (part.content, part.size, part.is_whole) == ("é" * 500, 2 * HEAD_BYTES, False)
    short = await store.read_message(small, limit=2)
    assert (short.content, short.size, short.is_whole) == ("sm", 5, False)


async def test_read_message_finds_it_by_id_and_says_when_it_is_gone(store: ConversationStore, path: Path) -> None:
    made, _ = fill(path, 3)
    (message,) = (await (await store.timeline(made, USER)).slice(1, 2)).messages
    with plain(path) as db:
        db.execute("UPDATE conversation_messages SET rowid = 99 WHERE content = '1'")
    assert (await store.read_message(message)).content == "1"
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE content = '1'")
    with pytest.raises(ConversationNotFound):
        await store.read_message(message)


async def test_many_calls_at_once(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 3000)
    timeline = await store.timeline(made, USER)
    steps = [asyncio.ensure_future(step) for step in (timeline.advance(), timeline.refresh(), timeline.advance())]
    found = await asyncio.gather(*(timeline.slice(start, start + 10) for start in range(0, 3000, 100)))
    await asyncio.gather(*steps)
    for answer in found:
        assert [m.content for m in answer.messages] == expected[answer.start : answer.stop]


async def test_an_instant_fits_its_text() -> None:
    assert instant(START) == instant_of("2026-01-01T00:00:00.000Z")
