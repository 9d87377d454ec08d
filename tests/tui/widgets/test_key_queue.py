"""The queue of keys at the end of the program: what is typed then is for nobody any more, and harms nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tests.tui.browser.hands import press_fast
from tests.tui.conftest import browse

if TYPE_CHECKING:
    from pathlib import Path


async def test_keys_behind_the_one_that_leaves_are_dropped(sample: Path) -> None:
    async with browse(sample) as browser:
        await press_fast(browser, "q", *"jjkG/ab", "enter", "escape", "ctrl+p", "tab")
        await browser.until(lambda: browser.app._exit, "the program leaves")
    assert browser.app._exception is None
    assert browser.app.return_code == 0


async def test_a_key_that_comes_up_to_an_application_without_screens_is_dropped(sample: Path) -> None:
    async with browse(sample) as browser:
        pass
    key = events.Key("j", "j")
    key._set_forwarded()
    await browser.app.on_event(key)
    assert not browser.app.screen_stack
