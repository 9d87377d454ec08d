"""Renaming, undoing and redoing; and a browser without leave to write."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from store.errors import DatabaseFull
from tests.tui.conftest import browse
from tests.tui.desk import DOCUMENT, back, change_title, newest, on, retype, says, stored, write
from tui.config.state import State
from tui.modals.metadata_editor import EditorScreen
from tui.modals.past_edits import EditsScreen
from tui.modals.question import Question
from tui.modals.rename import RenameScreen
from tui.widgets.entry import Entry
from tui.widgets.row_table import Table

if TYPE_CHECKING:
    from pathlib import Path


# Renaming.


async def test_renaming_is_one_line_and_enter(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        await on(browser, RenameScreen)
        assert browser.app.screen.query_one(Entry).value == "Lisbon"
        await retype(browser, "Porto")
        await browser.press("enter")
        await back(browser)
        assert browser.selected.title == "Porto"
        assert json.loads(stored(sample_copy, edited)) == json.loads(DOCUMENT) | {"title": "Porto"}
        assert "Porto" in str(browser.screen.query_one("#transcript-title").text)  # type: ignore[attr-defined]


async def test_an_empty_name_takes_the_title_away(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        await retype(browser, "")
        await browser.press("enter")
        assert "title" not in json.loads(stored(sample_copy, edited))
        assert browser.selected.title != "Lisbon"


async def test_renaming_what_the_agent_renamed_meanwhile_asks(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        await retype(browser, "Porto")
        write(sample_copy, edited, DOCUMENT.replace("Lisbon", "Faro"))
        await browser.press("enter")
        await on(browser, RenameScreen)
        await says(browser, "another title meanwhile")
        assert browser.app.screen.query_one(Entry).value == "Porto"
        await browser.press("enter")
        assert json.loads(stored(sample_copy, edited))["title"] == "Porto"


async def test_a_failed_rename_keeps_the_name(sample_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:

        async def fail(*_: object) -> Any:
            raise DatabaseFull("The disk is full; make room and try again.")

        monkeypatch.setattr(browser.store, "save_metadata", fail)
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter")
        await says(browser, "The disk is full")
        assert browser.app.screen.query_one(Entry).value == "Porto"


async def test_leaving_a_typed_name_asks(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("escape")
        await on(browser, Question)
        await browser.press("escape")
        await on(browser, RenameScreen)
        assert browser.app.screen.query_one(Entry).value == "Porto"
        await browser.press("ctrl+q")
        await on(browser, Question)
        await browser.press("y")
        await back(browser)
    assert stored(sample_copy, edited) == DOCUMENT


async def test_a_title_with_unseen_characters_is_changed_as_json(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    document = json.dumps({"title": "one\ntwo \u200f"})
    write(sample_copy, edited, document)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        await on(browser, EditorScreen)
        await browser.press("escape")
        await back(browser)
    assert stored(sample_copy, edited) == document


# Undo.


async def test_an_edit_that_cannot_be_undone_does_not_bar_the_way_to_those_before(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter", "j", "R")
        other = browser.selected.id
        await retype(browser, "soon gone")
        await browser.press("enter")
        await back(browser)
        with closing(sqlite3.connect(sample_copy)) as db, db:
            db.execute("DELETE FROM conversation_messages WHERE conversation_id = ?", (other,))
            db.execute("DELETE FROM conversations WHERE id = ?", (other,))
        await browser.press("z")
        assert browser.said[-1].startswith("Not undone.")
        await browser.press("z")
        assert browser.said[-1] == "Undone in “Lisbon”: title."
    assert stored(sample_copy, edited) == DOCUMENT


async def test_an_undo_that_undid_nothing_leaves_the_edit_in_effect(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter")
        write(sample_copy, edited, DOCUMENT.replace("Lisbon", "the agent's"))
        await browser.press("z")
        assert browser.said[-1] == "Nothing undone in “the agent's”: title was changed again since."
        await browser.press("z")
        assert browser.said[-1] == "There is nothing to undo."
        write(sample_copy, edited, DOCUMENT.replace("Lisbon", "Porto"))
        await browser.press("Z")
        await on(browser, EditsScreen)
        await browser.press("enter")
        await back(browser)
        assert browser.said[-1] == "Undone in “Lisbon”: title."


async def test_undo_puts_back_what_was_and_survives_a_restart(sample_copy: Path, tmp_path: Path) -> None:
    edited = newest(sample_copy)
    state = State(tmp_path / "state" / "state.json")
    async with browse(sample_copy, state=state) as browser:
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter", "R")
        await retype(browser, "Faro")
        await browser.press("enter")
    async with browse(sample_copy, state=state) as browser:
        await browser.press("z")
        await on(browser, Question)
        await browser.press("y")
        await back(browser)
        assert browser.said[-1] == "Undone in “Porto”: title."
        assert browser.selected.title == "Porto"
        await browser.press("z")
        await on(browser, Question)
        await browser.press("y")
        await back(browser)
        assert stored(sample_copy, edited) == DOCUMENT, "one edit further back"
        await browser.press("z")
        assert browser.said[-1] == "There is nothing to undo."
    assert state.journal.stat().st_mode & 0o777 == 0o600


async def test_an_edit_of_another_browser_is_named_before_it_is_undone(sample_copy: Path, tmp_path: Path) -> None:
    edited = newest(sample_copy)
    path = tmp_path / "state" / "state.json"
    async with browse(sample_copy, state=State(path)) as browser, browse(sample_copy, state=State(path)) as other:
        await other.press("R")
        await retype(other, "Porto")
        await other.press("enter")
        await back(other)
        await browser.press("z")
        await on(browser, Question)
        await says(browser, "It changed title in “Porto”")
        await browser.press("escape")
        await back(browser)
        assert json.loads(stored(sample_copy, edited))["title"] == "Porto"
        await other.press("z")
        assert other.said[-1] == "Undone in “Lisbon”: title.", "the one who made it is not asked"
        await browser.press("z")
        assert browser.said[-1] == "There is nothing to undo."


async def test_undo_pressed_twice_at_once_goes_back_two_edits(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        for title in ("Porto", "Faro"):
            await browser.press("R")
            await retype(browser, title)
            await browser.press("enter")
        await browser.press_only("z", "z")
        await browser.settled()
        assert browser.said[-2:] == ["Undone in “Porto”: title.", "Undone in “Lisbon”: title."]
        assert stored(sample_copy, edited) == DOCUMENT


async def test_an_undo_that_waits_for_a_locked_file_says_so_and_is_done_then(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter")
        await back(browser)
        with closing(sqlite3.connect(sample_copy, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await browser.press_only("z")
            await browser.until(lambda: any("locked" in each for each in browser.said), "the wait is told")
            assert json.loads(stored(sample_copy, edited))["title"] == "Porto"
            other.execute("ROLLBACK")
        await browser.settled()
        assert json.loads(stored(sample_copy, edited))["title"] == "Lisbon"


async def test_undo_takes_nothing_away_that_the_agent_wrote_since(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter")
        write(sample_copy, edited, DOCUMENT.replace("Lisbon", "Faro"))
        await browser.press("z")
        assert "changed again since" in browser.said[-1]
        assert json.loads(stored(sample_copy, edited))["title"] == "Faro"


async def test_past_edits_are_listed_and_an_undo_undone_is_a_redo(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("Z")
        assert "Nothing was edited yet." in browser.text()
        await browser.press("escape")
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter", "Z")
        await on(browser, EditsScreen)
        text = browser.text()
        assert '− "Lisbon"' in text
        assert '+ "Porto"' in text
        await browser.press("enter")
        assert stored(sample_copy, edited) == DOCUMENT
        await browser.press("Z")
        states = [row.cells[-1] for row in browser.app.screen.query_one(Table).rows]
        assert states == ["undo", "undone"]
        await browser.press("enter")
        assert json.loads(stored(sample_copy, edited))["title"] == "Porto"
        assert browser.said[-1] == "Done again in “Porto”: title."


async def test_edits_of_another_database_are_not_undone(sample_copy: Path, tmp_path: Path) -> None:
    state = State(tmp_path / "state" / "state.json")
    newest(sample_copy)
    async with browse(sample_copy, state=state) as browser:
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter")
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(sample_copy)) as db:
        db.execute("VACUUM INTO ?", (str(other),))
    async with browse(other, state=state) as browser:
        await browser.press("z")
        assert browser.said == ["There is nothing to undo."]


# Without leave to write.


async def test_read_only_hides_every_command_that_writes_and_its_key_says_why(sample_copy: Path) -> None:
    newest(sample_copy)
    before = stored(sample_copy, newest(sample_copy))
    async with browse(sample_copy, read_only=True) as browser:
        text = browser.text()
        assert "[read-only]" in text
        assert "metadata" not in text.splitlines()[-1]
        await browser.press("e", "R", "z", "Z")
        await back(browser)
        assert len(browser.said) == 4
        assert all("opened for reading only" in said for said in browser.said)
        assert getattr(browser.store, "_writer", None) is None
        await browser.press("question_mark")
        assert "Undo the last edit" not in browser.text()
        await browser.press("escape", "i")
        await says(browser, "opened for reading only")
        await browser.press("escape", "ctrl+p", *"undo")
        await browser.until(lambda: "No matches" in browser.text() or "undo" in browser.text())
        assert "Undo the last edit" not in browser.text()
    assert stored(sample_copy, newest(sample_copy)) == before


@pytest.mark.parametrize("size", [(40, 12), (1, 1)])
async def test_every_screen_of_editing_works_on_small_terminals(sample_copy: Path, size: tuple[int, int]) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy, size=size) as browser:
        await change_title(browser, "Porto")
        await browser.press("tab", "tab", "plus", "escape")
        write(sample_copy, edited, DOCUMENT.replace("Lisbon", "Faro"))
        await browser.press("s", "enter", "j", "enter", "s")
        await back(browser)
        assert json.loads(stored(sample_copy, edited))["title"] == "Porto"
        await browser.press("Z", "escape", "R", "escape", "z")
        await browser.until(lambda: json.loads(stored(sample_copy, edited))["title"] == "Faro", "the undo")
