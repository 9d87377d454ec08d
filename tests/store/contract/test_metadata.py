"""Metadata are read as they are stored, edited field by field or as a whole, and never over somebody's change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store import Capability, ConversationNotFound, DuplicateThread, MetadataConflict, MetadataRefused
from store.domain.metadata_json import with_field
from tests.store.conftest import USER

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend

pytestmark = pytest.mark.needs(Capability.WRITE)

DOCUMENT = '{ "title": "old", "n": 0.1000000000000000055 }'


@pytest.fixture
def made(backend: Backend) -> str:
    key = backend.add_conversation()
    backend.set_metadata(key, DOCUMENT)
    return key


async def stored(store: ConversationStore, key: str) -> str:
    return (await store.read_metadata(key, USER)).text


async def test_metadata_are_read_as_they_are_stored(backend: Backend, store: ConversationStore, made: str) -> None:
    read = await store.read_metadata(made, USER)
    assert (read.text, read.refusal) == (backend.kept(DOCUMENT), None)
    for text, said in (("[1]", "object"), ('{"routine_id":5}', "routine_id")):
        backend.set_metadata(made, text)
        read = await store.read_metadata(made, USER)
        assert read.text == backend.kept(text)
        assert said in (read.refusal or "")
    for stranger, user in ((made, "other"), ("nobody", USER)):
        with pytest.raises(ConversationNotFound):
            await store.read_metadata(stranger, user)


async def test_metadata_too_large_for_an_editor_come_by_their_head(
    backend: Backend, store: ConversationStore, made: str
) -> None:
    backend.set_metadata(made, '{"a":"' + "x" * 500_000 + '"}')
    read = await store.read_metadata(made, USER)
    assert len(read.text) == 262_144
    assert "too many" in (read.refusal or "")


async def test_a_save_stores_every_character(backend: Backend, store: ConversationStore, made: str) -> None:
    new = with_field(DOCUMENT, "title", '"Grüße \\u2028 ✓"')
    saved = (await store.save_metadata(made, USER, new, DOCUMENT)).text
    assert await stored(store, made) == saved == backend.kept(new)
    assert (saved == new) is (store.capabilities[Capability.SPELLING] is None)
    assert "0.1000000000000000055" in saved


async def test_a_save_over_somebody_elses_change_is_refused_with_what_is_stored(
    backend: Backend, store: ConversationStore, made: str
) -> None:
    theirs = with_field(DOCUMENT, "live_state", "{}")
    backend.set_metadata(made, theirs)
    with pytest.raises(MetadataConflict) as caught:
        await store.save_metadata(made, USER, '{"title":"mine"}', DOCUMENT)
    assert caught.value.stored is not None
    assert (caught.value.stored.text, caught.value.stored.refusal) == (backend.kept(theirs), None)
    assert "live_state" not in str(caught.value)
    assert await stored(store, made) == backend.kept(theirs)


async def test_a_save_of_what_is_gone_strange_or_unsafe_is_refused(
    backend: Backend, store: ConversationStore, made: str
) -> None:
    for conversation_id, user in (("nobody", USER), (made, "other")):
        with pytest.raises(ConversationNotFound):
            await store.save_metadata(conversation_id, user, "{}", DOCUMENT)
    for text in ("{", "[1]", '{"a":1,"a":2}', '{"thread_type":1}', '{"a":"\ud800"}', '{"a":"' + "x" * 300_000 + '"}'):
        with pytest.raises(MetadataRefused):
            await store.save_metadata(made, USER, text, DOCUMENT)
    assert await stored(store, made) == backend.kept(DOCUMENT)


async def test_no_edit_makes_a_second_special_thread(store: ConversationStore) -> None:
    await store.get_or_create_routine_conversation("r", "R", USER)
    await store.get_or_create_heartbeat_conversation(USER)
    await store.get_or_create_assistant_conversation(USER, "gateway")
    made = await store.create_conversation("gateway", USER)
    stranger = await store.create_conversation("gateway", "other")
    for text in ('{"routine_id":"r"}', '{"thread_type":"heartbeat"}', '{"thread_type":"assistant"}'):
        with pytest.raises(DuplicateThread, match="Another conversation"):
            await store.save_metadata(made, USER, text, "{}")
        await store.save_metadata(stranger, "other", text, (await store.read_metadata(stranger, "other")).text)
    assert await stored(store, made) == "{}"
    heartbeat = await store.get_or_create_heartbeat_conversation(USER)
    old = await stored(store, heartbeat)
    await store.save_metadata(heartbeat, USER, with_field(old, "title", '"x"'), old)


async def test_an_edit_keeps_every_digit_elsewhere(backend: Backend, store: ConversationStore, made: str) -> None:
    backend.set_metadata(made, '{"big":123456789012345678901234567890,"small":0.1000000000000000055}')
    await store.update_conversation_metadata_field(made, "title", "x")
    text = await stored(store, made)
    assert "123456789012345678901234567890" in text
    assert "0.1000000000000000055" in text


async def test_an_edit_does_not_wipe_what_is_no_object(backend: Backend, store: ConversationStore, made: str) -> None:
    backend.set_metadata(made, "[1,2]")
    with pytest.raises(MetadataRefused):
        await store.update_conversation_metadata_field(made, "a", 1)
    assert await stored(store, made) == backend.kept("[1,2]")


@pytest.mark.parametrize(
    "value", ["\ud800", "a\0b", float("nan"), float("inf"), {1: 2}, object(), {"\ud800": 1}, b"x", {"a": {"b": {2}}}]
)
async def test_a_value_that_could_not_be_read_back_is_refused(store: ConversationStore, value: Any) -> None:
    made = await store.create_conversation("x", USER)
    with pytest.raises(MetadataRefused):
        await store.update_conversation_metadata_field(made, "key", value)
    with pytest.raises(MetadataRefused):
        await store.create_conversation_with_metadata("x", USER, {"key": value})
    assert await store.get_conversation_metadata(made) == {}


@pytest.mark.parametrize("key", ["thread_type", "routine_id"])
@pytest.mark.parametrize("value", [1, True, ["x"], {"a": 1}])
async def test_the_indexed_keys_stay_text(store: ConversationStore, key: str, value: Any) -> None:
    made = await store.create_conversation("x", USER)
    with pytest.raises(MetadataRefused):
        await store.update_conversation_metadata_field(made, key, value)
    await store.update_conversation_metadata_field(made, key, "text")
    await store.update_conversation_metadata_field(made, key, None)
    assert await store.get_conversation_metadata(made) == {}


@pytest.mark.parametrize("key", ["a.b", 'a"b', "$.x", "", "é", "[0]", "a'b"])
async def test_any_key_is_a_key_and_no_path(store: ConversationStore, key: str) -> None:
    made = await store.create_conversation("x", USER)
    await store.update_conversation_metadata_field(made, key, 1)
    assert await store.get_conversation_metadata(made) == {key: 1}
