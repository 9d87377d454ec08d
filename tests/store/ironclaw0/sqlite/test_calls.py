"""The 16 calls write into the file what IronClaw 0.24 writes, and understand its times in every form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import ConversationNotFound
from tests.store.conftest import USER, add_conversation, add_message, change_token, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.contract.store import ConversationStore

NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_create_stores_what_ironclaw_stores(store: ConversationStore, path: Path) -> None:
    await store.create_conversation("telegram", USER, "thread-7")
    with plain(path) as db:
        row = db.execute("SELECT channel, user_id, thread_id, started_at, last_activity, metadata FROM conversations")
        at = "2026-03-01T09:00:00.000Z"
        assert row.fetchall() == [("telegram", USER, "thread-7", at, at, "{}")]


async def test_add_message_to_nobody_stores_nothing(
    store: ConversationStore, count_rows: Callable[[str], int]
) -> None:
    with pytest.raises(ConversationNotFound):
        await store.add_conversation_message(NOBODY, "user", "lost")
    assert count_rows("conversation_messages") == 0


async def test_messages_of_one_instant_stay_in_the_order_of_their_rows(store: ConversationStore) -> None:
    made = await store.create_conversation("signal", USER)
    ids = [await store.add_conversation_message(made, "user", "x") for _ in range(5)]
    assert [message.id for message in await store.list_conversation_messages(made)] == ids


async def test_a_title_is_the_earliest_message_in_any_form_of_time(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        for odd in (False, True):
            made = add_conversation(db)
            add_message(db, made, "later", created_at="2026-01-01T00:00:02.000Z")
            add_message(db, made, "earliest", created_at="2026-01-01 00:00:01" if odd else "2026-01-01T00:00:01.000Z")
            add_message(db, made, "same time", created_at="2026-01-01T00:00:01.000Z")
    assert [s.title for s in await store.list_conversations_all_channels(USER, 9)] == ["earliest", "earliest"]


async def test_find_never_writes(store: ConversationStore, count_rows: Callable[[str], int]) -> None:
    token = await change_token(store)
    assert await store.find_routine_conversation(NOBODY, USER) is None
    assert count_rows("conversations") == 0
    assert await change_token(store) == token


async def test_the_last_used_assistant_is_told_in_any_form_of_time(store: ConversationStore, path: Path) -> None:
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
