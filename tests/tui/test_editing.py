"""Editing metadata beside an agent that writes: what is asked, saved, merged and undone; nothing typed is lost."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Paste

from store.errors import ConversationNotFound, DatabaseBusy, DatabaseFull, ReadOnlyStore
from tests.tui.conftest import browse
from tui.screens.editor import EditorScreen
from tui.screens.edits import EditsScreen
from tui.screens.field_form import TYPES, FieldForm
from tui.screens.preview import PreviewScreen
from tui.screens.question import Question
from tui.screens.rename import RenameScreen
from tui.screens.three_way import ThreeWayScreen
from tui.state import State
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.json_area import JsonArea
from tui.widgets.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

OWNED = "FROM conversations WHERE user_id = 'default' ORDER BY last_activity DESC"
DOCUMENT = '{"thread_type":"thread","title":"Lisbon","pinned":true,"cost":0.1000000000000000055}'


def stored(path: Path, conversation_id: str) -> str:
    with closing(sqlite3.connect(path)) as db:
        row = db.execute("SELECT metadata FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
        return str(row[0])


def write(path: Path, conversation_id: str, metadata: str) -> None:
    """Write as the agent would, meanwhile."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE conversations SET metadata = ? WHERE id = ?", (metadata, conversation_id))
        db.commit()


def newest(path: Path, document: str = DOCUMENT) -> str:
    """Give the newest conversation a document, and return its id."""
    with closing(sqlite3.connect(path)) as db:
        (found,) = db.execute(f"SELECT id {OWNED}").fetchone()
    write(path, found, document)
    return str(found)


def listed(browser: Browser) -> dict[str, tuple[str, ...]]:
    return {row.cells[0]: row.cells[1:] for row in browser.app.screen.query_one(Table).rows}


def is_on(browser: Browser, screen: type) -> bool:
    return isinstance(browser.app.screen, screen)


def area(browser: Browser) -> JsonArea:
    return browser.app.screen.query_one(JsonArea)


async def select(browser: Browser, field: str) -> None:
    """Go to a field in the editor."""
    table = browser.app.screen.query_one(Table)
    names = [row.cells[0] for row in table.rows]
    await browser.press("g", *["j"] * names.index(field))


async def retype(browser: Browser, text: str) -> None:
    """Paste a text in place of the one in the focused entry."""
    await browser.press("end", "ctrl+u")
    focused = browser.app.focused
    assert focused is not None
    focused.post_message(Paste(text))
    await browser.settled()


async def change_title(browser: Browser, title: str) -> None:
    await browser.press("e")
    await select(browser, "title")
    await browser.press("enter")
    await retype(browser, title)
    await browser.press("enter")


# The fields.


