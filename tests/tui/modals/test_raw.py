"""The raw view shows what is stored, byte for byte, and scrolls megabytes without a stall."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

from tests.tui.browser.test_hostile_marks import open_hostile
from tests.tui.conftest import Browser, browse
from tui.modals.raw_message import RawScreen
from tui.widgets.raw_pane import RawPane

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Golden = Callable[[Browser, str], None]


def store_content(path: Path, content: str | bytes, created_at: str = "yesterday\x1b-ish") -> str:
    """Store a message at the end of the newest conversation, and return the conversation's id."""
    with closing(sqlite3.connect(path)) as db:
        (found,) = db.execute(
            "SELECT id FROM conversations WHERE user_id = 'default' ORDER BY last_activity DESC"
        ).fetchone()
        db.execute(
            "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            ("no-uuid", found, "user", content, created_at),
        )
        db.commit()
    return str(found)


async def open_raw(browser: Browser) -> RawPane:
    await browser.press("tab", "G", "s")
    await browser.until(lambda: isinstance(browser.app.screen, RawScreen))
    await browser.settled()
    return browser.app.screen.query_one(RawPane)


async def test_a_hostile_message_is_told_to_the_last_byte(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_hostile(browser)
        await browser.press("J", "J", "J", "J", "J", "s")
        await browser.until(lambda: isinstance(browser.app.screen, RawScreen))
        await browser.settled()
        golden(browser, "raw-view")
        assert r"|\u200b\u200c\u200d\u2060\ufeff|" in browser.text()
        assert "ZERO WIDTH SPACE" in browser.text()
        await browser.press("escape")
        assert browser.app.screen is browser.screen


async def test_every_column_is_shown_with_its_type_also_of_a_row_with_flaws(sample_copy: Path) -> None:
    store_content(sample_copy, b'caf\xe9 \xff\n  {"json": "\\u0041"}\r\nlast\ttab')
    async with browse(sample_copy, size=(120, 40)) as browser:
        await open_raw(browser)
        shown = browser.text()
        for words in (
            r"caf\xe9 \xff",
            r'{"json": "\u0041"}\r',
            r"last\ttab",
            r"yesterday\x1b-ish",
            "text · 7 bytes  no-uuid",
            "blob · 37 bytes · 3 lines",
            "the time cannot be read",
            "BYTES THAT ARE NO UTF-8 ×2",
        ):
            assert words in shown, words


async def test_five_megabytes_scroll_without_a_stall_and_to_the_end(sample_copy: Path) -> None:
    line = "é" * 39 + "\n"
    content = line * 65_000 + "x" * 100_000 + "the end"
    store_content(sample_copy, content)
    async with browse(sample_copy, size=(100, 30)) as browser:
        pane = await open_raw(browser)
        assert "enter reads more" in browser.text()
        await browser.press("enter")
        await browser.until(lambda: "enter reads more" not in browser.text())
        begun = time.perf_counter()
        pane.action_end(1)
        for _ in range(20):
            pane.action_half_pages(-2)
        assert time.perf_counter() - begun < 1.0
        await browser.press("G")
        assert "the end" in browser.text()
        await browser.press("g")
        assert "row " in browser.text()


async def test_a_message_that_is_gone_is_told_in_a_sentence(sample_copy: Path) -> None:
    store_content(sample_copy, "soon gone")
    async with browse(sample_copy) as browser:
        await browser.press("tab", "G")
        with closing(sqlite3.connect(sample_copy)) as db:
            db.execute("DELETE FROM conversation_messages WHERE id = 'no-uuid'")
            db.commit()
        await browser.press("s")
        assert browser.said[-1] == "The message is not there any more; read the conversation again."
