"""What SQLite packs together comes apart as it was, and what is remembered of a file ends with its next change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.ironclaw0.sqlite import search_undecided
from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS
from tests.store import naive
from tests.store.asking import find, hits, query, search
from tests.store.conftest import add_conversation, add_message, plain

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

ODD_IDS = ("plain", "unit\x1fseparator", "record\x1eseparator", "comma,", "two words", "#7")
TEXTS = (
    "rain",
    "RAIN \x1e in \x1f two",
    "r\u00e1in",
    "ra\u200bin",
    "no match",
    "ra\0in",
    "\0rain",
)
LONG_TEXTS = (
    "rain" + "\u00e9" * 3000,
    "\u00e9" * 3000 + "ra\u0301in",
    "x" * 70_000 + " rain",
    "\u00e9" * 70_000 + " r\u00e1in",
)
TIMES = ("2026-01-01T00:00:00.000Z", "2025-12-31 23:59:59", "2026-13-01T00:00:00.000Z", "9", "")


def fill(db: sqlite3.Connection, ids: tuple[str, ...]) -> list[str]:
    db.execute("BEGIN")
    keys = [add_conversation(db, id=each) for each in ids]
    for number, text in enumerate((*TEXTS * len(TIMES), *LONG_TEXTS)):
        add_message(db, keys[number % len(keys)], text, created_at=TIMES[number % len(TIMES)])
    db.execute("COMMIT")
    return keys


@pytest.mark.parametrize("ids", [ODD_IDS, ODD_IDS[:1], ("nul\0inside", "plain")], ids=["odd", "plain", "nul"])
@pytest.mark.parametrize("typed", ["rain", '"rain in"', "rain -two", "two", "x", "in since:2025-12-31"])
async def test_rows_that_hold_what_separates_them_are_counted_right(
    path: Path, ids: tuple[str, ...], typed: str
) -> None:
    with plain(path) as db:
        keys = fill(db, ids)
    async with open_store(path) as store:
        expected = naive.hits(path, query(typed), keys)
        assert await hits(store, typed) == expected
        # Again, by what the search before has found out.
        assert await hits(store, typed) == expected


@pytest.mark.parametrize("typed", ["since:2026-03-02 until:2026-03-02", "since:2026-03-02", "rain until:2026-03-02"])
async def test_a_stretch_of_time_holds_what_was_written_in_it_however_the_time_is_written(
    path: Path, typed: str
) -> None:
    times = [
        f"2026-03-{day:02}{between}{clock}{zone}"
        for day in range(1, 5)
        for clock in ("00:00:00", "12:30:00.5", "23:59:59.999")
        for between, zone in (("T", "Z"), (" ", ""), ("T", "+23:00"), ("T", "-23:59"), (" ", "+00:00"))
    ]
    times += [f"  {times[20]}", f"\t{times[40]} ", "9999-12-31T23:59:59Z", "0001-01-01 00:00:00", "no time", ""]
    with plain(path) as db:
        key = add_conversation(db)
        for at in times:
            add_message(db, key, "rain", created_at=at)
    async with open_store(path) as store:
        expected = naive.hits(path, query(typed), [key])
        assert await hits(store, typed) == expected
        assert expected


@pytest.mark.parametrize("mark", ["iVBORw0KGgo", "/9j/4", "R0lGODlh", "UklGRabcdefXRUJQ", "data:a/b;base64,"])
async def test_no_word_is_found_in_the_letters_of_a_picture(path: Path, mark: str) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        for text in (f"seen {mark}{'word' * 40} here", f"{mark}{'word' * 40}", "word and seen"):
            add_message(db, key, text, role="assistant")
    async with open_store(path) as store:
        for typed, number in (("word", 1), ("seen", 2), ("here", 1)):
            assert (await search(store, typed))[0].hits == number
            assert len(await find(store, typed, key)) == number


async def test_an_old_message_that_is_rewritten_is_found_by_what_it_says_now(path: Path) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        for _ in range(20):
            add_message(db, key, "before")
        async with open_store(path) as store:
            assert (await search(store, "cafe"))[0].hits == 0
            db.execute("UPDATE conversation_messages SET content = 'caf\u00e9 later' WHERE rowid = 3")
            assert (await search(store, "cafe"))[0].hits == 1
            assert (await search(store, "before"))[0].hits == 19


async def test_a_file_of_utf_16_and_one_of_many_large_texts_are_searched_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_undecided, "_MOST_BYTES", 100_000)
    for encoding in ("UTF-16le", "UTF-8"):
        path = tmp_path / f"{encoding}.db"
        with plain(path) as db:
            db.execute(f"PRAGMA encoding = '{encoding}'")
            for statement in CREATE_STATEMENTS:
                db.execute(statement)
            keys = fill(db, ODD_IDS)
            add_message(db, keys[0], "\u4e2d\u6587")
        async with open_store(path) as store:
            for typed in ("rain", "absent", "\u4e2d"):
                assert await hits(store, typed) == naive.hits(path, query(typed), keys)
