"""Exporting from the browser: the form, the review before anything is written, the progress, the file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Key
from textual.geometry import Offset
from textual.selection import Selection

from tests.store.conftest import add_conversation, add_message, loose_tables, make_database, plain
from tests.tui.browser.test_hostile import HOSTILE, as_text
from tests.tui.conftest import Browser, browse
from tests.tui.desk import back, on, retype, says
from tui.modals.export_form import ExportForm
from tui.modals.progress import ProgressScreen
from tui.modals.question import Question
from tui.modals.review_secrets import ReviewScreen
from tui.text.visible import is_harmless
from tui.widgets.message_layout import encode_line
from tui.widgets.row_table import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


SECRETS = (
    ("user", "the printer's password: tulips-and-rain, and the router's is the same"),
    ("assistant", "Noted. Mara's key sk-proj-" + "Qx7_" * 8 + " goes into the vault, not into a chat."),
    ("user", "Anna is anna.holm@example.org, +46 70 123 45 67; her brother is lars@example.org"),
    ("assistant", "I wrote to anna.holm@example.org."),
)


@pytest.fixture
def planted(sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sample history whose newest conversation has secrets; exports go into ``~/out``."""
    with closing(sqlite3.connect(sample_copy)) as db:
        (newest,) = db.execute(
            "SELECT id FROM conversations WHERE user_id = 'default' ORDER BY last_activity DESC"
        ).fetchone()
        for number, (role, content) in enumerate(SECRETS):
            db.execute(
                "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (f"{number:08d}-0000-4000-8000-000000000000", newest, role, content, "2026-06-18T17:41:30.000Z"),
            )
        db.commit()
    (tmp_path / "out").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path / "out")
    return sample_copy


def made(planted: Path) -> list[str]:
    return sorted(path.name for path in (planted.parent / "out").iterdir())


async def test_nothing_is_written_before_the_review_is_answered(
    planted: Path, golden: Callable[[Browser, str], None]
) -> None:
    async with browse(planted, size=(100, 30)) as browser:
        await browser.press("x")
        await on(browser, ExportForm)
        golden(browser, "export-dialog")
        await browser.press_only("enter")
        await browser.until(lambda: isinstance(browser.app.screen, ReviewScreen), "the review")
        await says(browser, "goes into the vault")
        await browser.pilot.pause()
        assert made(planted) == []
        golden(browser, "review")
        # Everything is masked but the e-mail addresses.
        await browser.press_only("j", "j", "a")
        await says(browser, "keep  e-mail")
        assert made(planted) == []
        await browser.press_only("x")
        await back(browser)
    (name,) = made(planted)
    assert name.startswith("plan-four-days-in-lisbon-for-two-adults-")
    file = planted.parent / "out" / name
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text(encoding="utf-8")
    assert "password: \\[masked: password 1\\]" in text
    assert "anna.holm@example.org, \\[masked: phone number 1\\]; her brother" in text
    assert "tulips" not in text
    assert "sk-proj" not in text
    assert any("13 messages. 3 masked." in said for said in browser.said)


async def test_an_answer_stays_on_its_secret(planted: Path) -> None:
    async with browse(planted, size=(100, 30)) as browser:
        await browser.press("x")
        await on(browser, ExportForm)
        await browser.press_only("enter")
        await browser.until(lambda: isinstance(browser.app.screen, ReviewScreen), "the review")
        await browser.press_only("j", "j", "enter")
        table = browser.app.screen.query_one(Table)
        assert [row.cells[0] for row in table.rows[:4]] == ["mask", "mask", "keep", "mask"]
        assert table.selected_id == 2
        await browser.press_only("enter", "a")
        assert [row.cells[0] for row in table.rows[2:4]] == ["keep", "keep"]
        assert table.selected_id == 2
        await browser.press_only("escape")
        await browser.settled()


async def test_leaving_the_review_writes_nothing(planted: Path) -> None:
    async with browse(planted, size=(100, 30)) as browser:
        await browser.press("x")
        await on(browser, ExportForm)
        await browser.press_only("enter")
        await browser.until(lambda: isinstance(browser.app.screen, ReviewScreen), "the review")
        await browser.press_only("escape")
        await back(browser)
        assert browser.said[-1] == "Stopped; nothing was written."
    assert made(planted) == []


async def test_a_file_that_exists_is_asked_about(planted: Path) -> None:
    async with browse(planted, size=(100, 30), read_only=True) as browser:
        (planted.parent / "out" / "mine.json").write_text("mine")
        await browser.press("x")
        await on(browser, ExportForm)
        await browser.press("tab", "tab", "tab", "right", "tab")
        await retype(browser, "~/out")
        await browser.press("enter")
        await says(browser, "That is a folder")
        os.mkfifo(planted.parent / "out" / "pipe.json")
        await retype(browser, "~/out/pipe.json")
        await browser.press("enter")
        await says(browser, "no regular file")
        (planted.parent / "out" / "pipe.json").unlink()
        await retype(browser, "~/out/mine.json")
        await browser.press("tab", "right", "enter")
        await on(browser, Question)
        await browser.press("n")
        await on(browser, ExportForm)
        assert (planted.parent / "out" / "mine.json").read_text() == "mine"
        await browser.press("enter")
        await on(browser, Question)
        await browser.press("y")
        await back(browser)
        assert "tulips" in (planted.parent / "out" / "mine.json").read_text()
    assert made(planted) == ["mine.json"]


