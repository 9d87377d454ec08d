"""The picture of the history: what it shows, how it is walked, and what a picked day leads to."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.conftest import Browser, browse
from tests.tui.desk import back, on, says
from tui.modals.search_screen import SearchScreen
from tui.modals.statistics_screen import StatisticsScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    Golden = Callable[[Browser, str], None]

SIZES = [(120, 40), (80, 24), (40, 12)]


async def opened(browser: Browser) -> StatisticsScreen:
    await browser.press("E")
    sheet = browser.app.screen
    assert isinstance(sheet, StatisticsScreen)
    return sheet


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_year_of_days_is_shown(sample: Path, golden: Golden, size: tuple[int, int]) -> None:
    async with browse(sample, size=size) as browser:
        await opened(browser)
        golden(browser, f"statistics-{size[0]}x{size[1]}")


async def test_the_pages_follow_each_other(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 30)) as browser:
        sheet = await opened(browser)
        for page in ("channels", "models", "routines"):
            await browser.press("tab")
            assert sheet.page == page
            golden(browser, f"statistics-{page}")
        await browser.press("tab", "tab", "shift+tab")
        assert sheet.page == "days"


async def test_the_arrows_choose_a_day_and_enter_lists_what_was_said_on_it(sample: Path) -> None:
    async with browse(sample, size=(100, 30)) as browser:
        sheet = await opened(browser)
        await browser.press("end", "left", "up")
        day = sheet.calendar.grid.chosen
        assert day == date(2026, 6, 10)
        await browser.press("enter")
        await on(browser, SearchScreen)
        await says(browser, f"since:{day} until:{day}")
        await browser.until(lambda: "hits in" in browser.text(), "the day is searched")
        await browser.press("escape")
        await back(browser)
        sheet = await opened(browser)
        assert sheet.calendar.grid.chosen == day


async def test_a_channel_has_days_of_its_own(sample: Path) -> None:
    async with browse(sample, size=(100, 30)) as browser:
        sheet = await opened(browser)
        everything = sum(sheet.calendar.grid.counts.values())
        await browser.press("tab", "j", "enter")
        assert sheet.page == "days"
        first = sum(sheet.calendar.grid.counts.values())
        assert 0 < first < everything
        await browser.press("left_square_bracket", "left_square_bracket")
        assert sum(sheet.calendar.grid.counts.values()) == everything
        await browser.press("right_square_bracket", "enter")
        await says(browser, "channel:")


async def test_keys_in_one_go_arrive_where_they_are_meant(sample: Path) -> None:
    async with browse(sample, size=(100, 30)) as browser:
        await browser.press("E", "left", "left", "tab", "shift+tab", "enter")
        await on(browser, SearchScreen)
        await browser.press("escape", "escape")
        await back(browser)


async def test_what_was_counted_when_it_was_stopped_stays(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browse(sample, size=(100, 30)) as browser:
        go_on = asyncio.Event()
        statistics = browser.store.statistics

        class Held:
            """Hands out one batch, then waits to be stopped."""

            def __init__(self, *given: Any, **named: Any) -> None:
                self._running = statistics(*given, **named)

            async def __aenter__(self) -> AsyncIterator[Any]:
                await self._running.__aenter__()
                return self._batches()

            async def __aexit__(self, *error: Any) -> None:
                await self._running.__aexit__(*error)

            async def _batches(self) -> AsyncIterator[Any]:
                yield await anext(self._running)
                await go_on.wait()

        monkeypatch.setattr(browser.store, "statistics", Held)
        await browser.press_only("E")
        await says(browser, "esc stops")
        await browser.press("escape")
        await says(browser, "stopped at 0%")
        monkeypatch.undo()
        await browser.press("ctrl+r")
        await browser.until(
            lambda: "stopped" not in browser.text() and "conversations" in browser.text(), "all is read"
        )
        await browser.press("escape")
        await back(browser)
