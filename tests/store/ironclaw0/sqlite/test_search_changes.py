"""What the searches of an index take over from one state of a file to the next is what a new look would find."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from store import IndexFailed, open_store
from store.domain.search_results import Way
from store.ironclaw0.sqlite import text_index_build
from store.ironclaw0.sqlite.text_index import SqliteTextIndex
from tests.store.asking import search
from tests.store.conftest import CAMPAIGN, add_conversation, add_message, plain

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

WORDS = ("lisbon", "ferry", "rain", "title", "nothing")


def change(db: sqlite3.Connection, chance: random.Random) -> None:
    """Do to a file one of the things that may change titles, hits or totals."""
    keys = [key for (key,) in db.execute("SELECT id FROM conversations ORDER BY rowid")]
    text, key = f"{chance.choice(WORDS)} {chance.choice(WORDS)}", chance.choice(keys)
    match chance.randrange(9):
        case 0 | 1 | 2:
            add_message(db, key, text)
        case 3:
            add_message(db, add_conversation(db, channel=chance.choice(("telegram", "web"))), text)
        case 4:
            add_conversation(db, metadata=f'{{"title": "{text}"}}', user_id=chance.choice(("default", "other")))
        case 5:
            db.execute("UPDATE conversations SET metadata = json_object('title', ?) WHERE id = ?", (text, key))
        case 6:
            db.execute(
                "UPDATE conversations SET user_id = iif(user_id = 'other', 'default', 'other') WHERE id = ?", (key,)
            )
        case 7:
            db.execute("DELETE FROM conversation_messages WHERE conversation_id = ?", (key,))
            db.execute("DELETE FROM conversations WHERE id = ?", (key,))
        case 8:
            db.execute(
                "DELETE FROM conversation_messages WHERE rowid = (SELECT max(rowid) FROM conversation_messages)"
            )


async def test_after_any_change_a_search_finds_what_one_that_knows_nothing_finds(path: Path, tmp_path: Path) -> None:
    chance, folder = random.Random(11), tmp_path / "indexes"
    with plain(path) as db:
        for number in range(40):
            add_message(db, add_conversation(db, channel="web" if number % 3 else "telegram"), chance.choice(WORDS))
        async with SqliteTextIndex(path, folder) as index:
            assert await index.build(lambda done, total: True)
        async with open_store(path, index_folder=folder) as store:
            ways = set()
            for number in range(30 * CAMPAIGN):
                change(db, chance)
                if number % 5 == 0:
                    while await store.update_index():
                        pass
                for typed in (chance.choice(WORDS), f"channel:web {chance.choice(WORDS)}"):
                    found, batches = await search(store, typed)
                    async with open_store(path) as fresh:
                        expected, others = await search(fresh, typed)
                    assert found.conversations() == expected.conversations()
                    ways.add(batches[-1].way)
                    if batches[-1].way is Way.INDEX:
                        assert batches[-1].searched == others[-1].searched
            assert Way.INDEX in ways


async def test_a_title_is_another_once_its_old_message_was_found_rewritten(path: Path, tmp_path: Path) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        add_message(db, key, "a trip to Lisbon")
        for _ in range(30):
            add_message(db, add_conversation(db), "something else")
        async with SqliteTextIndex(path, tmp_path) as index:
            assert await index.build(lambda done, total: True)
        async with open_store(path, index_folder=tmp_path) as store:
            assert (await search(store, "lisbon"))[0].conversations()[0].is_title
            db.execute("UPDATE conversation_messages SET content = 'a trip to Porto' WHERE rowid = 1")
            while await store.update_index():
                pass
            assert not (await search(store, "lisbon"))[0].conversations()
            assert (await search(store, "porto"))[0].conversations()[0].is_title


async def test_a_title_is_another_also_where_the_update_that_found_it_rewritten_failed(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = text_index_build.verify

    def fails_later(*args: Any) -> bool:
        if verify(*args):
            return True
        raise IndexFailed("The index is busy.")

    with plain(path) as db:
        keys = [add_conversation(db) for _ in range(text_index_build.BLOCK + 100)]
        for key in keys:
            add_message(db, key, "a trip to Lisbon" if key == keys[-1] else "something else")
        async with SqliteTextIndex(path, tmp_path) as index:
            assert await index.build(lambda done, total: True)
        async with open_store(path, index_folder=tmp_path) as store:
            assert (await search(store, "lisbon"))[0].conversations()[0].is_title
            db.execute("UPDATE conversation_messages SET content = 'a trip to Porto' WHERE rowid = ?", (len(keys),))
            monkeypatch.setattr(text_index_build, "verify", fails_later)
            with pytest.raises(IndexFailed):
                await store.update_index()
            monkeypatch.undo()
            while await store.update_index():
                pass
            assert (await search(store, "porto"))[0].conversations()[0].is_title
