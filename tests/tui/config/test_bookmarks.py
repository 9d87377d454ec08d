"""Bookmarks and marks are kept privately by user and database, and two processes lose nothing of each other's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from store.records import MessageCursor
from tui.config.bookmarks import BookmarkedMessage, Bookmarks
from tui.config.reader_facts import ReaderFacts
from tui.config.state import State

if TYPE_CHECKING:
    from pathlib import Path

FIRST = BookmarkedMessage("ada", "c1", "m1", MessageCursor(5, 7), 100, "why [/] \x1b]52;c;aGk=\x07")
SECOND = BookmarkedMessage("ada", "c1", "m2", MessageCursor(6, "9f"), 200)


def bookmarks(path: Path, user: str = "ada") -> Bookmarks:
    return Bookmarks(ReaderFacts(State(path), "/a.db", [user]))


def test_bookmarks_come_back_the_one_made_last_first(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "bookmarks.json"
    for each in (FIRST, SECOND):
        bookmarks(path).put(each)
    assert bookmarks(path).all() == [SECOND, FIRST]
    assert bookmarks(path).get("ada", "c1", "m1") == FIRST
    assert bookmarks(path).get("ada", "c1", "m3") is None
    assert bookmarks(path, "bea").all() == []
    assert path.stat().st_mode & 0o777 == 0o600
    bookmarks(path).remove(FIRST)
    assert bookmarks(path).all() == [SECOND]


def test_two_browsers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    mine, theirs = bookmarks(path), bookmarks(path)
    mine.put(FIRST)
    theirs.put(SECOND)
    mine.put(FIRST._replace(note="changed"))
    assert theirs.all() == mine.all() == [SECOND, FIRST._replace(note="changed")]
    theirs.remove(FIRST)
    mine.put(SECOND._replace(note="both"))
    assert mine.all() == [SECOND._replace(note="both")]


def test_a_user_whose_name_begins_like_another_has_facts_of_their_own(tmp_path: Path) -> None:
    state = State(tmp_path / "marks.json")
    for user in ("ada", 'ada", "c1', "ada2", ""):
        ReaderFacts(state, "/a.db", [user]).set(user, user, "c1")
    for user in ("ada", 'ada", "c1', "ada2", ""):
        assert ReaderFacts(state, "/a.db", [user]).all() == {(user, "c1"): user}
    both = ReaderFacts(state, "/a.db", ["ada", "ada2"])
    assert both.all() == {("ada", "c1"): "ada", ("ada2", "c1"): "ada2"}


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"place": [1], "made_at": 2, "note": ""}', '{"place": 3}'])
def test_a_damaged_bookmark_is_left_out(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bookmarks.json"
    name = json.dumps(["/a.db", "ada", "c1", "m1"])
    path.write_text(json.dumps({name: text, json.dumps(["/a.db", "ada", "c1"]): "5", name.removesuffix("]"): "6"}))
    assert bookmarks(path).all() == []
    bookmarks(path).put(SECOND)
    assert bookmarks(path).all() == [SECOND]
