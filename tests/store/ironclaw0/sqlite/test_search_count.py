"""A search tells how many messages were searched: the reader's, nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.ironclaw0.sqlite.text_index import SqliteTextIndex
from tests.store.asking import search
from tests.store.conftest import USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("is_indexed", [False, True], ids=["without index", "with index"])
@pytest.mark.parametrize(
    ("user", "typed", "messages"),
    [
        (USER, "absentee", 50),
        (USER, "word", 50),
        (USER, "channel:slack word", 20),
        (USER, "kind:routine word", 0),
        ("other", "absentee", 400),
        ("nobody", "absentee", 0),
    ],
)
async def test_the_messages_of_others_do_not_count(
    path: Path, tmp_path: Path, user: str, typed: str, messages: int, *, is_indexed: bool
) -> None:
    with plain(path) as db:
        for owner, channel, count in ((USER, "telegram", 30), (USER, "slack", 20), ("other", "slack", 400)):
            key = add_conversation(db, user_id=owner, channel=channel)
            for number in range(count):
                add_message(db, key, f"a word {number}")
    folder = tmp_path / "indexes" if is_indexed else None
    if folder is not None:
        async with SqliteTextIndex(path, folder) as index:
            assert await index.build(lambda done, total: True)
    async with open_store(path, index_folder=folder) as store:
        _, batches = await search(store, typed, user)
        assert batches[-1].searched == batches[-1].total == messages
        for batch in batches:
            assert batch.total in (None, messages)
            assert batch.total is None or batch.searched <= messages
