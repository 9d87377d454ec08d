"""Saving beside an agent that writes, and when it fails: changes are merged, nothing typed is lost."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from store.errors import ConversationNotFound, DatabaseBusy, DatabaseFull, ReadOnlyStore
from tests.tui.conftest import browse
from tests.tui.desk import DOCUMENT, area, back, change_title, listed, newest, on, retype, says, select, stored, write
from tui.modals.conflict import ThreeWayScreen
from tui.modals.metadata_editor import EditorScreen

if TYPE_CHECKING:
    from pathlib import Path


# The agent writes meanwhile.


async def test_changes_of_different_fields_go_together_by_themselves(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        write(sample_copy, edited, DOCUMENT.replace("true", "false"))
        await browser.press("s", "enter")
        await back(browser)
        assert json.loads(stored(sample_copy, edited)) == json.loads(DOCUMENT) | {"title": "Porto", "pinned": False}
        assert "kept: pinned" in browser.said[-1]


@pytest.mark.parametrize(("pick", "winner"), [((), "Faro"), (("j",), "Porto")], ids=["theirs", "mine"])
async def test_the_same_field_asks_whose_value_wins(sample_copy: Path, pick: tuple[str, ...], winner: str) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        await select(browser, "pinned")
        await browser.press("minus")
        theirs = DOCUMENT.replace("Lisbon", "Faro")[:-1] + ',"live":1}'
        write(sample_copy, edited, theirs)
        await browser.press("s", "enter")
        await on(browser, ThreeWayScreen)
        text = browser.text()
        assert all(f'"{title}"' in text for title in ("Lisbon", "Faro", "Porto"))
        assert "live · the agent" in text
        assert "pinned · you" in text
        await browser.press("s")
        await says(browser, "1 field has no value yet")
        await browser.press(*pick, "enter", "s")
        await back(browser)
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

        monkeypatch.setattr(browser.store, "save_metadata", fail)
        await browser.press("s")
        await says(browser, "✗ The disk is full")
        assert '"title": "Porto"' in area(browser).text
        assert '"pinned": false' in area(browser).text


async def test_leaving_the_question_keeps_the_draft_and_writes_nothing(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await change_title(browser, "Porto")
        theirs = DOCUMENT.replace("Lisbon", "Faro")
        write(sample_copy, edited, theirs)
        await browser.press("s", "enter", "escape")
        await on(browser, EditorScreen)
        assert listed(browser)["title"][1] == "Porto"
        assert stored(sample_copy, edited) == theirs
        await browser.press("s", "enter")
        await on(browser, ThreeWayScreen)  # trying again asks again


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
        store = browser.store
        for failure in FAILURES:

            async def fail(*_: object, failure: Exception = failure) -> Any:
                raise failure

            with monkeypatch.context() as patched:
                patched.setattr(store, "save_metadata", fail)
                await browser.press("s", "enter")
            await on(browser, EditorScreen)
            await says(browser, f"✗ {failure}")
            assert listed(browser)["title"][1] == "Porto"
        assert stored(sample_copy, edited) == DOCUMENT
        await browser.press("s", "enter")
        await back(browser)
        assert "Porto" in stored(sample_copy, edited)


async def test_a_second_thread_of_a_kind_is_refused_by_name(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    async with browse(sample_copy) as browser:
        await browser.press("e", "enter")
        await retype(browser, "heartbeat")
        await browser.press("enter", "s", "enter")
        await on(browser, EditorScreen)
        await says(browser, "heartbeat thread")
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
        await on(browser, EditorScreen)
        await says(browser, "taken the place")
        assert listed(browser)["title"][1] == "Porto"
        for suffix in ("-wal", "-shm"):
            sample_copy.with_name(sample_copy.name + suffix).unlink(missing_ok=True)
        assert stored(sample_copy, edited) == DOCUMENT
        await browser.press("s", "enter")
        await back(browser)  # told once, the new file is opened on trying again
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
        await on(browser, EditorScreen)
        await says(browser, "✗")
        assert listed(browser)["title"][1] == "Porto"


async def test_documents_that_must_not_be_edited_are_shown_and_explained(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    documents = ('{"thread\\u005ftype":"x","title":"t\x9b"}', "[1,2]", '{"a":1,"a":2}', '"text"', "null")
    async with browse(sample_copy) as browser:
        for document in documents:
            write(sample_copy, edited, document)
            await browser.press("e")
            await on(browser, EditorScreen)
            assert area(browser).read_only
            await says(browser, "✗")
            await browser.press("x", "plus", "enter", "minus", "tab", "ctrl+o", "s")
            await on(browser, EditorScreen)  # no command of the editor does anything
            await browser.press("escape")
            await back(browser)
            assert stored(sample_copy, edited) == document
