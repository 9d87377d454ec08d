"""A bookmark leads back to its message, says what that says now, and keeps its note."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.tui.conftest import browse, open_long_thread
from tests.tui.desk import back, retype
from tui.config.state import State
from tui.modals.bookmark_list import BookmarksScreen
from tui.widgets.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.conftest import Browser

    Golden = Callable[[Browser, str], None]


def cells(browser: Browser) -> list[tuple[str, ...]]:
    sheet = browser.app.screen
    assert isinstance(sheet, BookmarksScreen)
    return [row.cells for row in sheet.table.rows]


async def test_a_bookmark_leads_back_to_its_message_from_anywhere(
    sample: Path, tmp_path: Path, golden: Golden
) -> None:
    state = State(tmp_path / "state" / "state.json")
    async with browse(sample, size=(120, 34), state=state) as browser:
        await browser.press("B")
        assert "Nothing is bookmarked" in browser.said[-1]
        await open_long_thread(browser)
        await browser.press("g", "J", "J", "J", "b")
        wanted, title = browser.message, browser.opened.title
        assert "★" in browser.text()
        await browser.press("escape", "g", "enter", "K", "b", "B")
        assert [row[1] for row in cells(browser)] == [browser.opened.title, title], "the one made last comes first"
        await browser.press("j", "e", *"the tide table", "enter")
        assert cells(browser)[1][2] == "the tide table"
        golden(browser, "bookmarks")
        await browser.press("enter")
        await back(browser)
        assert browser.message == wanted
        assert "★ the tide table" in browser.text()
    async with browse(sample, size=(40, 12), state=State(tmp_path / "state" / "state.json")) as browser:
        await browser.press("B", "j", "enter")
        await back(browser)
        assert browser.message.id == wanted.id
        assert "★" in browser.text()
    async with browse(sample, user="grace", state=state) as browser:
        await browser.press("B")
        assert "Nothing is bookmarked" in browser.said[-1], "of another user"


async def test_what_is_taken_away_comes_back_with_its_note(sample: Path) -> None:
    async with browse(sample, size=(120, 34)) as browser:
        await browser.press("enter", "b", "B", "e")
        await retype(browser, "why")
        await browser.press("enter", "b", "escape")
        assert "★" not in browser.text()
        await browser.press("b")
        assert "★ why" in browser.text()
        await browser.press("b", "B")
        assert "Nothing is bookmarked" in browser.said[-1]
        await browser.press("b", "B", "b", "b")
        assert cells(browser)[0][2] == "why"


async def test_a_message_that_is_gone_is_said_to_be_gone(sample_copy: Path) -> None:
    async with browse(sample_copy, size=(120, 34)) as browser:
        await browser.press("enter", "b")
        with closing(sqlite3.connect(sample_copy)) as db, db:
            db.execute("DELETE FROM conversation_messages WHERE id = ?", (browser.message.id,))
        await browser.press("B")
        assert "That message is gone." in browser.text()
        await browser.press("enter")
        await browser.until(lambda: "That message is gone." in browser.said)


async def test_a_run_of_the_ledger_can_be_bookmarked(sample: Path) -> None:
    async with browse(sample, size=(120, 34)) as browser:
        await browser.press("H", "k", "k", "b")
        assert isinstance(browser.reader, Ledger)
        position = browser.reader.selected
        assert "★" in browser.text()
        await browser.press("G", "escape", "g", "B", "enter")
        await back(browser)
        assert isinstance(browser.reader, Ledger)
        assert browser.reader.selected == position
