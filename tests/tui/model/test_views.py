"""What is listed is said in one line, cleared part by part, kept under a name and shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store.records import Machines
from tests.tui.conftest import browse
from tui.config.state import State
from tui.model.listed_view import ListedView as View
from tui.model.listed_view import from_json, words
from tui.text.visible import is_harmless
from tui.widgets.entry import Entry
from tui.widgets.row_table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser


async def save(browser: Browser, name: str) -> None:
    await browser.press("w")
    entry = browser.app.screen.query_one(Entry)
    entry.replace(name, 0, 0)
    await browser.press("enter")


async def test_filters_stand_in_one_line_and_escape_clears_them_one_by_one(sample: Path) -> None:
    async with browse(sample) as browser:
        title = browser.screen.query_one("#list-title")
        await browser.press("a", "a", "8")
        assert title.text == "Conversations · routine · machine threads only"  # type: ignore[attr-defined]
        await browser.press("escape")
        assert title.text == "Conversations · machine threads only"  # type: ignore[attr-defined]
        await browser.press("escape")
        assert title.text == "Conversations"  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(120, 34), (40, 12)])
async def test_a_view_comes_back_by_its_name_also_after_a_restart(
    sample: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    state = State(tmp_path / "state.json")
    async with browse(sample, state=state, size=size) as browser:
        await browser.press("1", "a", "c", *"the", "enter")
        channel = browser.screen.channel
        await save(browser, "ops [/] \x1b]52;c;aGk=\x07")
        assert is_harmless(browser.text())
    async with browse(sample, state=State(tmp_path / "state.json"), size=size) as browser:
        assert browser.screen.channel is None
        await browser.press("W")
        assert is_harmless(browser.text())
        await browser.press("enter")
        assert (browser.screen.channel, browser.screen.view.machines) == (channel, Machines.SHOWN)
        assert browser.screen.view.query == "the"


async def test_the_palette_offers_views_and_reads_no_markup_in_them(sample: Path) -> None:
    state = State(None)
    async with browse(sample, state=state) as browser:
        await browser.press("1")
        channel = browser.screen.channel
        await save(browser, "[red]my view[/] [/]")
        await browser.press("0")
        await browser.pilot.press("ctrl+p", *"my", "space", *"view")
        assert [row.cells[0] for row in browser.app.screen.query_one(Table).rows] == ["view: [red]my view[/] [/]"]
        await browser.pilot.press("enter")
        await browser.until(lambda: browser.screen.channel == channel)
        await browser.settled()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"user": 1}', '{"user": "a", "channel": null, "machines": "x"}']
)
def test_what_is_no_view_is_none(text: str) -> None:
    assert from_json(text) is None


def test_a_view_says_what_it_is_about() -> None:
    view = View("ada", "slack", Machines.ONLY, "since:7d")
    assert words(view) == "slack · machine threads only · since:7d"
    assert from_json(view.to_json()) == view
    assert words(View("ada")) == ""
