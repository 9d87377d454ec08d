"""A message that tries something says so, and what is copied leaves hidden characters out and tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store.demo.oddities import HOSTILE_TITLE
from tests.tui.conftest import Browser, browse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Golden = Callable[[Browser, str], None]

pytestmark = pytest.mark.paints


async def open_hostile(browser: Browser) -> None:
    """Open the thread of the sample history that is full of hostile texts, at its start."""
    page = await browser.store.list_conversations("default", channel="discord", limit=50)
    found = next(each for each in page.conversations if each.title.startswith(HOSTILE_TITLE[:20]))
    browser.screen.open(found)
    await browser.settled()
    await browser.press("g")


async def test_a_hostile_message_is_marked_and_copied_without_what_it_hides(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_hostile(browser)
        golden(browser, "hostile-mark")
        shown = browser.text()
        assert "⚠ terminal escapes ×3; writes to the clipboard;" in shown
        await browser.press("J", "y")
        assert "\x1b" not in browser.app.clipboard
        assert "␛" not in browser.app.clipboard
        assert browser.said[-1].endswith(" hidden characters were left out.")
        await browser.press("K", "y")
        assert browser.said[-1].endswith(" characters.")
