"""The palette offers what works, and begins with what fits the focused pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.conftest import browse
from tui.widgets.row_table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser


def offered(browser: Browser) -> list[str]:
    return [row.cells[0] for row in browser.app.screen.query_one(Table).rows]


async def test_it_begins_with_the_commands_of_the_focused_pane(sample: Path) -> None:
    async with browse(sample, size=(80, 24)) as browser:
        await browser.press("colon")
        in_list = offered(browser)
        await browser.press("escape", "tab", "colon")
        in_transcript = offered(browser)
        assert in_list[0] == "read"
        assert in_transcript[0] == "open/fold"
        assert sorted(in_list) == sorted(in_transcript)
        await browser.press(*"outline", "enter")
        assert "Questions ·" in browser.text()
