"""What acts on several conversations acts on those that are marked: export, seen, copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.config.test_seen import state_in, write
from tests.tui.conftest import browse
from tests.tui.desk import back
from tui.modals.export_form import ExportForm
from tui.modals.marked_list import MarkedScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.conftest import Browser

    Golden = Callable[[Browser, str], None]


async def test_marks_stay_whatever_is_listed_and_are_acted_upon(sample: Path, tmp_path: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 34), state=state_in(tmp_path)) as browser:
        await browser.press("M")
        assert "Nothing is marked" in browser.said[-1]
        rows = browser.conversations.window.rows[:3]
        await browser.press("m", "m", "m", "k", "m")
        assert browser.conversations.marked == {rows[0].id, rows[1].id}, "m pressed again unmarks"
        assert "2 marked: M" in browser.text()
        await browser.press("y")
        assert browser.app.clipboard == f"{rows[0].title}\n{rows[1].title}"
        await browser.press("Y")
        assert browser.app.clipboard == f"{rows[0].id}\n{rows[1].id}"
        await browser.press("2", "x")
        form = browser.app.screen
        assert isinstance(form, ExportForm)
        assert form._targets[0].selection.ids == (rows[0].id, rows[1].id)
        await browser.press("escape")
    async with browse(sample, size=(40, 12), state=state_in(tmp_path)) as browser:
        assert len(browser.conversations.marked) == 2
        golden(browser, "marked-conversations")
        await browser.press("M", "j", "m")
        assert isinstance(browser.app.screen, MarkedScreen)
        await browser.press("enter")
        await back(browser)
        assert browser.opened.id == rows[0].id
        await browser.press("M", "M")
        await back(browser)
        assert not browser.conversations.marked


async def test_what_is_marked_counts_as_seen_by_one_key(sample_copy: Path, tmp_path: Path) -> None:
    async with browse(sample_copy, state=state_in(tmp_path)) as browser:
        rows = browser.conversations.window.rows[4:7]
    for row in rows:
        write(sample_copy, row.id, "new")
    async with browse(sample_copy, state=state_in(tmp_path)) as browser:
        await browser.press("m", "m", "C", "C")
        counts = browser.screen.unseen._counts
        assert len(counts) == 1
        assert not counts.keys() & browser.conversations.marked
