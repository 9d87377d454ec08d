"""Metadata of a file without its unique indexes, or with documents that SQLite and JSON read differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import DuplicateThread, open_store
from tests.store.conftest import USER, add_conversation, plain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def unguarded(path: Path) -> Path:
    """Return a file without the indexes that keep special threads unique."""
    with plain(path) as db:
        db.execute("DROP INDEX uq_conv_routine")
        db.execute("DROP INDEX uq_conv_heartbeat")
    return path


async def test_metadata_are_read_as_they_are_stored(unguarded: Path) -> None:
    async with open_store(unguarded) as store:
        for text, said in (("[1]", "object"), ('{"a":NaN}', "column 6"), ('{"routine_id":["x"]}', "routine_id")):
            with plain(unguarded) as db:
                made = add_conversation(db, metadata=text)
            read = await store.read_metadata(made, USER)
            assert read.text == text
            assert said in (read.refusal or "")


async def test_no_edit_makes_a_second_special_thread(unguarded: Path) -> None:
    async with open_store(unguarded) as store:
        await store.get_or_create_routine_conversation("r", "R", USER)
        await store.get_or_create_heartbeat_conversation(USER)
        await store.get_or_create_assistant_conversation(USER, "gateway")
        made = await store.create_conversation("gateway", USER)
        stranger = await store.create_conversation("gateway", "other")
        for text in ('{"routine_id":"r"}', '{"thread_type":"heartbeat"}', '{"thread_type":"assistant"}'):
            with pytest.raises(DuplicateThread, match="Another conversation"):
                await store.save_metadata(made, USER, text, "{}")
            await store.save_metadata(stranger, "other", text, (await store.read_metadata(stranger, "other")).text)
        assert (await store.read_metadata(made, USER)).text == "{}"
        heartbeat = await store.get_or_create_heartbeat_conversation(USER)
        await store.save_metadata(
            heartbeat, USER, '{"thread_type":"heartbeat","title":"x"}', '{"thread_type":"heartbeat"}'
        )
