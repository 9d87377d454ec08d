"""Taking conversations along: everything once, in the order in which it is shown, beside an agent that writes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.contract.stored_rows import Choice, StoredConversation, StoredMessage
from store.errors import ConversationNotFound
from store.ironclaw0.sqlite import stored_rows as stored
from store.ironclaw0.sqlite.schema import ORDER_INDEX
from store.records import Machines, MessageCursor
from tests.store.conftest import USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

Taken = list[StoredConversation | StoredMessage]


async def taken(store: ConversationStore, choice: Choice) -> Taken:
    found: Taken = []
    async with store.take(USER, choice) as taking:
        async for part in taking:
            found += [part] if isinstance(part, StoredConversation) else part
        assert taking.done <= taking.total
    return found


def ids(found: Taken) -> list[str]:
    return [each.message.id for each in found if isinstance(each, StoredMessage)]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "_KEYS", 7)
    monkeypatch.setattr(stored, "_MESSAGES", 5)
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
        found = await taken(store, Choice())
        order = [each.conversation.id for each in found if isinstance(each, StoredConversation)]
        assert order == conversations
        shown = [message.id for each in conversations for message in await store.list_conversation_messages(each)]
        assert ids(found) == shown
        backwards = await taken(store, Choice(ids=tuple(conversations[::-1])))
        assert sorted(ids(backwards)) == sorted(shown)
        assert [each.row for each in backwards if isinstance(each, StoredConversation)] == [5, 4, 3, 2, 1]


@pytest.mark.usefixtures("small_steps")
async def test_what_the_agent_writes_meanwhile_disturbs_nothing(path: Path) -> None:
    with plain(path) as db:
        conversation, doomed = add_conversation(db), add_conversation(db)
        kept = [add_message(db, conversation) for _ in range(40)]
        add_message(db, doomed)
        async with open_store(path) as store, store.take(USER, Choice()) as taking:
            found: list[str] = []
            async for part in taking:
                if isinstance(part, tuple):
                    found += [each.message.id for each in part]
                if len(found) == 10:
                    db.execute("DELETE FROM conversation_messages WHERE id = ?", (kept[20],))
                    db.execute("DELETE FROM conversations WHERE id = ?", (doomed,))
                    for _ in range(20):
                        add_message(db, conversation, created_at="2025-01-01T00:00:00.000Z")
    assert found == [*kept[:20], *kept[21:]]


async def test_a_stretch_takes_what_lies_in_it_and_leaves_out_conversations_without(path: Path) -> None:
    with plain(path) as db:
        one, other = add_conversation(db), add_conversation(db)
        messages = [add_message(db, one, created_at=f"2026-01-0{day}T00:00:00.000Z") for day in range(1, 8)]
        add_message(db, other, created_at="2027-01-01T00:00:00.000Z")
    async with open_store(path) as store:
        shown = await store.list_conversation_messages(one)
        found = await taken(store, Choice(first=shown[2].cursor, last=shown[4].cursor))
        instants = shown[2].cursor.instant, shown[5].cursor.instant
        by_time = await taken(store, Choice(first=MessageCursor.at(instants[0]), last=MessageCursor.at(instants[1])))
    assert ids(found) == ids(by_time) == messages[2:5]
    assert sum(isinstance(each, StoredConversation) for each in found) == 1


async def test_only_what_was_chosen_and_only_of_the_user_is_taken(path: Path) -> None:
    with plain(path) as db:
        mine = add_conversation(db, channel="signal")
        add_conversation(db, channel="routine", metadata='{"thread_type": "routine", "routine_id": "x"}')
        theirs = add_conversation(db, user_id="somebody else", channel="signal")
        add_message(db, mine)
        add_message(db, theirs)
    async with open_store(path) as store:
        assert len(await taken(store, Choice(channel="signal"))) == 2
        assert len(await taken(store, Choice(machines=Machines.ONLY))) == 1
        with pytest.raises(ConversationNotFound):
            await taken(store, Choice(ids=(mine, theirs)))
