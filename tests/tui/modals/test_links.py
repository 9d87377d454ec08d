"""Links are opened from a list where they were read in full, and never at once."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

from tests.tui.conftest import Browser, browse
from tests.tui.desk import on
from tests.tui.modals.test_raw import store_content
from tui.modals.links import LinksScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Golden = Callable[[Browser, str], None]

LINKS = (
    "The [lease](https://docs.example.org/flats/lisbon/lease.pdf?version=3&print=yes#terms), the map at"
    " https://maps.example.com/@38.71,-9.14 and, they say, [https://bank.example](https://xn--80ak6aa92e.com/login)."
    "\n\nAlso https://google.com@evil.example/drive and [this](javascript:alert(1)), and"
    f" https://tracker.example/{'0123456789abcdef' * 8}"
)


async def test_every_link_is_listed_in_full(
    sample_copy: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.BackgroundBrowser("true"))
    store_content(sample_copy, LINKS, "2027-01-01T00:00:00.000Z")
    async with browse(sample_copy, size=(120, 40)) as browser:
        monkeypatch.setattr(browser.app, "open_url", opened.append)
        await browser.press("tab", "G", "o")
        await on(browser, LinksScreen)
        golden(browser, "links")
        assert not opened
        await browser.press("y")
        assert browser.app.clipboard == "https://docs.example.org/flats/lisbon/lease.pdf?version=3&print=yes#terms"
        await browser.press("j", "enter")
        await browser.until(lambda: opened)
        assert opened == ["https://maps.example.com/@38.71,-9.14"]
        await browser.press_each("j", "j", "enter")
        assert browser.said[-1].startswith("Not opened: ⚠ google.com is but a user name")
        await browser.press("j", "enter", "escape")
        assert len(opened) == 1
        assert browser.app.screen is browser.screen


async def test_a_single_link_is_not_opened_at_once_and_none_is_told(
    sample_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing() -> webbrowser.BaseBrowser:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", nothing)
    store_content(sample_copy, "https://only.example")
    async with browse(sample_copy, size=(80, 24)) as browser:
        await browser.press("tab", "G", "o")
        await on(browser, LinksScreen)
        await browser.press("enter")
        assert browser.said[-1] == "There is no web browser here; y copies the address."
        await browser.press("escape", "K", "o")
        assert browser.said[-1] == "There is no link in the message."
