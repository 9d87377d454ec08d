"""Searching a file: odd rows and times are found in their places, whichever way is taken, beside any writer."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from store import DatabaseReplaced, NotUnderstood, open_store
from store.domain.search_results import Way
from store.ironclaw0.sqlite.text_index import SqliteTextIndex
from tests.store import histories, naive
from tests.store.asking import drain, find, hits, query, search
from tests.store.conftest import CAMPAIGN, USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from store.contract.store import ConversationStore
    from store.domain.query import Query
    from store.records import ConversationCursor


async def listed(store: ConversationStore, asked: Query) -> dict[str, tuple[str, ConversationCursor]]:
    """Return the titles of the conversations in which a query looks."""
    page = await store.list_conversations(USER, kind=asked.kind, limit=1000)
    return {
        each.id: (each.title, each.cursor)
        for each in page.conversations
        if asked.channel is None or naive.fold(each.channel) == naive.fold(asked.channel)
    }


@pytest.mark.campaign
async def test_a_streamed_an_indexed_and_a_naive_search_give_the_same_in_the_same_order(
    loose: Path, tmp_path: Path
) -> None:
    ways: set[Way] = set()
    for seed in range(2 * CAMPAIGN):
        chance = random.Random(seed)
        path = tmp_path / f"{seed}.db"
        path.write_bytes(loose.read_bytes())
        histories.fill(path, chance)
        folder = tmp_path / "indexes"
        async with SqliteTextIndex(path, folder) as index:
            assert await index.build(lambda done, total: True)
        async with open_store(path) as streaming, open_store(path, index_folder=folder) as indexing:
            for _ in range(15 if CAMPAIGN == 1 else 25):
                typed = histories.query(chance)
                try:
                    asked = query(typed)
                except NotUnderstood:
                    continue
                titles = await listed(streaming, asked)
                expected = naive.hits(path, asked, titles)
                listing = naive.conversations(expected, titles, asked)
                for store in (streaming, indexing):
                    found, batches = await search(store, asked)
                    got = [(each.conversation_id, each.hits) for each in found.conversations()]
                    assert got == listing, (seed, typed, batches[-1].way)
                    for each in found.conversations():
                        theirs = [cursor for key, cursor in expected if key == each.conversation_id]
                        assert each.newest == (theirs[0] if theirs else None), (seed, typed)
                    assert batches[-1].searched == batches[-1].total
                    ways.add(batches[-1].way)
                for key in titles:
                    theirs = [cursor for each, cursor in expected if each == key]
                    assert sorted(await find(streaming, asked, key)) == sorted(theirs)
    assert {Way.INDEX, Way.NO_INDEX, Way.TOO_LITTLE} <= ways


async def test_a_search_without_words_gives_all_that_its_filters_let_through(path: Path) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        add_message(db, key, "old", created_at="2026-01-01T00:00:00.000Z")
        add_message(db, key, "new", created_at="2026-03-13T12:00:00.000Z")
        add_message(db, key, "undated", created_at="never")
    async with open_store(path) as store:
        assert len(await hits(store, "role:USER")) == 3
        assert [cursor.tie for _, cursor in await hits(store, "since:yesterday")] == [2]
        assert [cursor.tie for _, cursor in await hits(store, 'until:"1 jan"')] == [1]


async def test_an_unreadable_time_comes_last_among_results_and_the_excerpt_is_the_newest_readable(path: Path) -> None:
    with plain(path) as db:
        key, odd = add_conversation(db), add_conversation(db)
        add_message(db, key, "rain dated")
        add_message(db, key, "rain undated", created_at="?")
        add_message(db, odd, "rain elsewhere", created_at="?")
    async with open_store(path) as store:
        found, _ = await search(store, "dated")
        listing = (await search(store, "rain"))[0].conversations()
    assert found.conversations()[0].excerpt == "rain dated"
    assert [each.conversation_id for each in listing] == [key, odd]


async def test_a_replaced_file_ends_a_search_by_its_name(path: Path, tmp_path: Path) -> None:
    with plain(path) as db:
        fill_up(db, 20_000)
    async with open_store(path) as store, store.search(query("common"), USER) as running:
        await anext(running)
        path.replace(tmp_path / "elsewhere.db")
        with pytest.raises(DatabaseReplaced):
            await drain(running)


async def test_a_search_works_beside_a_busy_writer_and_changes_no_byte(path: Path) -> None:
    with plain(path) as db:
        fill_up(db, 5000)
    async with open_store(path) as store:
        before = path.read_bytes()
        with plain(path) as db:
            db.execute("BEGIN IMMEDIATE")
            assert (await search(store, "common"))[0].hits == 5000
            db.execute("ROLLBACK")
        assert path.read_bytes() == before


def fill_up(db: sqlite3.Connection, messages: int) -> None:
    key = add_conversation(db)
    db.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " INSERT INTO conversation_messages (id, conversation_id, role, content)"
        " SELECT 'm' || i, ?, 'user', 'a common word, number ' || i FROM n",
        (messages, key),
    )


@pytest.mark.parametrize("typed", histories.HOSTILE_QUERIES)
async def test_a_hostile_query_that_is_no_refusal_is_a_search(path: Path, tmp_path: Path, typed: str) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        add_message(db, key, f"before {typed} after".encode("utf-8", "replace").decode())
    async with SqliteTextIndex(path, tmp_path / "indexes") as index:
        await index.build(lambda done, total: True)
    try:
        asked = query(typed)
    except NotUnderstood:
        return
    async with open_store(path) as streaming, open_store(path, index_folder=tmp_path / "indexes") as indexing:
        found = [(await search(store, asked))[0] for store in (streaming, indexing)]
    assert found[0].conversations() == found[1].conversations()
    assert found[0].hits == (0 if asked.without else 1)
