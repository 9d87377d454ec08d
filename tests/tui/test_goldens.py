"""The screens as pictures; ``--update-screenshots`` draws them anew."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from textual.widgets import OptionList

from store import open_store
from store.errors import CorruptDatabase
from tests.tui.conftest import SCREENSHOTS, Browser, browse
from tui.app import FROM_TEXTUAL
from tui.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Golden = Callable[[Browser, str], None]


async def test_browse_wide(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(140, 40)) as browser:
        golden(browser, "browse-140x40")


async def test_browse_small(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(80, 24)) as browser:
        golden(browser, "browse-80x24")


async def test_narrow_list(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(50, 24)) as browser:
        golden(browser, "narrow-list")


async def test_narrow_transcript(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(50, 24)) as browser:
        await browser.press("enter")
        golden(browser, "narrow-transcript")


async def test_tool_call_opened(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("tab", "g")
        while browser.message.role != "tool_calls":
            await browser.press("J")
        await browser.press("enter")
        golden(browser, "tool-call-opened")


async def test_empty(tmp_path: Path, golden: Golden) -> None:
    async with open_store(tmp_path / "new.db", create=True):
        pass
    async with browse(tmp_path / "new.db", size=(100, 24)) as browser:
        golden(browser, "empty")


async def test_no_match(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 24), channel="a-channel-of-nobody") as browser:
        golden(browser, "no-match")


async def test_could_not_read(sample: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browse(sample, size=(100, 24)) as browser:

        async def fail(*_args: object, **_options: object) -> None:
            raise CorruptDatabase(
                "~/.ironclaw/ironclaw.db has damaged pages; restore a copy or read what still can be."
            )

        monkeypatch.setattr(browser.app._store, "list_conversations", fail)
        await browser.press("ctrl+r")
        golden(browser, "could-not-read")


async def test_help(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("question_mark")
        golden(browser, "help")


async def test_palette(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.pilot.press("ctrl+p")
        options = browser.app.screen.query_one(OptionList)
        await browser.until(lambda: options.option_count == len(COMMANDS) + len(FROM_TEXTUAL))
        heights = [0, 1, 2]
        while len(set(heights[-3:])) > 1:
            await browser.pilot.pause()
            heights.append(options.region.height)
        golden(browser, "palette")


async def test_light_theme(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        browser.app.theme = "textual-light"
        await browser.press("j", "j", "j", "tab")
        golden(browser, "light")


async def test_without_colour(sample: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("tab")
        golden(browser, "no-color")


async def test_routine_thread(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("a", "a", "j", "enter")
        golden(browser, "machine-threads")


@pytest.mark.campaign
def test_pictures_do_not_depend_on_the_machine(tmp_path: Path) -> None:
    """Another locale, time zone and hash seed draw the same bytes."""
    environment = os.environ | {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "COLUMNS": "33"}
    before = {path.name: path.read_bytes() for path in SCREENSHOTS.glob("*.svg")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", "browse or palette"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert {path.name: path.read_bytes() for path in SCREENSHOTS.glob("*.svg")} == before
