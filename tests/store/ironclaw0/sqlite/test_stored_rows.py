"""Rows are taken in the order in which they are shown, whatever their times, with an index of ours or without."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.contract.stored_rows import RowSelection, StoredConversation, StoredMessage
from store.core import row_taking
from store.ironclaw0.sqlite import stored_rows as stored
from store.ironclaw0.sqlite.schema import ORDER_INDEX
from tests.store.asking import row_parts
from tests.store.conftest import add_conversation, add_message, plain

if TYPE_CHECKING:
    from pathlib import Path


def ids(found: list[StoredConversation | StoredMessage]) -> list[str]:
    return [each.message.id for each in found if isinstance(each, StoredMessage)]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "_KEYS", 7)
    monkeypatch.setattr(row_taking, "_MESSAGES", 5)
    monkeypatch.setattr(stored, "_CONVERSATIONS", 2)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("has_index", [True, False])
async def test_messages_come_in_the_order_in_which_they_are_shown(path: Path, has_index: bool) -> None:
    chance = random.Random(7)
    with plain(path) as db:
        if not has_index:
            db.execute(f"DROP INDEX {ORDER_INDEX}")
        conversations = [add_conversation(db) for _ in range(5)]
        for _ in range(300):
            second = chance.choice([chance.randrange(60), 30])
            stamp = chance.choice(
                [f"2026-01-01T00:00:{second:02d}.000Z", f"2026-01-01 01:00:{second:02d}+01:00", "?"]
            )
            add_message(db, chance.choice(conversations), created_at=stamp)
    async with open_store(path) as store:
        found = await row_parts(store, RowSelection())
        order = [each.conversation.id for each in found if isinstance(each, StoredConversation)]
        assert order == conversations
        shown = [message.id for each in conversations for message in await store.list_conversation_messages(each)]
        assert ids(found) == shown
        backwards = await row_parts(store, RowSelection(ids=tuple(conversations[::-1])))
        assert sorted(ids(backwards)) == sorted(shown)
        assert [each.row for each in backwards if isinstance(each, StoredConversation)] == [5, 4, 3, 2, 1]
