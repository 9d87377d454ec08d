"""Going to a place loads what is shown there, and the conversation reads on from it both ways."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from store import open_store
from tests.tui.conftest import browse, open_long_thread
from tui.modals.go_to import GoToScreen
from tui.text.visible import is_harmless
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser


async def go_to(browser: Browser, text: str) -> None:
    await browser.press("at")
    assert isinstance(browser.app.screen, GoToScreen)
    entry = browser.app.screen.query_one(Entry)
    entry.replace(text, 0, len(entry.value))
    await browser.press("enter")


async def test_a_date_leads_to_the_first_message_from_then_on(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        async with open_store(sample) as store:
            stored = await store.list_conversation_messages(browser.opened.id)
        for number in (700, 1500, 2400):
            moment = stored[number].created_at
            assert moment is not None
            day = moment.date().isoformat()
            await go_to(browser, day)
            first = next(m for m in stored if m.created_at and m.created_at.date().isoformat() == day)
            assert browser.message.id == first.id
            assert browser.transcript.places[0].ordinal == stored.index(first)
        assert len(browser.transcript._pages) < len(stored), "what lies between is not loaded"
        top = browser.transcript.places[0].ordinal
        await browser.press("pageup")
        assert browser.transcript.places[0].ordinal < top
        assert not browser.transcript.is_waiting


async def test_first_last_and_positions(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        transcript = browser.transcript
        for text, position in (("first", 0), ("1,200", 1199), ("last", -1), ("77", 76), ("99999", -1)):
            await go_to(browser, text)
            assert transcript.current == position % transcript.total, text


async def test_after_the_end_is_the_end_and_says_so(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        await browser.press("g")
        await go_to(browser, "2099-01-01")
        assert browser.transcript.viewport.is_at_end
        assert "Nothing was written after that; this is the end." in browser.said


async def test_what_is_no_place_is_told_in_a_sentence(sample: Path) -> None:
    async with browse(sample, size=(40, 12)) as browser:
        await browser.press("enter")
        before = browser.transcript.viewport.anchor
        for text in ("", "soon", "[/] [red", "\x1b]52;c;aGk=\x07", "0", "9" * 300, "32 Jan"):
            await go_to(browser, text)
            assert isinstance(browser.app.screen, GoToScreen), text
            assert browser.app.screen.query_one(".facts").has_class("-error"), text
            assert is_harmless(browser.text()), text
            await browser.press("escape")
            assert browser.transcript.viewport.anchor == before, text


async def test_a_number_behind_a_hash_is_the_turn_of_that_number(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        await go_to(browser, "#636")
        assert browser.message.role == "user"
        assert "#636" in browser.text().split("\n")[3]
        await go_to(browser, "#99999")
        assert browser.transcript.viewport.is_at_end


async def test_a_day_without_a_message_is_told_with_the_day_that_is_shown_instead(tmp_path: Path) -> None:
    path = tmp_path / "gap.db"
    async with open_store(path, create=True) as store:
        key = await store.create_conversation("telegram", "default")
        for number in range(6):
            await store.add_conversation_message(key, "user", f"message {number}")
    with sqlite3.connect(path) as db:
        for row, day in enumerate((25, 26, 29, 29, 30, 31), 1):
            db.execute(
                "UPDATE conversation_messages SET created_at = ? WHERE rowid = ?",
                (f"2026-01-{day}T12:00:00.000Z", row),
            )
    async with browse(path, size=(120, 40)) as browser:
        await browser.press("enter")
        for typed, told in (
            ("27 Jan 2026", "Tue 27 Jan 2026"),
            ("27 Jan 2026 09:00", "Tue 27 Jan 2026, from 09:00 on"),
            ("2026/01/28", "Wed 28 Jan 2026"),
        ):
            await go_to(browser, typed)
            assert f"{told}: nothing was written. This is the next message, of Thu 29 Jan 2026." in browser.said
            assert browser.message.content == "message 2"
        said = len(browser.said)
        for typed in ("29 Jan 2026", "29 Jan 2026 08:00", "Jan 2026", "3"):
            await go_to(browser, typed)
        assert len(browser.said) == said, "nothing is said where something was written"
