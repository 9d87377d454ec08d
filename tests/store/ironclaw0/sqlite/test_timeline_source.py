"""A timeline of the file's rows: without an index of ours, with row numbers that change or are used again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from store import ConversationNotFound, MessageCursor
from store.domain.timestamps import format_canonical
from tests.store.asking import contents
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


async def test_a_row_number_used_again_is_noticed(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 10)
    timeline = await store.timeline(made, USER)
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE content = '9'")
        add_message(db, made, "impostor", created_at="2026-01-01T00:00:03.000Z")
    assert await timeline.refresh()
    assert timeline.revision > 0
    assert await contents(timeline) == [*expected[:9], "impostor"]


async def test_survives_vacuum(store: ConversationStore, path: Path) -> None:
    made, expected = fill(path, 20)
    timeline = await store.timeline(made, USER)
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE content IN ('0', '1', '2')")
        db.execute("VACUUM")
    assert await timeline.refresh()
    assert await contents(timeline) == expected[3:]


async def test_a_giant_without_our_index_is_counted_after_its_newest_messages_were_read(
    store: ConversationStore, path: Path
) -> None:
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


async def test_a_row_that_is_not_there_has_no_position(store: ConversationStore, path: Path) -> None:
    made, _ = fill(path, 50)
    (message,) = (await (await store.timeline(made, USER)).slice(10, 11)).messages
    timeline = await store.timeline(made, USER)
    assert await timeline.position(message.cursor) == 10
    assert await timeline.position(MessageCursor(message.cursor.instant, 10**6)) is None


async def test_a_message_is_found_by_id_where_rows_were_numbered_anew(store: ConversationStore, path: Path) -> None:
    made, _ = fill(path, 3)
    (message,) = (await (await store.timeline(made, USER)).slice(1, 2)).messages
    with plain(path) as db:
        db.execute("UPDATE conversation_messages SET rowid = 99 WHERE content = '1'")
    assert (await store.read_message(message)).content == "1"
    with plain(path) as db:
        db.execute("DELETE FROM conversation_messages WHERE content = '1'")
    with pytest.raises(ConversationNotFound):
        await store.read_message(message)
