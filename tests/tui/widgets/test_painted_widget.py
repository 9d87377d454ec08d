"""Rows that are painted leave nothing behind: what a frame drew is gone with the next one."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from textual.geometry import Region
from textual.strip import Strip

from tests.tui.conftest import browse, open_long_thread
from tui.widgets.paint import PaintedRow

if TYPE_CHECKING:
    from pathlib import Path

FEW = 10
"""Strips of a key press that only a collection takes away; a screen has some forty rows."""


@pytest.mark.paints
@pytest.mark.parametrize("pane", ["list", "transcript"])
async def test_a_frame_leaves_no_rows_for_the_collector(sample: Path, pane: str) -> None:
    async with browse(sample) as browser:
        await open_long_thread(browser)
        key = "pageup"
        if pane == "list":
            await browser.press("tab")
            key = "j"
        await browser.press(key)
        gc.collect()
        gc.disable()
        try:
            # What is in a cycle stays there until it is looked for.
            gc.set_debug(gc.DEBUG_SAVEALL)
            await browser.press_each(*[key] * 5)
            gc.collect()
            strips = [each for each in gc.garbage if isinstance(each, Strip)]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
        assert len(strips) < 5 * FEW


async def test_a_part_of_a_pane_is_what_the_whole_shows_there(sample: Path) -> None:
    async with browse(sample) as browser:
        for widget in (browser.conversations, browser.transcript, browser.screen.status):
            width, height = widget.size
            whole = widget.render_lines(Region(0, 0, width, height))
            part = widget.render_lines(Region(3, 0, 10, 1))
            assert [strip.text for strip in part] == [whole[0].crop(3, 13).text]
            assert {strip.cell_length for strip in whole} == {width}
            assert all(isinstance(strip, PaintedRow) for strip in whole)


async def test_more_is_painted_where_the_screen_knows_a_larger_size_first(sample: Path) -> None:
    async with browse(sample) as browser:
        scrollbar = browser.transcript.vertical_scrollbar
        for widget in (browser.conversations, browser.transcript, browser.screen.status, scrollbar):
            width, height = widget.size
            rows = widget.render_lines(Region(0, 0, width + 2, height + 2))
            assert {strip.cell_length for strip in rows} == {width + 2}
            assert len(rows) == height + 2


async def test_a_row_that_stays_is_painted_once(sample: Path) -> None:
    async with browse(sample) as browser:
        for widget in (browser.conversations, browser.transcript):
            crop = Region(0, 0, *widget.size)
            assert widget.get_line_filters(), "what is uncertain in width is made steady last of all"
            assert all(a is b for a, b in zip(widget.render_lines(crop), widget.render_lines(crop), strict=True))