async def test_the_selected_messages_are_exported_alone(planted: Path) -> None:
    async with browse(planted) as browser:
        await browser.press("enter")
        transcript = browser.transcript
        first, last = transcript.total - 3, transcript.total - 2
        browser.screen.selections = {
            transcript: Selection(Offset(0, encode_line(first, 0)), Offset(5, encode_line(last, 1)))
        }
        await browser.press("x")
        await on(browser, ExportForm)
        await says(browser, "2 selected messages of")
        await browser.press("tab", "tab", "tab", "tab")
        await retype(browser, "~/out/some.txt")
        await browser.press("tab", "right", "enter")
        await back(browser)
        assert browser.said[-1] == "~/out/some.txt holds 2 messages."
    text = (planted.parent / "out" / "some.txt").read_text(encoding="utf-8")
    assert "2 messages" in text
    assert "sk-proj" in text
    assert "lars@" in text
    assert "tulips" not in text


async def test_a_stretch_and_a_scope_are_said_and_checked(planted: Path) -> None:
    async with browse(planted, size=(40, 12)) as browser:
        await browser.press("x")
        await on(browser, ExportForm)
        await browser.press("right")
        await says(browser, "what is listed: every channel")
        await browser.press("right")
        await says(browser, "every conversation of default")
        await browser.press("tab")
        await retype(browser, "soon")
        await browser.press("enter")
        await says(browser, "✗ Such a time is not known")
        await retype(browser, "2026-06-18")
        await browser.press_only("enter")
        await browser.until(lambda: isinstance(browser.app.screen, ReviewScreen), "the review")
        await says(browser, "mask")
        await browser.press_only("x")
        await back(browser)
    (name,) = made(planted)
    assert name == "conversations-2026-06-18.md"
    text = (planted.parent / "out" / name).read_text(encoding="utf-8")
    assert "since 2026-06-18" in text
    assert "Wed 17 Jun" not in text


async def test_a_fast_typist_gets_a_file_of_the_right_name_and_format(planted: Path) -> None:
    async with browse(planted, size=(100, 30)) as browser:
        await browser.press("x")
        await on(browser, ExportForm)
        for key in ("right", "right", "tab", "tab", "tab", "right", "tab", "tab", "right", "enter"):
            browser.app.post_message(Key(key, None))
        await back(browser)
        await browser.until(lambda: browser.said, "what was written")
    (name,) = made(planted)
    assert name == "conversations-2026-06-18.json"
    assert (planted.parent / "out" / name).read_text().startswith('{"clawback"')


async def test_escape_stops_an_export_and_leaves_nothing(planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []

    def stop_at_once(screen: ProgressScreen, done: int, total: int) -> None:
        shown.append((done, total, made(planted)))
        screen.action_close()

    monkeypatch.setattr(ProgressScreen, "report", stop_at_once)
    async with browse(planted, size=(100, 30)) as browser:
        await browser.press("x")
        await on(browser, ExportForm)
        # All at once: what was picked and what the file is called agree in the end.
        await browser.press_only("right", "right", "tab", "tab", "tab", "right", "tab", "tab", "right", "enter")
        await back(browser)
        assert browser.said[-1] == "Stopped; nothing was written."
    assert shown[0][1] > 5000
    assert any(name.endswith(".part") for _, _, names in shown for name in names)
    assert made(planted) == []


async def test_no_secret_and_no_title_reaches_the_terminal_as_more_than_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_database(tmp_path / "hostile.db", loose_tables())
    with plain(path) as db:
        for text in HOSTILE:
            raw = as_text(f"{text} password=secret{text} a@example.org {text}")
            add_message(db, add_conversation(db, channel=text.encode("utf-8", "replace")), raw)
        db.execute("UPDATE conversation_messages SET content = CAST(content AS TEXT)")
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    async with browse(path, size=(100, 30), user="default") as browser:
        await browser.press("x")
        await on(browser, ExportForm)
        assert is_harmless(browser.text())
        await browser.press("right", "right")
        await browser.press_only("enter")
        await browser.until(lambda: isinstance(browser.app.screen, ReviewScreen), "the review")
        found = len(browser.app.screen.query_one(Table).rows)
        assert found > len(HOSTILE) / 2
        for _ in range(found):
            await browser.press_only("j")
            await browser.pilot.pause()
            assert is_harmless(browser.text())
        await browser.press_only("escape")
        await back(browser)
