"""Where this store mends IronClaw 0.24: each test shows the reference's own SQL going wrong on the same rows."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from store import ConversationNotFound, Flaw, MetadataRefused, open_store
from store.core.new_rows import NewMessage
from store.domain.timestamps import format_canonical
from tests.store.conftest import USER, add_conversation, add_message, plain, writer

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from store.contract.store import ConversationStore

REFERENCE_LIST = """
    SELECT c.id,
        (SELECT count(*) FROM conversation_messages m WHERE m.conversation_id = c.id AND m.role = 'user'),
        coalesce(
            (SELECT substr(m.content, 1, 100) FROM conversation_messages m
                WHERE m.conversation_id = c.id AND m.role = 'user' ORDER BY m.created_at, m.rowid LIMIT 1),
            json_extract(c.metadata, '$.routine_name'))
    FROM conversations c WHERE c.user_id = ? ORDER BY datetime(c.last_activity) DESC LIMIT ?
"""
REFERENCE_PAGE = """
    SELECT content, created_at FROM conversation_messages WHERE conversation_id = ? AND created_at < ?
    ORDER BY created_at DESC, rowid DESC LIMIT ?
"""


def reference_pages(db: sqlite3.Connection, conversation_id: str, limit: int) -> list[str]:
    """Return what IronClaw shows of a conversation, paging back to its start."""
    found: list[str] = []
    before = "9999-12-31T23:59:59.999Z"
    while rows := db.execute(REFERENCE_PAGE, (conversation_id, before, limit + 1)).fetchall():
        found += [content for content, _ in rows[:limit]]
        before = rows[:limit][-1][1]
    return found


async def our_pages(store: ConversationStore, conversation_id: str, limit: int) -> list[str]:
    found: list[str] = []
    page = await store.list_conversation_messages_paginated(conversation_id, limit=limit)
    while page.messages:
        found = [*(m.content for m in page.messages), *found]
        page = await store.list_conversation_messages_paginated(conversation_id, page.messages[0].cursor, limit)
    return found


@pytest.mark.parametrize("limit", [1, 3, 7, 48])
async def test_messages_of_one_millisecond_are_not_lost(store: ConversationStore, path: Path, limit: int) -> None:
    with plain(path) as db:
        made = add_conversation(db)
        for number in range(250):
            add_message(db, made, str(number), created_at=f"2026-01-01T00:00:00.{number // 5:03d}Z")
        assert len(reference_pages(db, made, limit)) < 250
    assert await our_pages(store, made, limit) == [str(number) for number in range(250)]


async def test_messages_of_any_form_of_time_are_in_order(store: ConversationStore, path: Path) -> None:
    times = [
        "2026-01-01 00:00:00",
        "2026-01-01T01:00:01.000+01:00",
        "2026-01-01T00:00:01.500Z",
        "2026-01-01T00:00:01.500900Z",
        "2026-01-01 00:00:02.000",
        "2026-01-01T00:00:03Z",
    ]
    with plain(path) as db:
        made = add_conversation(db)
        for number in (3, 1, 5, 0, 4, 2):
            add_message(db, made, str(number), created_at=times[number])
        rows = db.execute("SELECT content FROM conversation_messages ORDER BY created_at, rowid").fetchall()
        assert [content for (content,) in rows] != list("012345")
    assert await our_pages(store, made, 2) == list("012345")


async def test_conversations_within_a_second_are_in_order(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        ids = [add_conversation(db, last_activity=f"2026-01-01T00:00:00.{n:03d}Z") for n in range(5)]
        reference = [row[0] for row in db.execute(REFERENCE_LIST, (USER, 9))]
        assert reference != ids[::-1]
    assert [s.id for s in await store.list_conversations_all_channels(USER, 9)] == ids[::-1]


async def test_no_limit_is_no_answer(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        add_conversation(db)
        add_conversation(db)
        assert len(db.execute(REFERENCE_LIST, (USER, -1)).fetchall()) == 2
        assert db.execute(REFERENCE_LIST, (USER, 0)).fetchall() == []
    for limit in (0, -1):
        with pytest.raises(ValueError, match="limit"):
            await store.list_conversations_all_channels(USER, limit)


async def test_an_unknown_id_is_not_passed_over(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        assert db.execute("UPDATE conversations SET last_activity = 'x' WHERE id = 'nobody'").rowcount == 0
    with pytest.raises(ConversationNotFound):
        await store.touch_conversation("nobody")
    with pytest.raises(ConversationNotFound):
        await store.update_conversation_metadata_field("nobody", "a", 1)


async def test_a_message_and_its_touch_are_one(store: ConversationStore, path: Path) -> None:
    made = await store.create_conversation("x", USER)

    def without_touch(db: Any) -> None:
        from store.ironclaw0.sqlite import messages

        def deny(action: int, table: str | None, column: str | None, *_: str | None) -> int:
            is_touch = action == sqlite3.SQLITE_UPDATE and (table, column) == ("conversations", "last_activity")
            return sqlite3.SQLITE_DENY if is_touch else sqlite3.SQLITE_OK

        db.set_authorizer(deny)
        try:
            messages.append(db, NewMessage(made, "m", "user", "x"), "2026-01-01T00:00:00.000Z")
        finally:
            db.set_authorizer(None)

    with pytest.raises(Exception, match="SQLITE_AUTH"):
        await writer(store).run(without_touch)
    assert await store.list_conversation_messages(made) == []
    with plain(path) as db:
        add_message(db, made, "the reference's first statement, its second failing")
    assert len(await store.list_conversation_messages(made)) == 1


async def test_the_assistant_is_made_under_the_lock(path: Path) -> None:
    find = "SELECT id FROM conversations WHERE user_id = ? AND json_extract(metadata, '$.thread_type') = 'assistant'"
    with plain(path) as one, plain(path) as two:
        looked = [db.execute(find, ("ref",)).fetchone() for db in (one, two)]
        for db in (one, two):
            add_conversation(db, user_id="ref", channel="gateway", metadata='{"thread_type":"assistant"}')
        assert looked == [None, None]
        assert len(one.execute(find, ("ref",)).fetchall()) == 2
    async with open_store(path) as first, open_store(path) as second:
        made = {await store.get_or_create_assistant_conversation(USER, "gateway") for store in (first, second) * 3}
    assert len(made) == 1


async def test_bad_data_is_not_dressed_as_good(loose: Path) -> None:
    with plain(loose) as db:
        add_conversation(db, id="no-uuid", last_activity="garbage")
        add_message(db, "no-uuid", None, created_at="garbage")
        assert db.execute("SELECT datetime(last_activity) FROM conversations").fetchone() == (None,)
    async with open_store(loose) as store:
        (summary,) = await store.list_conversations_all_channels(USER, 9)
        assert (summary.id, summary.last_activity) == ("no-uuid", None)
        assert summary.flaws == {Flaw.ID, Flaw.TIME}
        (message,) = await store.list_conversation_messages("no-uuid")
        assert message.created_at is None
        assert Flaw.NULL in message.flaws


async def test_one_malformed_row_does_not_stop_the_list(loose: Path) -> None:
    with plain(loose) as db:
        add_conversation(db, metadata="{malformed")
        made = add_conversation(db, last_activity="2026-01-02T00:00:00.000Z")
        with pytest.raises(sqlite3.OperationalError, match="malformed JSON"):
            db.execute(REFERENCE_LIST, (USER, 9)).fetchall()
    async with open_store(loose) as store:
        summaries = await store.list_conversations_all_channels(USER, 9)
    assert (len(summaries), summaries[0].id) == (2, made)


async def test_an_edit_does_not_wipe_what_is_no_object(path: Path) -> None:
    with plain(path) as db:
        made = add_conversation(db, metadata="[1,2]")
        patched = db.execute("SELECT json_patch(metadata, ?) FROM conversations", (json.dumps({"a": 1}),)).fetchone()
        assert patched == ('{"a":1}',)
    async with open_store(path) as store:
        with pytest.raises(MetadataRefused):
            await store.update_conversation_metadata_field(made, "a", 1)


async def test_foreign_keys_are_on_although_stock_sqlite_leaves_them_off(
    store: ConversationStore, path: Path
) -> None:
    with plain(path) as db:
        add_message(db, "nobody", "an orphan")
    made = await store.create_conversation("x", USER)
    with pytest.raises(Exception, match="SQLITE_CONSTRAINT_FOREIGNKEY"):
        await writer(store).run(lambda db: add_message(db, "nobody", "another"))
    await writer(store).run(lambda db: db.execute("DELETE FROM conversations WHERE id = ?", (made,)))


async def test_the_time_goes_into_the_file_as_ironclaw_writes_it(
    store: ConversationStore, path: Path, clock: Any
) -> None:
    moment: datetime = clock.moment
    await store.create_conversation("x", USER)
    with plain(path) as db:
        stored = db.execute("SELECT last_activity, strftime('%Y-%m-%dT%H:%M:%fZ', last_activity) FROM conversations")
        assert stored.fetchall() == [(format_canonical(moment),) * 2]