async def test_fields_are_listed_with_their_types(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e")
        assert is_on(browser, EditorScreen)
        assert listed(browser) == {
            "thread_type": ("text", "thread", ""),
            "title": ("text", "Lisbon", ""),
            "pinned": ("true/false", "true", ""),
            "cost": ("number", "0.1000000000000000055", ""),
        }
        await browser.press("escape")
        assert browser.app.screen is browser.screen


async def test_a_changed_field_is_shown_then_saved_and_the_rest_keeps_every_character(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Lisbon with Ilse")
        assert listed(browser)["title"] == ("text", "Lisbon with Ilse", "changed")
        assert "1 change, not saved yet" in browser.text()
        await browser.press("s")
        assert is_on(browser, PreviewScreen)
        assert '− "Lisbon"' in browser.text()
        assert '+ "Lisbon with Ilse"' in browser.text()
        assert stored(sample_copy, edited) == DOCUMENT, "nothing is written before it was agreed to"
        await browser.press("enter")
        assert browser.app.screen is browser.screen
        assert stored(sample_copy, edited) == DOCUMENT.replace('"Lisbon"', '"Lisbon with Ilse"')
        assert browser.selected.title == "Lisbon with Ilse"
        assert browser.said == ["Saved. z undoes it."]


async def test_fields_of_every_type_can_be_added(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e")
        for name, steps, value in (("n", 1, "12e2"), ("b", 2, "false"), ("z", 3, None), ("o", 4, '{"a": [1]}')):
            await browser.press("plus")
            assert is_on(browser, FieldForm)
            await browser.press(name, "tab", *["right"] * steps)
            if value is not None:
                await browser.press("tab")
                await retype(browser, value)
            await browser.press("enter")
        await browser.press("s", "enter")
        assert stored(sample_copy, edited) == DOCUMENT[:-1] + ',"n":12e2,"b":false,"z":null,"o":{"a":[1]}}'


async def test_a_field_is_deleted_and_taken_back(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e")
        await select(browser, "pinned")
        await browser.press("minus")
        assert listed(browser)["pinned"][-1] == "deleted"
        await select(browser, "pinned")
        await browser.press("minus")
        assert "No changes yet" in browser.text()
        await select(browser, "pinned")
        await browser.press("delete", "s")
        assert "deleted" in browser.text()
        await browser.press("enter")
        assert stored(sample_copy, edited) == DOCUMENT.replace('"pinned":true,', "")


async def test_a_value_that_does_not_fit_its_type_is_not_taken(sample_copy: Path) -> None:
    newest(sample_copy)
    wrong = {
        "number": ("twelve", "true", "1e999", ""),
        "true/false": ("perhaps", "1", "True"),
        "JSON": ('{"a": 1, "a": 2}', "[1", "NaN", '"\\ud800"', "\\"),
    }
    async with browse(sample_copy) as browser:
        await browser.press("e", "plus", "n", "tab")
        for kind, values in wrong.items():
            while TYPES[browser.app.screen.query_one(Choice).picked] != kind:
                await browser.press("right")
            await browser.press("tab")
            for value in values:
                await retype(browser, value)
                await browser.press("enter")
                assert is_on(browser, FieldForm), value
                assert "✗" in browser.text(), value
                assert browser.app.screen.query_one("#field-value", Entry).value == value
            await browser.press("shift+tab")


async def test_leaving_a_field_that_was_typed_asks(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "plus", "escape")
        assert is_on(browser, EditorScreen), "nothing was typed"
        await browser.press("plus", "x", "escape")
        assert is_on(browser, Question)
        await browser.press("n")
        assert browser.app.screen.query_one("#field-name", Entry).value == "x"
        await browser.press("escape", "y")
        assert is_on(browser, EditorScreen)


async def test_a_value_begins_as_its_type_does_and_typing_replaces_it(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "plus", "n", "tab", "right", "tab")
        assert browser.app.screen.query_one("#field-value", Entry).value == "0"
        await browser.press("7", "enter")
        assert listed(browser)["n"] == ("number", "7", "new")


async def test_a_name_that_is_taken_is_refused(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "plus", *"title", "enter")
        assert is_on(browser, FieldForm)
        assert "a field of that name already" in browser.text()


# The whole document.


async def test_the_whole_document_can_be_edited_as_json(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "tab")
        assert area(browser).text == json.dumps(json.loads(DOCUMENT), indent=2).replace(
            "0.1\n", "0.1000000000000000055\n"
        )
        area(browser).move_cursor((2, len('  "title": "Lis')))
        await browser.press("X", "ctrl+o")
        assert is_on(browser, PreviewScreen)
        await browser.press("enter")
        assert stored(sample_copy, edited) == DOCUMENT.replace("Lisbon", "LisXbon")


async def test_what_is_no_json_is_told_with_row_and_column_while_typing(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "tab")
        area(browser).move_cursor((3, len('  "pinned": ')))
        await browser.press("x")
        assert "Row 4, column 13: " in browser.text()
        await browser.press("ctrl+o")
        assert is_on(browser, EditorScreen), "what is no JSON is not saved"
        await browser.press("tab")
        assert area(browser).display, "the fields cannot show it"
        await browser.press("backspace")
        assert "No changes yet" in browser.text()
        await browser.press("tab")
        assert listed(browser)["pinned"] == ("true/false", "true", "")


async def test_both_views_show_one_draft(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        await browser.press("tab")
        assert '"title": "Porto"' in area(browser).text
        area(browser).move_cursor((2, len('  "title": "Port')))
        await browser.press("X", "tab")
        assert listed(browser)["title"] == ("text", "PortXo", "changed")


# Leaving.


async def test_leaving_with_unsaved_changes_asks(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        await browser.press("escape")
        assert is_on(browser, Question)
        await browser.press("escape")
        assert is_on(browser, EditorScreen)
        assert listed(browser)["title"][1] == "Porto"
        await browser.press("escape", "j", "enter")
        assert browser.app.screen is browser.screen
        assert stored(sample_copy, edited) == DOCUMENT


async def test_leaving_a_broken_document_asks_too(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "tab", "x", "escape")
        assert is_on(browser, Question)
        await browser.press("n")
        assert area(browser).text.startswith("x{")


async def test_going_back_from_the_preview_keeps_the_draft(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        await browser.press("s", "escape")
        assert listed(browser)["title"][1] == "Porto"


async def test_saving_nothing_says_so(sample_copy: Path) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "s")
        assert is_on(browser, EditorScreen)
        assert "Nothing has changed" in browser.text()


# The agent writes meanwhile.


async def test_changes_of_different_fields_go_together_by_themselves(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        write(sample_copy, edited, DOCUMENT.replace("true", "false"))
        await browser.press("s", "enter")
        assert browser.app.screen is browser.screen
        assert json.loads(stored(sample_copy, edited)) == json.loads(DOCUMENT) | {"title": "Porto", "pinned": False}
        assert "kept: pinned" in browser.said[-1]


@pytest.mark.parametrize(("pick", "winner"), [((), "Faro"), (("j",), "Porto")], ids=["theirs", "mine"])
async def test_the_same_field_asks_whose_value_wins(sample_copy: Path, pick: tuple[str, ...], winner: str) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        await select(browser, "pinned")
        await browser.press("minus")
        theirs = DOCUMENT.replace("Lisbon", "Faro").replace("thread", "assistant", 0)[:-1] + ',"live":1}'
        write(sample_copy, edited, theirs)
        await browser.press("s", "enter")
        assert is_on(browser, ThreeWayScreen)
        text = browser.text()
        assert all(f'"{title}"' in text for title in ("Lisbon", "Faro", "Porto"))
        assert "live · the agent" in text
        assert "pinned · you" in text
        await browser.press("s")
        assert "1 field has no value yet" in browser.text()
        await browser.press(*pick, "enter", "s")
        assert browser.app.screen is browser.screen
        found = json.loads(stored(sample_copy, edited))
        assert found["title"] == winner
        assert found["live"] == 1
        assert "pinned" not in found


async def test_the_whole_document_shows_what_was_settled_if_the_save_fails_then(
    sample_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        write(sample_copy, edited, DOCUMENT.replace("Lisbon", "Faro").replace("true", "false"))
        await browser.press("tab", "ctrl+o", "enter", "j", "enter")

        async def fail(*_: object) -> Any:
            raise DatabaseFull("The disk is full; make room and try again.")

        monkeypatch.setattr(browser.app._store, "save_metadata", fail)
        await browser.press("s")
        assert "✗ The disk is full" in browser.text()
        assert '"title": "Porto"' in area(browser).text
        assert '"pinned": false' in area(browser).text


async def test_leaving_the_question_keeps_the_draft_and_writes_nothing(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        theirs = DOCUMENT.replace("Lisbon", "Faro")
        write(sample_copy, edited, theirs)
        await browser.press("s", "enter", "escape")
        assert is_on(browser, EditorScreen)
        assert listed(browser)["title"][1] == "Porto"
        assert stored(sample_copy, edited) == theirs
        await browser.press("s", "enter")
        assert is_on(browser, ThreeWayScreen), "trying again asks again"


# What fails.

FAILURES = [
    ConversationNotFound("The conversation is gone; go back to the list."),
    DatabaseBusy("Another program holds the file; try again."),
    DatabaseFull("The disk is full; make room and try again."),
    ReadOnlyStore("The file was opened for reading only."),
]


async def test_a_failed_save_keeps_what_was_typed_and_can_be_tried_again(
    sample_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        store = browser.app._store
        for failure in FAILURES:

            async def fail(*_: object, failure: Exception = failure) -> Any:
                raise failure

            with monkeypatch.context() as patched:
                patched.setattr(store, "save_metadata", fail)
                await browser.press("s", "enter")
            assert is_on(browser, EditorScreen)
            assert f"✗ {failure}" in browser.text()
            assert listed(browser)["title"][1] == "Porto"
        assert stored(sample_copy, edited) == DOCUMENT
        await browser.press("s", "enter")
        assert browser.app.screen is browser.screen
        assert "Porto" in stored(sample_copy, edited)


async def test_a_second_thread_of_a_kind_is_refused_by_name(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "enter")
        await retype(browser, "heartbeat")
        await browser.press("enter", "s", "enter")
        assert is_on(browser, EditorScreen)
        assert "heartbeat thread" in browser.text()
        assert listed(browser)["thread_type"][1] == "heartbeat"
        assert stored(sample_copy, edited) == DOCUMENT


async def test_a_replaced_file_is_not_written_through_the_old_handle(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        other = sample_copy.with_suffix(".other")
        with closing(sqlite3.connect(sample_copy)) as db:
            db.execute("VACUUM INTO ?", (str(other),))
        other.replace(sample_copy)
        await browser.press("s", "enter")
        assert is_on(browser, EditorScreen)
        assert "taken the place" in browser.text()
        assert listed(browser)["title"][1] == "Porto"
        for suffix in ("-wal", "-shm"):
            sample_copy.with_name(sample_copy.name + suffix).unlink(missing_ok=True)
        assert stored(sample_copy, edited) == DOCUMENT
        await browser.press("s", "enter")
        assert browser.app.screen is browser.screen, "told once, the new file is opened on trying again"
        assert "Porto" in stored(sample_copy, edited)


async def test_a_conversation_that_is_gone_is_told_in_the_editor(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        with closing(sqlite3.connect(sample_copy)) as db:
            db.execute("DELETE FROM conversation_messages WHERE conversation_id = ?", (edited,))
            db.execute("DELETE FROM conversations WHERE id = ?", (edited,))
            db.commit()
        await browser.press("s", "enter")
        assert is_on(browser, EditorScreen)
        assert "✗" in browser.text()
        assert listed(browser)["title"][1] == "Porto"


async def test_documents_that_must_not_be_edited_are_shown_and_explained(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    documents = ('{"thread\\u005ftype":"x","title":"t\x9b"}', "[1,2]", '{"a":1,"a":2}', '"text"', "null")
    async with browse(sample_copy) as browser:
        for document in documents:
            write(sample_copy, edited, document)
            await browser.press("e")
            assert is_on(browser, EditorScreen)
            assert area(browser).read_only
            assert "✗" in browser.text()
            await browser.press("x", "plus", "enter", "minus", "tab", "ctrl+o", "s")
            assert is_on(browser, EditorScreen), "no command of the editor does anything"
            await browser.press("escape")
            assert browser.app.screen is browser.screen
            assert stored(sample_copy, edited) == document


# Renaming.


async def test_renaming_is_one_line_and_enter(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("R")
        assert is_on(browser, RenameScreen)
        assert browser.app.screen.query_one(Entry).value == "Lisbon"
        await retype(browser, "Porto")
        await browser.press("enter")
        assert browser.app.screen is browser.screen
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
        assert is_on(browser, RenameScreen)
        assert "another title meanwhile" in browser.text()
        assert browser.app.screen.query_one(Entry).value == "Porto"
        await browser.press("enter")
        assert json.loads(stored(sample_copy, edited))["title"] == "Porto"


async def test_a_failed_rename_keeps_the_name(sample_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newest(sample_copy)
    async with browse(sample_copy) as browser:

        async def fail(*_: object) -> Any:
            raise DatabaseFull("The disk is full; make room and try again.")

        monkeypatch.setattr(browser.app._store, "save_metadata", fail)
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter")
        assert "The disk is full" in browser.text()
        assert browser.app.screen.query_one(Entry).value == "Porto"


# Undo.


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
        assert browser.said == ["Undone: title."]
        assert browser.selected.title == "Porto"
        await browser.press("z")
        assert stored(sample_copy, edited) == DOCUMENT, "one edit further back"
        await browser.press("z")
        assert browser.said[-1] == "There is nothing to undo."
    assert state.journal.stat().st_mode & 0o777 == 0o600


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
        assert browser.said == ["Nothing was edited yet."]
        await browser.press("R")
        await retype(browser, "Porto")
        await browser.press("enter", "Z")
        assert is_on(browser, EditsScreen)
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
        assert browser.said[-1] == "Done again: title."


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


async def test_read_only_hides_every_command_that_writes(sample_copy: Path) -> None:
    newest(sample_copy)
    before = stored(sample_copy, newest(sample_copy))
    async with browse(sample_copy, read_only="asked") as browser:
        text = browser.text()
        assert "[read-only]" in text
        assert "metadata" not in text.splitlines()[-1]
        await browser.press("e", "R", "z", "Z")
        assert browser.app.screen is browser.screen
        assert getattr(browser.app._store, "_writer", None) is None
        await browser.press("question_mark")
        assert "Undo the last edit" not in browser.text()
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
        assert json.loads(stored(sample_copy, edited))["title"] == "Porto"
        await browser.press("Z", "escape", "R", "escape", "z")
        assert json.loads(stored(sample_copy, edited))["title"] == "Faro"
