"""A file of IronClaw 1.x in the browser: its threads are read, its automations have a ledger, nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store.ironclaw1.addresses import Thread
from tests.store.conftest import plain
from tests.store.contract.backend import at
from tests.store.ironclaw1.thread_history import ADA, conversation, of_1_3
from tests.tui.conftest import browse
from tui.widgets.ledger import Ledger
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def threads(tmp_path: Path) -> Path:
    path = tmp_path / "reborn-local-dev.db"
    with plain(path) as db:
        db.execute("BEGIN")
        for sql, parameters in of_1_3():
            db.execute(sql, parameters)
        db.execute("COMMIT")
    return path


async def test_a_thread_is_read_with_its_cards_marks_and_states(threads: Path) -> None:
    async with browse(threads, user="ada", size=(140, 60)) as browser:
        await browser.press("enter", "home")
        assert browser.opened.title == "Everything"
        text = browser.text()
        for expected in (
            "sea & sand.png",
            "1 tool: Fetch a page ✓",
            "summary of the above",
            "They looked at the sea.",
            "· redacted",
        ):
            assert expected in text
        await browser.press("end")
        text = browser.text()
        assert "damaged record" in text
        assert "the record is damaged" in text
        assert not browser.faults


async def test_a_run_in_the_ledger_leads_to_the_thread_that_it_wrote(threads: Path) -> None:
    async with browse(threads, user="ada") as browser:
        await browser.press("r")
        await browser.until(lambda: "Morning news" in browser.text())
        assert "07:00" in browser.text()
        await browser.press("enter")
        assert isinstance(browser.reader, Ledger)
        assert browser.opened.title == "Morning news"
        await browser.press("home", "enter")
        assert isinstance(browser.reader, Transcript)
        assert browser.opened.shown_id == "run-0"
        assert browser.transcript.total == 2
        assert not browser.faults


async def test_what_1_x_does_not_have_is_said_by_its_keys(threads: Path) -> None:
    async with browse(threads, user="ada") as browser:
        await browser.press("H", "A")
        assert browser.said == ["IronClaw 1.x has no heartbeat.", "IronClaw 1.x has no assistant thread."]


async def test_nothing_is_written_and_why_is_said(threads: Path) -> None:
    async with browse(threads, user="ada") as browser:
        await browser.press("e")
        assert len(browser.app.screen_stack) == 1
        await browser.press("i")
        await browser.until(lambda: "IronClaw 1.x keeps its records in step" in browser.text())


async def test_what_is_written_beside_the_browser_appears(threads: Path) -> None:
    async with browse(threads, user="ada", watch_seconds=0.01) as browser:
        with plain(threads) as db:
            for sql, parameters in conversation(Thread(ADA, "now"), "Just now", active=at(days=20)):
                db.execute(sql, parameters)
        await browser.until(lambda: "Just now" in browser.text())
        assert not browser.faults
