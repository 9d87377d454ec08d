"""The 16 calls of IronClaw's ConversationStore, on a file like its own."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from store import (
    ConversationNotFound,
    ConversationStore,
    DuplicateThread,
    MetadataRefused,
)
from tests.store.conftest import USER, add_conversation, add_message, change_token, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.contract.store import ConversationStore
    from tests.store.conftest import Clock

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_implements_the_contract(store: ConversationStore) -> None:
    contract: ConversationStore = store
    assert contract is store


async def test_create_stores_what_ironclaw_stores(store: ConversationStore, path: Path) -> None:
    made = await store.create_conversation("telegram", USER, "thread-7")
    assert uuid.UUID(made).version == 4
    with plain(path) as db:
        row = db.execute("SELECT channel, user_id, thread_id, started_at, last_activity, metadata FROM conversations")
        at = "2026-03-01T09:00:00.000Z"
        assert row.fetchall() == [("telegram", USER, "thread-7", at, at, "{}")]


async def test_create_takes_empty_texts(store: ConversationStore) -> None:
    made = await store.create_conversation("", "")
    assert await store.conversation_belongs_to_user(made, "")


@pytest.mark.parametrize("metadata", [{"a": [1, 2.5, None, True]}, [1], "text", None, 5])
async def test_create_with_metadata_stores_any_json(store: ConversationStore, metadata: object) -> None:
    made = await store.create_conversation_with_metadata("gateway", USER, metadata)
    if isinstance(metadata, dict):
        assert await store.get_conversation_metadata(made) == metadata
    else:
        with pytest.raises(MetadataRefused):
            await store.get_conversation_metadata(made)


async def test_create_with_metadata_refuses_a_second_heartbeat(store: ConversationStore) -> None:
    await store.get_or_create_heartbeat_conversation(USER)
    with pytest.raises(DuplicateThread):
        await store.create_conversation_with_metadata("x", USER, {"thread_type": "heartbeat"})


async def test_ensure_creates_then_touches(store: ConversationStore, clock: Clock) -> None:
    wanted = str(uuid.uuid4())
    assert await store.ensure_conversation(wanted, "signal", USER, "t")
    clock.advance(seconds=5)
    assert await store.ensure_conversation(wanted, "signal", USER)
    found = await store.get_conversation(wanted, USER)
    assert found.last_activity == clock.moment
    assert found.started_at == clock.moment - timedelta(seconds=5)
    assert found.thread_id == "t"


@pytest.mark.parametrize(("channel", "user"), [("signal", "other"), ("slack", USER)])
async def test_ensure_changes_nothing_of_a_stranger(
    store: ConversationStore, clock: Clock, channel: str, user: str
) -> None:
    wanted = await store.create_conversation("signal", USER)
    before = await store.get_conversation(wanted, USER)
    clock.advance(hours=1)
    assert not await store.ensure_conversation(wanted, channel, user)
    assert await store.get_conversation(wanted, USER) == before


async def test_touch_sets_last_activity_and_knows_the_unknown(store: ConversationStore, clock: Clock) -> None:
    made = await store.create_conversation("signal", USER)
    clock.advance(days=1)
    await store.touch_conversation(made)
    assert (await store.get_conversation(made, USER)).last_activity == clock.moment
    with pytest.raises(ConversationNotFound):
        await store.touch_conversation(NOBODY)


async def test_add_message_appends_and_touches(store: ConversationStore, clock: Clock) -> None:
    made = await store.create_conversation("signal", USER)
    clock.advance(minutes=1)
    first = await store.add_conversation_message(made, "user", "")
    second = await store.add_conversation_message(made, "any role", "zwei\n\0drei")
    messages = await store.list_conversation_messages(made)
    assert [(m.id, m.role, m.content) for m in messages] == [
        (first, "user", ""),
        (second, "any role", "zwei\n\0drei"),
    ]
    assert {m.created_at for m in messages} == {clock.moment}
    assert (await store.get_conversation(made, USER)).last_activity == clock.moment


async def test_add_message_to_nobody_stores_nothing(
    store: ConversationStore, count_rows: Callable[[str], int]
) -> None:
    with pytest.raises(ConversationNotFound):
        await store.add_conversation_message(NOBODY, "user", "lost")
    assert count_rows("conversation_messages") == 0


async def test_text_that_is_no_utf8_is_never_written(store: ConversationStore) -> None:
    made = await store.create_conversation("signal", USER)
    with pytest.raises(ValueError, match="surrogate"):
        await store.add_conversation_message(made, "user", "half \ud800")
    with pytest.raises(ConversationNotFound):
        await store.touch_conversation("\ud800")


async def test_lists_are_newest_first_with_ironclaws_titles(store: ConversationStore, clock: Clock) -> None:
    first = await store.create_conversation("telegram", USER)
    await store.add_conversation_message(first, "assistant", "not a title")
    await store.add_conversation_message(first, "user", "é" * 150)
    await store.add_conversation_message(first, "user", "second")
    clock.advance(seconds=1)
    routine = await store.get_or_create_routine_conversation(NOBODY, "Backup", USER)
    clock.advance(seconds=1)
    empty = await store.create_conversation("telegram", USER)
    await store.add_conversation_message(empty, "user", "")
    await store.create_conversation("telegram", "somebody else")

    everything = await store.list_conversations_all_channels(USER, 10)
    assert [(s.id, s.title, s.message_count, s.thread_type) for s in everything] == [
        (empty, "", 1, None),
        (routine, "Backup", 0, "routine"),
        (first, "é" * 100, 2, None),
    ]
    one_channel = await store.list_conversations_with_preview(USER, "telegram", 10)
    assert [s.id for s in one_channel] == [empty, first]
    assert [s.id for s in await store.list_conversations_all_channels(USER, 1)] == [empty]


async def test_a_title_is_the_earliest_message_by_time_not_by_row(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        for odd in (False, True):
            made = add_conversation(db)
            add_message(db, made, "later", created_at="2026-01-01T00:00:02.000Z")
            add_message(db, made, "earliest", created_at="2026-01-01 00:00:01" if odd else "2026-01-01T00:00:01.000Z")
            add_message(db, made, "same time", created_at="2026-01-01T00:00:01.000Z")
    assert [s.title for s in await store.list_conversations_all_channels(USER, 9)] == ["earliest", "earliest"]


async def test_a_title_goes_on_past_a_nul(store: ConversationStore) -> None:
    made = await store.create_conversation("telegram", USER)
    await store.add_conversation_message(made, "user", "before\0after")
    assert (await store.list_conversations_all_channels(USER, 1))[0].title == "before\0after"


async def test_routine_thread_is_one_per_user_and_routine(store: ConversationStore) -> None:
    routine = str(uuid.uuid4())
    assert await store.find_routine_conversation(routine, USER) is None
    made = await store.get_or_create_routine_conversation(routine, "Old name", USER)
    assert await store.get_or_create_routine_conversation(routine, "New name", USER) == made
    assert await store.find_routine_conversation(routine, USER) == made
    assert await store.find_routine_conversation(routine, "other") is None
    assert await store.get_or_create_routine_conversation(routine, "x", "other") != made
    assert await store.get_conversation_metadata(made) == {
        "thread_type": "routine",
        "routine_id": routine,
        "routine_name": "Old name",
    }


async def test_find_never_writes(store: ConversationStore, count_rows: Callable[[str], int]) -> None:
    token = await change_token(store)
    assert await store.find_routine_conversation(NOBODY, USER) is None
    assert count_rows("conversations") == 0
    assert await change_token(store) == token


async def test_heartbeat_is_one_per_user(store: ConversationStore) -> None:
    made = await store.get_or_create_heartbeat_conversation(USER)
    assert await store.get_or_create_heartbeat_conversation(USER) == made
    assert await store.get_or_create_heartbeat_conversation("other") != made
    assert await store.get_conversation_metadata(made) == {"thread_type": "heartbeat"}
    assert (await store.get_conversation(made, USER)).channel == "heartbeat"


async def test_assistant_is_one_per_user_and_channel(store: ConversationStore) -> None:
    made = await store.get_or_create_assistant_conversation(USER, "gateway")
    assert await store.get_or_create_assistant_conversation(USER, "gateway") == made
    assert await store.get_or_create_assistant_conversation(USER, "slack") != made
    assert await store.get_conversation_metadata(made) == {"thread_type": "assistant", "title": "Assistant"}


async def test_of_several_assistants_the_last_used_is_taken(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        times = [
            "2026-01-01T00:00:00.000Z",
            "2026-01-03 00:00:00",
            "2026-01-02T00:00:00.000Z",
            "2026-01-03T00:00:00Z",
        ]
        made = [
            add_conversation(db, channel="gateway", last_activity=at, metadata='{"thread_type":"assistant"}')
            for at in times
        ]
    assert await store.get_or_create_assistant_conversation(USER, "gateway") == made[1]


async def test_pages_go_back_without_loss(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        made = add_conversation(db)
        for number in range(25):
            add_message(db, made, str(number), created_at=f"2026-01-01T00:00:00.{number // 7:03d}Z")
    page = await store.list_conversation_messages_paginated(made, limit=10)
    assert [m.content for m in page.messages] == [str(n) for n in range(15, 25)]
    assert page.has_more
    page = await store.list_conversation_messages_paginated(made, before=page.messages[0].cursor, limit=10)
    assert [m.content for m in page.messages] == [str(n) for n in range(5, 15)]
    page = await store.list_conversation_messages_paginated(made, before=page.messages[0].cursor, limit=10)
    assert [m.content for m in page.messages] == [str(n) for n in range(5)]
    assert not page.has_more


async def test_before_a_time_means_strictly_earlier(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        made = add_conversation(db)
        for number in range(6):
            add_message(db, made, str(number), created_at=f"2026-01-01T00:00:00.{number // 2:03d}Z")
    edge = datetime(2026, 1, 1, 0, 0, 0, 1000, tzinfo=UTC)
    page = await store.list_conversation_messages_paginated(made, before=edge)
    assert [m.content for m in page.messages] == ["0", "1"]
    page = await store.list_conversation_messages_paginated(made, before=edge + timedelta(microseconds=1))
    assert [m.content for m in page.messages] == ["0", "1", "2", "3"]


async def test_pages_of_nobody_and_limits(store: ConversationStore) -> None:
    page = await store.list_conversation_messages_paginated(NOBODY)
    assert page.messages == ()
    assert not page.has_more
    assert await store.list_conversation_messages(NOBODY) == []
    for limit in (0, -1, -2):
        with pytest.raises(ValueError, match="limit"):
            await store.list_conversation_messages_paginated(NOBODY, limit=limit)
        with pytest.raises(ValueError, match="limit"):
            await store.list_conversations_all_channels(USER, limit)
        with pytest.raises(ValueError, match="limit"):
            await store.list_conversations(USER, limit=limit)
    made = await store.create_conversation("x", USER)
    assert await store.list_conversations_all_channels(USER, 2**63)
    assert (await store.list_conversation_messages_paginated(made, limit=2**63)).messages == ()


async def test_contents_come_whole(store: ConversationStore) -> None:
    made = await store.create_conversation("x", USER)
    content = "long " * 100_000
    await store.add_conversation_message(made, "user", content)
    (message,) = (await store.list_conversation_messages_paginated(made)).messages
    assert message.content == content
    assert message.is_whole


async def test_update_field_merges(store: ConversationStore, clock: Clock) -> None:
    made = await store.create_conversation_with_metadata("x", USER, {"keep": 0.1, "deep": {"a": 1, "b": 2}})
    clock.advance(hours=1)
    await store.update_conversation_metadata_field(made, "title", "Grüße ✓")
    await store.update_conversation_metadata_field(made, "deep", {"b": None, "c": [1]})
    assert await store.get_conversation_metadata(made) == {
        "keep": 0.1,
        "deep": {"a": 1, "c": [1]},
        "title": "Grüße ✓",
    }
    await store.update_conversation_metadata_field(made, "keep", None)
    assert "keep" not in (await store.get_conversation_metadata(made) or {})
    assert (await store.get_conversation(made, USER)).last_activity == clock.moment - timedelta(hours=1)


async def test_update_field_of_nobody(store: ConversationStore) -> None:
    with pytest.raises(ConversationNotFound):
        await store.update_conversation_metadata_field(NOBODY, "a", 1)
    assert await store.get_conversation_metadata(NOBODY) is None


async def test_update_field_refuses_a_second_routine_thread(store: ConversationStore) -> None:
    await store.get_or_create_routine_conversation("r", "R", USER)
    other = await store.create_conversation("x", USER)
    with pytest.raises(DuplicateThread):
        await store.update_conversation_metadata_field(other, "routine_id", "r")
    assert await store.get_conversation_metadata(other) == {}


async def test_belongs(store: ConversationStore) -> None:
    made = await store.create_conversation("x", USER)
    assert await store.conversation_belongs_to_user(made, USER)
    assert not await store.conversation_belongs_to_user(made, "other")
    assert not await store.conversation_belongs_to_user(made.upper(), USER)
    assert not await store.conversation_belongs_to_user(NOBODY, USER)


async def test_an_id_is_found_by_how_it_begins(store: ConversationStore) -> None:
    for conversation_id in ("abc-1", "abc-2", "abd", "ab", "ab%"):
        await store.ensure_conversation(conversation_id, "x", USER)
    await store.ensure_conversation("abc-3", "x", "other")

    async def found(prefix: str, user_id: str = USER, limit: int = 10) -> list[str]:
        return [each.shown_id for each in await store.find_conversations(prefix, user_id, limit=limit)]

    assert await found("abc") == ["abc-1", "abc-2"]
    assert await found("a", limit=3) == ["ab", "ab%", "abc-1"]
    assert await found("ab") == ["ab"], "an id as a whole, whatever begins with it"
    assert await found("abc", "other") == ["abc-3"]
    assert await found("abd") == ["abd"]
    for nothing in ("", "abx", "ab_", "b", "\udc80"):
        assert await found(nothing) == []
