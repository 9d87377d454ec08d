"""Taking conversations along: everything once, in the order in which it is shown, beside an agent that writes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from store import Capability
from store.contract.stored_rows import RowSelection, StoredConversation, StoredMessage
from store.errors import ConversationNotFound
from store.records import Machines, MessageCursor
from tests.store.asking import row_parts
from tests.store.conftest import USER
from tests.store.contract.backend import ConversationSpec, History, MessageSpec, at

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend

pytestmark = pytest.mark.needs(Capability.ROW_EXPORT)


def ids(found: list[StoredConversation | StoredMessage]) -> list[str]:
    return [each.message.id for each in found if isinstance(each, StoredMessage)]


async def test_messages_come_in_the_order_in_which_they_are_shown(
    backend: Backend, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.take_small_steps(monkeypatch)
    chance = random.Random(7)
    keys = backend.seed(History([ConversationSpec() for _ in range(5)]))
    for _ in range(300):
        moment = at(seconds=chance.choice([chance.randrange(60), 30]))
        backend.add_messages(chance.choice(keys), MessageSpec(created_at=moment))
    found = await row_parts(store, RowSelection())
    assert [each.conversation.id for each in found if isinstance(each, StoredConversation)] == keys
    shown = [message.id for each in keys for message in await store.list_conversation_messages(each)]
    assert ids(found) == shown
    backwards = await row_parts(store, RowSelection(ids=tuple(keys[::-1])))
    assert sorted(ids(backwards)) == sorted(shown)
    order = [each.conversation.id for each in backwards if isinstance(each, StoredConversation)]
    assert order == keys[::-1]


async def test_what_the_agent_writes_meanwhile_disturbs_nothing(
    backend: Backend, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.take_small_steps(monkeypatch)
    key, doomed = backend.add_conversation(*["hello"] * 40), backend.add_conversation("hello")
    kept = await store.list_conversation_messages(key)
    found: list[str] = []
    async with store.take(USER, RowSelection()) as taking:
        async for part in taking:
            if isinstance(part, tuple):
                found += [each.message.id for each in part]
            if len(found) == 10:
                backend.delete_messages(kept[20])
                backend.delete_conversation(doomed)
                backend.add_messages(key, *(MessageSpec(created_at=at(days=-365)) for _ in range(20)))
    assert found == [message.id for message in (*kept[:20], *kept[21:])]


async def test_a_stretch_takes_what_lies_in_it_and_leaves_out_conversations_without(
    backend: Backend, store: ConversationStore
) -> None:
    one = backend.add_conversation(*(MessageSpec(created_at=at(days=day)) for day in range(7)))
    backend.add_conversation(MessageSpec(created_at=at(days=365)))
    shown = await store.list_conversation_messages(one)
    found = await row_parts(store, RowSelection(first=shown[2].cursor, last=shown[4].cursor))
    instants = shown[2].cursor.instant, shown[5].cursor.instant
    by_time = await row_parts(
        store, RowSelection(first=MessageCursor.at(instants[0]), last=MessageCursor.at(instants[1]))
    )
    assert ids(found) == ids(by_time) == [message.id for message in shown[2:5]]
    assert sum(isinstance(each, StoredConversation) for each in found) == 1


async def test_only_what_was_chosen_and_only_of_the_user_is_taken(backend: Backend, store: ConversationStore) -> None:
    mine, _, theirs = backend.seed(
        History(
            [
                ConversationSpec([MessageSpec()], channel="signal"),
                ConversationSpec(channel="routine", metadata={"thread_type": "routine", "routine_id": "x"}),
                ConversationSpec([MessageSpec()], channel="signal", user_id="somebody else"),
            ]
        )
    )
    assert len(await row_parts(store, RowSelection(channel="signal"))) == 2
    assert len(await row_parts(store, RowSelection(machines=Machines.ONLY))) == 1
    with pytest.raises(ConversationNotFound):
        await row_parts(store, RowSelection(ids=(mine, theirs)))
