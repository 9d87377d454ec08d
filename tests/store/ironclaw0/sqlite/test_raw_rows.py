"""A message's row comes as it is stored: types, bytes and sizes, whatever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import open_store
from tests.store.conftest import add_conversation, add_message, plain

if TYPE_CHECKING:
    from pathlib import Path


async def test_every_type_comes_as_it_is_stored(loose: Path) -> None:
    with plain(loose) as db:
        db.execute('ALTER TABLE conversation_messages ADD COLUMN "odd ""name"""')
        conversation = add_conversation(db)
        add_message(db, conversation, b"\xff\x00", role=None, created_at=17, **{'"odd ""name"""': 1.5})
    async with open_store(loose) as store:
        (message,) = await store.list_conversation_messages(conversation)
        raw = await store.read_raw_message(message)
    assert [(value.name, value.kind, value.value) for value in raw.values] == [
        ("id", "text", message.id.encode()),
        ("conversation_id", "text", conversation.encode()),
        ("role", "null", None),
        ("content", "blob", b"\xff\x00"),
        ("created_at", "text", b"17"),
        ('odd "name"', "real", 1.5),
    ]
    assert raw.content.size == 2
    assert raw.content.is_whole


async def test_bytes_that_are_no_utf8_and_ids_that_are_no_text_are_found(loose: Path) -> None:
    with plain(loose) as db:
        conversation = add_conversation(db)
        db.execute(
            "INSERT INTO conversation_messages VALUES (x'00ff', ?, 'user', CAST(x'61ff62' AS TEXT), 'now')",
            (conversation,),
        )
    async with open_store(loose) as store:
        (message,) = await store.list_conversation_messages(conversation)
        raw = await store.read_raw_message(message)
    assert (raw.content.kind, raw.content.value) == ("text", b"a\xffb")
    assert raw.values[0].value == b"\x00\xff"
