"""Records of 1.x leave as they are stored; what people read of them keeps back what was meant for the model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store import open_store
from store.contract.stored_rows import RowSelection, StoredConversation, StoredMessage
from store.ironclaw1 import thread_rows
from tests.store.ironclaw1.thread_history import EVERYTHING, LOGGED

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from store.contract.store import ConversationStore


async def taken(store: ConversationStore, key: str) -> list[StoredMessage]:
    found: list[StoredMessage] = []
    async with store.take("ada", RowSelection(ids=(key,))) as rows:
        async for part in rows:
            if isinstance(part, StoredConversation):
                assert json.loads(str(part.values["contents"]))["thread_id"] == part.conversation.shown_id
            else:
                found += part
    return found


async def test_a_tool_call_leaves_with_both_records_and_is_read_without_its_reasons(store: ConversationStore) -> None:
    rows = await taken(store, EVERYTHING.key)
    card = rows[3]
    assert json.loads(str(card.values["contents"]))["kind"] == "capability_display_preview"
    assert "It must be looked up." in str(card.values["call.contents"])
    assert "Fetch a page" in card.message.content
    assert not [row for row in rows if "It must be looked up." in row.message.content]


async def test_what_is_read_is_what_the_transcript_has(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for few in (thread_rows.FEW, 1):
        monkeypatch.setattr(thread_rows, "FEW", few)
        rows = await taken(store, EVERYTHING.key)
        shown = await store.list_conversation_messages(EVERYTHING.key)
        assert [row.message.id for row in rows] == [message.id for message in shown]
        assert "This tells what was taken back." not in [row.message.content for row in rows]


async def test_what_only_the_log_has_leaves_with_its_event(written: dict[str, Path]) -> None:
    async with open_store(written["1.0"]) as store:
        rows = await taken(store, LOGGED.key)
    assert [row.message.content for row in rows] == ["One?", "Reply of the log", ""]
    assert json.loads(str(rows[1].values["payload"]))["content"] == "Reply of the log"
