"""The queue of keys: what it waits for, and the end of the program, when what is typed is for nobody any more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import events

from tests.tui.browser.hands import press_fast
from tests.tui.conftest import browse
from tui.widgets import key_queue

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


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


async def test_keys_that_wait_again_wait_their_whole_time(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browse(sample) as browser:
        monkeypatch.setattr(key_queue, "HOLD_S", 0.6)
        app, holder = browser.app, object()
        app.hold_keys(holder)
        app.release_keys(holder)
        await asyncio.sleep(0.4)  # the time between the two is input
        app.hold_keys(holder)
        await asyncio.sleep(0.3)  # the first time is over, the second is not
        assert holder in app._holds
        await browser.until(lambda: not app._holds, "keys go at the end of the second")
