"""Files that clawback 0.1 kept, read as it meant them and written in its forms, so that either version reads both.

The samples were written by that version: places seen, saved views, the journal of edits, and both exports of one
small database. It kept no drafts.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import MessageCursor, open_store
from store.contract.stored_rows import RowSelection
from store.editing.journal import Journal
from store.opening import create_from_rows
from store.records import Machines
from tui.browser.saved_views import PREFIX
from tui.config.seen import Seen
from tui.config.state import State
from tui.export.export_format import Facts, Format
from tui.export.export_run import write
from tui.export.job import Job
from tui.export.json_reader import rows
from tui.model.listed_view import ListedView, from_json

SAMPLES = Path(__file__).parent / "samples_0_1"
DATABASE, USER = "/sample.db", "ada"
KEPT = "00000000-0000-4000-8000-000000000002"


def test_places_seen_keep_their_meaning_and_their_form(tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "seen.json", tmp_path))
    seen = Seen(path, DATABASE, USER)
    assert seen.since == 1767312005000000
    assert seen.place(KEPT) == MessageCursor(1767312005000000, 5)
    whole_instant = seen.place("no place of its own")
    assert MessageCursor(1767225605000000, 1_000_000) <= whole_instant < MessageCursor(1767225605000001, 1)

    seen.settle(1767312005000000, [KEPT, "no place of its own", "never seen"])
    seen.save()
    (kept,) = json.loads(path.read_text()).values()
    assert kept["since"] == 1767312005000000
    assert kept["places"][KEPT] == [1767312005000000, 5]
    assert all([type(part) for part in place] == [int, int] for place in kept["places"].values())
    again = Seen(path, DATABASE, USER)
    assert again.places == seen.places
    assert MessageCursor(1767312005000000, 1_000_000) < again.place("never seen") < MessageCursor(1767312005000001, 1)


def test_views_and_facts_are_there_as_they_were_named(tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "state.json", tmp_path))
    state = State(path)
    assert (state.get("theme"), state.get(f"user:{DATABASE}"), state.get("pipe")) == ("nord", USER, "wc -l")
    views = {name: from_json(state.get(name) or "") for name in state.names(PREFIX)}
    assert views == {
        f"{PREFIX}all": ListedView(USER),
        f"{PREFIX}tea": ListedView(USER, "gateway", Machines.SHOWN, "tea leaves"),
    }
    for name, view in views.items():
        assert view is not None
        assert view.to_json() == state.get(name)


def test_past_edits_are_told_with_what_became_of_them(tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "edits.jsonl", tmp_path))
    journal = Journal(path)
    newest, oldest = journal.edits(DATABASE)
    assert (newest.id, newest.undoes, newest.is_confirmed) == ("edit-3", "edit-1", False)
    assert (oldest.id, oldest.before, oldest.after) == ("edit-1", '{"title": "Tea"}', '{"title": "Tea time"}')
    assert oldest.is_confirmed
    assert oldest.at == datetime(2026, 1, 3, 9, 1, tzinfo=UTC)

    journal.begin(oldest)
    *_, written = path.read_text().splitlines()
    first = json.loads(path.read_text().splitlines()[0])
    assert json.loads(written) == first | {"is_confirmed": True}


@pytest.mark.parametrize("kind", [Format.JSON, Format.JSONL])
async def test_an_export_makes_the_database_that_exports_the_same(tmp_path: Path, kind: Format) -> None:
    text = (SAMPLES / f"export{kind.suffix}").read_text()
    path = tmp_path / "made.db"
    made = create_from_rows(path, lambda: rows(text.splitlines(keepends=True), "the file"), "the file")
    assert (made.conversations, made.messages) == (2, 6)
    parts: list[str] = []
    facts = Facts(datetime(2026, 1, 3, tzinfo=UTC), UTC, USER, "every conversation")
    async with open_store(path, read_only=True) as store:
        await write(store, Job(RowSelection(), kind, facts), parts.append, lambda _done, _total: None)
    assert "".join(parts) == text
