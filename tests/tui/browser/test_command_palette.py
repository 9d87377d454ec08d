"""The palette offers what works, and begins with what fits the focused pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.browser.hands import GAPS_MS, type_fast
from tests.tui.conftest import browse
from tui.modals.palette import PaletteSheet
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


async def test_keys_behind_a_picked_command_are_for_what_it_asks(sample: Path) -> None:
    async with browse(sample, size=(80, 24)) as browser:
        field = browser.screen.list_pane._filter_bar.entry
        for gap_ms in GAPS_MS:
            await type_fast(browser, "<ctrl+p>", "filter", "<enter>", "jqw", gap_ms=gap_ms)
            await browser.settled()
            assert browser.app.focused is field, gap_ms
            assert field.value == "jqw", gap_ms
            await browser.press("escape")


async def test_a_clicked_command_runs(sample: Path) -> None:
    async with browse(sample, size=(80, 24)) as browser:
        await browser.press("ctrl+p", *"filter")
        sheet = browser.app.screen
        assert isinstance(sheet, PaletteSheet)
        await browser.pilot.click(sheet.table, offset=(3, 1))
        await browser.until(lambda: browser.app.focused is browser.screen.list_pane._filter_bar.entry, "it runs")
