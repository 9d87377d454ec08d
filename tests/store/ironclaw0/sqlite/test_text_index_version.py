"""An index that an older version made is told of, answers nothing, and is built anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from store import open_store
from store.domain.search_results import Way
from store.ironclaw0.sqlite.text_index import SqliteTextIndex
from store.ironclaw0.sqlite.text_index_file import path_in
from tests.store.conftest import add_conversation, add_message, plain
from tests.store.ironclaw0.sqlite.test_text_index import agree, build

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ["don't", "don’t", "10-20", "read-only", "software", "soren", "Łódź", "lodz", '"a phrase"', "absentee"]


def fill(path: Path) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        for text in ("They don’t", "10–20 read\u2011only files", "soft\u00adware", "Søren, Łódź", "a\u200b phrase"):
            add_message(db, key, text)


async def test_an_index_of_another_version_is_told_of_and_built_anew(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "indexes"
    fill(path)
    assert await build(path, folder)
    with closing(sqlite3.connect(path_in(folder, path))) as db, db:
        db.execute("UPDATE state SET version = 1")
    async with open_store(path, index_folder=folder) as store:
        for word in WORDS:
            assert await agree(store, path, word) is Way.OLD_VERSION
        assert not await store.update_index()
        async with SqliteTextIndex(path, folder) as index:
            facts = await index.facts()
        assert (facts.is_there, facts.is_complete, facts.is_of_other_version) == (True, False, True)
        assert await build(path, folder)
        async with SqliteTextIndex(path, folder) as index:
            assert not (await index.facts()).is_of_other_version
        for word in WORDS:
            assert await agree(store, path, word) is (Way.TOO_LITTLE if word == "10-20" else Way.INDEX)
