"""A message's row comes as it is stored, as far as it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import Capability, ConversationNotFound
from tests.store.conftest import messages_of

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend

pytestmark = pytest.mark.needs(Capability.RAW_ROWS)


@pytest.mark.needs("a content by itself")
async def test_a_long_content_comes_as_far_as_asked(backend: Backend, store: ConversationStore) -> None:
    conversation = backend.add_conversation("é" * 1_000_000)
    (message,) = await messages_of(store, conversation)
    raw = await store.read_raw_message(message, limit=9)
    assert raw.content.value == "é".encode() * 4 + b"\xc3"
    assert raw.content.size == 2_000_000
    assert not raw.content.is_whole
    assert (await store.read_raw_message(message, limit=2_000_000)).content.is_whole


async def test_a_message_that_is_gone_is_said_to_be_gone(backend: Backend, store: ConversationStore) -> None:
    (message,) = await store.list_conversation_messages(backend.add_conversation("hello"))
    backend.delete_messages(message)
    with pytest.raises(ConversationNotFound):
        await store.read_raw_message(message)
