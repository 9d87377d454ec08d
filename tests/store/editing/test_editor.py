"""Saving and undoing: every edit in the journal, nobody's change lost, and the truth after a cancel or a crash."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import pytest

from store import ConversationNotFound, JournalFailed, MetadataConflict, MetadataRefused
from store.domain.metadata_json import Change, FieldConflict, merge, with_field
from store.editing.editor import Editor, in_effect, next_to_undo
from store.editing.journal import Journal
from store.editing.outcomes import Contested, CutOff, Failed, Saved
from tests.store.conftest import CAMPAIGN, USER, add_conversation, inside, plain, writer
from tests.store.cut_store import CutStore, Line

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

DOCUMENT = '{ "title": "old", "n": 0.1000000000000000055 }'


def stored(path: Path, conversation_id: str) -> str:
    with plain(path) as db:
        (text,) = db.execute("SELECT metadata FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    return str(text)


def store_beside(path: Path, conversation_id: str, text: str) -> None:
    """Change the metadata as the agent would."""
    with plain(path) as db:
        db.execute("UPDATE conversations SET metadata = ? WHERE id = ?", (text, conversation_id))


@pytest.fixture
def made(path: Path) -> str:
    with plain(path) as db:
        return add_conversation(db, metadata=DOCUMENT)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "edits.jsonl")


@pytest.fixture
def editor(store: ConversationStore, journal: Journal, path: Path) -> Editor:
    return Editor(store, journal, str(path))


async def change(editor: Editor, conversation_id: str, text: str, name: str, value: str | None) -> str:
    """Set one field as an editor would; return what is stored then."""
    return (await editor.save(conversation_id, USER, with_field(text, name, value), text)).text


async def test_every_edit_is_kept_and_undone_and_done_again(
    editor: Editor, journal: Journal, path: Path, made: str
) -> None:
    first = await change(editor, made, DOCUMENT, "title", '"new"')
    await change(editor, made, first, "n", None)
    (second_edit, first_edit) = await editor.edits()
    assert [e.fields for e in (second_edit, first_edit)] == [("n",), ("title",)]
    assert (first_edit.before, first_edit.after, first_edit.is_confirmed) == (DOCUMENT, first, True)

    did = await editor.undo(first_edit)
    assert did.changes == (Change("title", '"new"', '"old"'),)
    assert did.kept == ()
    assert stored(path, made) == '{ "title": "old" }'
    undo = (await editor.edits())[0]
    assert undo.undoes == first_edit.id
    await editor.undo(undo)
    assert stored(path, made) == '{ "title": "new" }'
    assert len(await Editor(editor._store, Journal(journal.path), str(path)).edits()) == 4


async def test_a_save_keeps_what_others_changed_and_asks_about_what_both_did(
    editor: Editor, path: Path, made: str
) -> None:
    wanted = with_field(DOCUMENT, "title", '"mine"')
    theirs = with_field_in(path, made, "n", "7")
    assert await editor.save_merged(made, USER, wanted, DOCUMENT) == Saved(kept=("n",))
    assert stored(path, made) == with_field(theirs, "title", '"mine"')
    assert [edit.fields for edit in await editor.edits()] == [("title",)]

    outcome = await editor.save_merged(made, USER, wanted, DOCUMENT)
    assert outcome == Saved(is_ours=False), "somebody did the same already"

    theirs = with_field_in(path, made, "title", '"theirs"')
    outcome = await editor.save_merged(made, USER, wanted, DOCUMENT)
    assert outcome == Contested(theirs, merge(DOCUMENT, theirs, wanted))
    assert stored(path, made) == theirs
    assert outcome.merge.conflicts == (FieldConflict("title", '"old"', '"theirs"', '"mine"'),)

    store_beside(path, made, "[1]")
    outcome = await editor.save_merged(made, USER, wanted, DOCUMENT)
    assert isinstance(outcome, Failed)
    assert "object" in outcome.sentence
    assert isinstance(await editor.save_merged("nobody", USER, wanted, DOCUMENT), Failed)
    assert len(await editor.edits()) == 1


@pytest.mark.parametrize("is_carried_out", [True, False])
async def test_whether_a_save_was_made_whose_answer_was_lost_is_told_by_what_is_stored(
    store: ConversationStore, journal: Journal, path: Path, made: str, is_carried_out: bool
) -> None:
    line = Line()
    editor = Editor(cast("ConversationStore", CutStore(store, line)), journal, str(path))
    (line.cuts_after if is_carried_out else line.cuts_before).add("save_metadata")
    cut_off = await editor.save_merged(made, USER, with_field(DOCUMENT, "title", '"mine"'), DOCUMENT)
    assert isinstance(cut_off, CutOff)
    line.mend()
    fate = await editor.find_out(cut_off)
    assert isinstance(fate, Saved if is_carried_out else Failed)
    assert [edit.is_confirmed for edit in await editor.edits()] == ([True] if is_carried_out else [])


async def test_what_became_of_a_save_is_not_told_where_another_program_wrote_over_it(
    store: ConversationStore, journal: Journal, path: Path, made: str
) -> None:
    line = Line()
    editor = Editor(cast("ConversationStore", CutStore(store, line)), journal, str(path))
    line.cuts_after.add("save_metadata")
    cut_off = await editor.save_merged(made, USER, with_field(DOCUMENT, "title", '"mine"'), DOCUMENT)
    line.mend()
    with_field_in(path, made, "title", '"theirs"')
    assert isinstance(cut_off, CutOff)
    fate = await editor.find_out(cut_off)
    assert isinstance(fate, Failed)
    assert "Another program" in fate.sentence


async def test_an_undo_never_takes_away_what_was_written_since(editor: Editor, path: Path, made: str) -> None:
    await change(editor, made, with_field_in(path, made, "other", "1"), "title", '"new"')
    theirs = '{"title":"the agent\'s","n":7,"live_state":{"turn":1}}'
    store_beside(path, made, theirs)
    (edit,) = await editor.edits()
    did = await editor.undo(edit)
    assert did.changes == ()
    assert did.kept == (FieldConflict("title", '"new"', '"the agent\'s"', '"old"'),)
    assert stored(path, made) == theirs
    assert await editor.edits() == [edit], "an undo that does nothing is no edit"
    assert next_to_undo([edit], passed={edit.id}) is None


def with_field_in(path: Path, conversation_id: str, name: str, value: str) -> str:
    text = with_field(stored(path, conversation_id), name, value)
    store_beside(path, conversation_id, text)
    return text


async def test_an_undo_takes_back_what_is_left_of_an_edit(editor: Editor, path: Path, made: str) -> None:
    await editor.save(made, USER, '{"title":"new","added":1}', DOCUMENT)
    store_beside(path, made, '{"title":"the agent\'s","added":1,"theirs":2}')
    (edit,) = await editor.edits()
    did = await editor.undo(edit)
    assert stored(path, made) == '{"title":"the agent\'s","theirs":2,"n":0.1000000000000000055}'
    assert {change.name for change in did.changes} == {"added", "n"}
    assert {conflict.name for conflict in did.kept} == {"title"}


async def test_undoing_step_by_step_goes_back_edit_by_edit(editor: Editor, path: Path, made: str) -> None:
    text = DOCUMENT
    for title in "abc":
        text = await change(editor, made, text, "title", f'"{title}"')
    seen = []
    while (edit := next_to_undo(await editor.edits())) is not None:
        await editor.undo(edit)
        seen.append(stored(path, made))
    assert seen == [DOCUMENT.replace("old", title) for title in ("b", "a", "old")]
    edits = await editor.edits()
    assert all(edit.undoes for edit in in_effect(edits))
    await editor.undo(edits[0])
    assert stored(path, made) == DOCUMENT.replace("old", "a")
    assert [edit.undoes for edit in in_effect(await editor.edits())].count(None) == 1


async def test_an_undo_of_what_must_not_be_edited_any_more_is_refused(editor: Editor, path: Path, made: str) -> None:
    await change(editor, made, DOCUMENT, "title", '"new"')
    (edit,) = await editor.edits()
    store_beside(path, made, '{"a":1,"a":2}')
    with pytest.raises(MetadataRefused):
        await editor.undo(edit)
    with plain(path) as db:
        db.execute("DELETE FROM conversations")
    with pytest.raises(ConversationNotFound):
        await editor.undo(edit)


async def test_what_was_not_saved_is_not_in_the_journal(editor: Editor, path: Path, made: str) -> None:
    store_beside(path, made, '{"title":"theirs"}')
    with pytest.raises(MetadataConflict):
        await editor.save(made, USER, '{"title":"mine"}', DOCUMENT)
    with pytest.raises(MetadataRefused):
        await editor.save(made, USER, "{", '{"title":"theirs"}')
    assert await editor.edits() == []


async def test_without_a_journal_nothing_is_saved(editor: Editor, journal: Journal, path: Path, made: str) -> None:
    journal.path.parent.mkdir()
    journal.path.mkdir()
    with pytest.raises(JournalFailed):
        await change(editor, made, DOCUMENT, "title", '"new"')
    assert stored(path, made) == DOCUMENT
    journal.path.rmdir()
    await change(editor, made, DOCUMENT, "title", '"new"')


async def test_a_crash_between_journal_and_store_is_found_out(
    editor: Editor, journal: Journal, path: Path, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_: Any, **__: Any) -> None:
        raise JournalFailed("dead.")

    for is_saved in (True, False):
        text = stored(path, made)
        with monkeypatch.context() as patch:
            patch.setattr(journal, "confirm", dead)
            await change(editor, made, text, "title", f'"{is_saved}"')
        assert not journal.edits()[0].is_confirmed
        if not is_saved:
            store_beside(path, made, text)
    edits = await editor.edits()
    assert [(edit.is_confirmed, edit.after) for edit in edits] == [(True, stored(path, made))]


async def test_what_cannot_be_found_out_is_not_confirmed(
    editor: Editor, journal: Journal, path: Path, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(journal, "_append", lambda line, is_intent=False: None)
        await change(editor, made, DOCUMENT, "title", '"new"')
    with monkeypatch.context() as patch:
        patch.setattr(journal, "confirm", lambda edit_id: None)
        await change(editor, made, stored(path, made), "title", '"newer"')
    store_beside(path, made, '{"title":"theirs"}')
    (edit,) = await editor.edits()
    assert not edit.is_confirmed
    assert (await editor.undo(edit)).kept


@pytest.mark.campaign
async def test_random_cancels_leave_no_lock_and_the_journal_tells_the_truth(
    editor: Editor, store: ConversationStore, path: Path, made: str
) -> None:
    stop = threading.Event()

    def agent() -> None:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as db:
            while not stop.is_set():
                add_conversation(db, user_id="agent")

    busy = threading.Thread(target=agent)
    busy.start()
    loop, chance = asyncio.get_running_loop(), random.Random(2)
    waits, acknowledged, text = [], 0, DOCUMENT
    try:
        for number in range(100 * CAMPAIGN):
            task = asyncio.ensure_future(change(editor, made, text, "title", str(number)))
            await asyncio.wait([task], timeout=chance.random() * 0.02)
            before = loop.time()
            task.cancel()
            (answer,) = await asyncio.gather(task, return_exceptions=True)
            waits.append(loop.time() - before)
            assert not is_in_transaction(store)
            if isinstance(answer, str):
                acknowledged += 1
                assert stored(path, made) == answer
            edits = editor._journal.edits()
            text = stored(path, made)
            assert text == (edits[0].after if edits else DOCUMENT)
            assert all(edit.is_confirmed for edit in edits)
    finally:
        stop.set()
        busy.join()
    assert 0 < acknowledged < len(waits)
    assert sorted(waits)[len(waits) * 99 // 100] < 2
    with plain(path) as db:
        assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)


def is_in_transaction(store: ConversationStore) -> bool:
    driver = writer(store)._driver if inside(store)._file.writer is not None else None
    return driver is not None and driver.in_transaction
