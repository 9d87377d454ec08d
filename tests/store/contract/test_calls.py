"""The 16 calls of IronClaw's ConversationStore."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from store import Capability, ConversationNotFound, DuplicateThread, MetadataRefused, ReadOnlyStore
from tests.store.conftest import USER
from tests.store.contract.backend import MessageSpec, at

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tests.store.conftest import Clock
    from tests.store.contract.backend import Backend

NOBODY = "00000000-0000-4000-8000-000000000000"
needs_write = pytest.mark.needs(Capability.WRITE)


def test_implements_the_contract(store: ConversationStore) -> None:
    contract: ConversationStore = store
    assert contract is store


@needs_write
async def test_create_makes_a_conversation_of_now(store: ConversationStore, clock: Clock) -> None:
    made = await store.create_conversation("telegram", USER, "thread-7")
    assert uuid.UUID(made).version == 4
    found = await store.get_conversation(made, USER)
    assert (found.channel, found.user_id, found.thread_id) == ("telegram", USER, "thread-7")
    assert found.started_at == found.last_activity == clock.moment
    assert await store.get_conversation_metadata(made) == {}


@needs_write
async def test_create_takes_empty_texts(store: ConversationStore) -> None:
    made = await store.create_conversation("", "")
    assert await store.conversation_belongs_to_user(made, "")


@needs_write
@pytest.mark.parametrize("metadata", [{"a": [1, 2.5, None, True]}, [1], "text", None, 5])
async def test_create_with_metadata_stores_any_json(store: ConversationStore, metadata: object) -> None:
    made = await store.create_conversation_with_metadata("gateway", USER, metadata)
    if isinstance(metadata, dict):
        assert await store.get_conversation_metadata(made) == metadata
    else:
        with pytest.raises(MetadataRefused):
            await store.get_conversation_metadata(made)


@needs_write
async def test_create_with_metadata_refuses_a_second_heartbeat(store: ConversationStore) -> None:
    await store.get_or_create_heartbeat_conversation(USER)
    with pytest.raises(DuplicateThread):
        await store.create_conversation_with_metadata("x", USER, {"thread_type": "heartbeat"})


@needs_write
async def test_ensure_creates_then_touches(store: ConversationStore, clock: Clock) -> None:
    wanted = str(uuid.uuid4())
    assert await store.ensure_conversation(wanted, "signal", USER, "t")
    clock.advance(seconds=5)
    assert await store.ensure_conversation(wanted, "signal", USER)
    found = await store.get_conversation(wanted, USER)
    assert found.last_activity == clock.moment
    assert found.started_at == clock.moment - timedelta(seconds=5)
    assert found.thread_id == "t"


@needs_write
@pytest.mark.parametrize(("channel", "user"), [("signal", "other"), ("slack", USER)])
async def test_ensure_changes_nothing_of_a_stranger(
    store: ConversationStore, clock: Clock, channel: str, user: str
) -> None:
    wanted = await store.create_conversation("signal", USER)
    before = await store.get_conversation(wanted, USER)
    clock.advance(hours=1)
    assert not await store.ensure_conversation(wanted, channel, user)
    assert await store.get_conversation(wanted, USER) == before


@needs_write
async def test_touch_sets_last_activity_and_knows_the_unknown(store: ConversationStore, clock: Clock) -> None:
    made = await store.create_conversation("signal", USER)
    clock.advance(days=1)
    await store.touch_conversation(made)
    assert (await store.get_conversation(made, USER)).last_activity == clock.moment
    with pytest.raises(ConversationNotFound):
        await store.touch_conversation(NOBODY)


@needs_write
async def test_add_message_appends_and_touches(backend: Backend, store: ConversationStore, clock: Clock) -> None:
    odd = "zwei\n" + "\0" * backend.keeps_nul + "drei"
    made = await store.create_conversation("signal", USER)
    clock.advance(minutes=1)
    first = await store.add_conversation_message(made, "user", "")
    clock.advance(milliseconds=1)
    second = await store.add_conversation_message(made, "any role", odd)
    messages = await store.list_conversation_messages(made)
    assert [(m.id, m.role, m.content, m.created_at) for m in messages] == [
        (first, "user", "", clock.moment - timedelta(milliseconds=1)),
        (second, "any role", odd, clock.moment),
    ]
    assert (await store.get_conversation(made, USER)).last_activity == clock.moment


@needs_write
async def test_add_message_to_nobody_is_refused(store: ConversationStore) -> None:
    with pytest.raises(ConversationNotFound):
        await store.add_conversation_message(NOBODY, "user", "lost")
    assert await store.list_conversation_messages(NOBODY) == []
    assert await store.list_users() == []


@needs_write
async def test_text_that_is_no_utf8_is_never_written(store: ConversationStore) -> None:
    made = await store.create_conversation("signal", USER)
    with pytest.raises(ValueError, match="surrogate"):
        await store.add_conversation_message(made, "user", "half \ud800")
    with pytest.raises(ConversationNotFound):
        await store.touch_conversation("\ud800")


@needs_write
async def test_lists_are_newest_first_with_ironclaws_titles(store: ConversationStore, clock: Clock) -> None:
    first = await store.create_conversation("telegram", USER)
    for role, content in (("assistant", "not a title"), ("user", "é" * 150), ("user", "second")):
        clock.advance(milliseconds=1)
        await store.add_conversation_message(first, role, content)
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


async def test_a_title_is_the_earliest_message_by_time_not_by_row(backend: Backend, store: ConversationStore) -> None:
    backend.add_conversation(
        MessageSpec("later", created_at=at(seconds=2)),
        MessageSpec("earliest", created_at=at(seconds=1)),
        MessageSpec("same time", created_at=at(seconds=1)),
    )
    assert [s.title for s in await store.list_conversations_all_channels(USER, 9)] == ["earliest"]


@needs_write
async def test_a_title_goes_on_past_a_nul(backend: Backend, store: ConversationStore) -> None:
    made = await store.create_conversation("telegram", USER)
    if not backend.keeps_nul:
        with pytest.raises(ValueError, match="NUL"):
            await store.add_conversation_message(made, "user", "before\0after")
        return
    await store.add_conversation_message(made, "user", "before\0after")
    assert (await store.list_conversations_all_channels(USER, 1))[0].title == "before\0after"


@needs_write
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


async def test_find_never_makes_what_it_looks_for(store: ConversationStore) -> None:
    assert await store.find_routine_conversation(NOBODY, USER) is None
    assert await store.list_users() == []


@needs_write
async def test_heartbeat_is_one_per_user(store: ConversationStore) -> None:
    made = await store.get_or_create_heartbeat_conversation(USER)
    assert await store.get_or_create_heartbeat_conversation(USER) == made
    assert await store.get_or_create_heartbeat_conversation("other") != made
    assert await store.get_conversation_metadata(made) == {"thread_type": "heartbeat"}
    assert (await store.get_conversation(made, USER)).channel == "heartbeat"


@needs_write
async def test_assistant_is_one_per_user_and_channel(store: ConversationStore) -> None:
    made = await store.get_or_create_assistant_conversation(USER, "gateway")
    assert await store.get_or_create_assistant_conversation(USER, "gateway") == made
    assert await store.get_or_create_assistant_conversation(USER, "slack") != made
    assert await store.get_conversation_metadata(made) == {"thread_type": "assistant", "title": "Assistant"}


@needs_write
async def test_two_stores_make_one_assistant(backend: Backend) -> None:
    async with backend.open() as first, backend.open() as second:
        made = {await store.get_or_create_assistant_conversation(USER, "gateway") for store in (first, second) * 3}
    assert len(made) == 1


@needs_write
async def test_of_several_assistants_the_last_used_is_taken(backend: Backend, store: ConversationStore) -> None:
    made = [
        backend.add_conversation(channel="gateway", last_activity=at(days=day), metadata={"thread_type": "assistant"})
        for day in (0, 2, 1)
    ]
    assert await store.get_or_create_assistant_conversation(USER, "gateway") == made[1]


async def test_pages_go_back_without_loss(backend: Backend, store: ConversationStore) -> None:
    made = backend.add_conversation(*(MessageSpec(str(n), created_at=at(milliseconds=n // 7)) for n in range(25)))
    page = await store.list_conversation_messages_paginated(made, limit=10)
    assert [m.content for m in page.messages] == [str(n) for n in range(15, 25)]
    assert page.has_more
    page = await store.list_conversation_messages_paginated(made, before=page.messages[0].cursor, limit=10)
    assert [m.content for m in page.messages] == [str(n) for n in range(5, 15)]
    page = await store.list_conversation_messages_paginated(made, before=page.messages[0].cursor, limit=10)
    assert [m.content for m in page.messages] == [str(n) for n in range(5)]
    assert not page.has_more


@pytest.mark.parametrize("limit", [1, 3, 7, 48])
async def test_messages_of_one_millisecond_are_not_lost(
    backend: Backend, store: ConversationStore, limit: int
) -> None:
    made = backend.add_conversation(*(MessageSpec(str(n), created_at=at(milliseconds=n // 60)) for n in range(150)))
    found: list[str] = []
    page = await store.list_conversation_messages_paginated(made, limit=limit)
    while page.messages:
        found = [*(m.content for m in page.messages), *found]
        page = await store.list_conversation_messages_paginated(made, page.messages[0].cursor, limit)
    assert found == [str(number) for number in range(150)]


async def test_before_a_time_means_strictly_earlier(backend: Backend, store: ConversationStore) -> None:
    made = backend.add_conversation(*(MessageSpec(str(n), created_at=at(milliseconds=n // 2)) for n in range(6)))
    edge = at(milliseconds=1)
    page = await store.list_conversation_messages_paginated(made, before=edge)
    assert [m.content for m in page.messages] == ["0", "1"]
    page = await store.list_conversation_messages_paginated(made, before=edge + timedelta(microseconds=1))
    assert [m.content for m in page.messages] == ["0", "1", "2", "3"]


async def test_pages_of_nobody_and_limits(backend: Backend, store: ConversationStore) -> None:
    page = await store.list_conversation_messages_paginated(NOBODY)
    assert page.messages == ()
    assert not page.has_more
    assert await store.list_conversation_messages(NOBODY) == []
    made = backend.add_conversation()
    for limit in (0, -1, -2):
        with pytest.raises(ValueError, match="limit"):
            await store.list_conversation_messages_paginated(NOBODY, limit=limit)
        with pytest.raises(ValueError, match="limit"):
            await store.list_conversations_all_channels(USER, limit)
        with pytest.raises(ValueError, match="limit"):
            await store.list_conversations(USER, limit=limit)
    assert await store.list_conversations_all_channels(USER, 2**63)
    assert (await store.list_conversation_messages_paginated(made, limit=2**63)).messages == ()


async def test_contents_come_whole(backend: Backend, store: ConversationStore) -> None:
    content = "long " * 100_000
    made = backend.add_conversation(content)
    (message,) = (await store.list_conversation_messages_paginated(made)).messages
    assert message.content == content
    assert message.is_whole


@needs_write
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


@needs_write
async def test_update_field_of_nobody(store: ConversationStore) -> None:
    with pytest.raises(ConversationNotFound):
        await store.update_conversation_metadata_field(NOBODY, "a", 1)
    assert await store.get_conversation_metadata(NOBODY) is None


@needs_write
async def test_update_field_refuses_a_second_routine_thread(store: ConversationStore) -> None:
    await store.get_or_create_routine_conversation("r", "R", USER)
    other = await store.create_conversation("x", USER)
    with pytest.raises(DuplicateThread):
        await store.update_conversation_metadata_field(other, "routine_id", "r")
    assert await store.get_conversation_metadata(other) == {}


async def test_belongs(backend: Backend, store: ConversationStore) -> None:
    made = backend.add_conversation(id="abcdef00-0000-4000-8000-000000000000")
    assert await store.conversation_belongs_to_user(made, USER)
    assert not await store.conversation_belongs_to_user(made, "other")
    assert not await store.conversation_belongs_to_user(made.upper(), USER)
    assert not await store.conversation_belongs_to_user(NOBODY, USER)


@needs_write
async def test_a_closed_store_says_so(backend: Backend) -> None:
    async with backend.open() as store:
        await store.create_conversation("x", USER)
        await store.close()
        await store.close()
        with pytest.raises(ValueError, match="closed"):
            await store.list_users()


async def test_a_store_that_only_reads_refuses_every_write_and_serves_the_rest(backend: Backend) -> None:
    made = backend.add_conversation("hello", metadata={"title": "old"})
    async with backend.open(read_only=True) as store:
        reason = store.capabilities[Capability.WRITE]
        old = (await store.read_metadata(made, USER)).text
        for write in (
            store.create_conversation("x", USER),
            store.create_conversation_with_metadata("x", USER, {}),
            store.ensure_conversation(made, "telegram", USER),
            store.touch_conversation(made),
            store.add_conversation_message(made, "user", "x"),
            store.get_or_create_routine_conversation("r", "R", USER),
            store.get_or_create_heartbeat_conversation(USER),
            store.get_or_create_assistant_conversation(USER, "gateway"),
            store.update_conversation_metadata_field(made, "title", "new"),
            store.save_metadata(made, USER, '{"title":"new"}', old),
        ):
            with pytest.raises(ReadOnlyStore) as caught:
                await write
            assert str(caught.value) == reason
        assert [c.title for c in (await store.list_conversations(USER)).conversations] == ["old"]
