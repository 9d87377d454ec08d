"""Whoever leaves the browser running does not keep IronClaw 1.x from moving its file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.store.conftest import add_message, plain
from tests.tui.conftest import Browser, browse

if TYPE_CHECKING:
    from collections.abc import Callable

DESCRIPTORS = Path("/proc/self/fd")
IDLE_S = 0.4
"""After how many seconds without a key the browsers of these tests close their file."""
LOOK = 0.02

pytestmark = pytest.mark.skipif(not DESCRIPTORS.exists(), reason="open files are counted in /proc")


def is_open(path: Path) -> bool:
    """Tell whether this process has a file, or one beside it, open."""
    found = set()
    for each in DESCRIPTORS.iterdir():
        try:
            found.add(os.readlink(each))
        except OSError:
            continue
    return any(each.startswith(str(path)) for each in found)


async def idle(browser: Browser, path: Path) -> None:
    await browser.until(lambda: "idle" in browser.screen.status.badges, "nobody is there")
    await browser.until(lambda: not is_open(path), "the file is closed")


def is_back(browser: Browser) -> Callable[[], bool]:
    return lambda: "idle" not in browser.screen.status.badges


async def test_after_a_while_without_a_key_nothing_holds_the_file_and_nothing_is_said_to_be_followed(
    sample_copy: Path,
) -> None:
    async with browse(sample_copy, watch_seconds=LOOK, idle_seconds=IDLE_S) as browser:
        await browser.press("tab")
        before = browser.text().split("\n")[1:]
        await idle(browser, sample_copy)
        assert browser.screen.status.badges == ("idle",)
        assert browser.text().split("\n")[1:] == before


async def test_a_key_opens_it_again_and_does_what_it_always_does(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK, idle_seconds=IDLE_S) as browser:
        await idle(browser, sample_copy)
        await browser.press("j")
        await browser.until(is_back(browser))
        await browser.until(lambda: browser.transcript.conversation and browser.opened.id == browser.selected.id)
        await browser.until(lambda: "following" in browser.screen.status.badges)
        await idle(browser, sample_copy)
        await browser.press("slash", *"lisbon")
        await browser.until(lambda: "Lisbon" in browser.text())


async def test_a_mouse_opens_it_too(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK, idle_seconds=IDLE_S) as browser:
        await idle(browser, sample_copy)
        await browser.pilot.click("#list", offset=(5, 7))
        await browser.until(is_back(browser))
        await browser.until(lambda: browser.conversations.selected > 0)


async def test_what_is_written_meanwhile_is_shown_and_then_the_file_is_closed_again(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK, idle_seconds=IDLE_S) as browser:
        count, shown = browser.transcript.total, browser.opened.id
        await idle(browser, sample_copy)
        with plain(sample_copy) as db, db:
            add_message(db, shown, "written while nobody was there", created_at="2026-07-01T00:00:00.000Z")
        await browser.until(lambda: browser.transcript.total == count + 1, "it is read")
        await browser.until(lambda: "written while nobody was there" in browser.text())
        await idle(browser, sample_copy)


async def test_a_file_that_was_moved_meanwhile_is_told(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK, idle_seconds=IDLE_S) as browser:
        before = browser.text().split("\n")[1:-1]
        await idle(browser, sample_copy)
        for each in list(sample_copy.parent.glob(f"{sample_copy.name}*")):
            each.rename(each.with_name(f"moved-{each.name}"))
        await browser.until(lambda: "replaced" in browser.screen.status.badges)
        assert any("There is no file" in said for said in browser.said)
        assert browser.text().split("\n")[1:-1] == before
        await browser.press("j")
        for each in list(sample_copy.parent.glob("moved-*")):
            each.rename(each.with_name(each.name.removeprefix("moved-")))
        await browser.press("ctrl+r")
        assert "replaced" not in browser.screen.status.badges
        assert browser.conversations.window.rows
