"""Hands that are faster than frames: keys in one go, or so many milliseconds apart, without waiting for anything."""

from __future__ import annotations

import asyncio
import itertools
import os
import sqlite3
from contextlib import asynccontextmanager, closing, suppress
from typing import TYPE_CHECKING

from tests.tui.browser.test_follow import writing
from tests.tui.keys import key
from tui.modals.question import Question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

    from tests.tui.conftest import Browser

CAMPAIGN = int(os.environ.get("CLAWBACK_CAMPAIGN", "1"))
GAPS_MS = (0, 12) if CAMPAIGN == 1 else (0, 3, 12, 30, 60, 120)
"""Milliseconds between keys; 0 hands over all of them at once, as type-ahead and paste do."""


async def press_fast(browser: Browser, *keys: str, gap_ms: int = 0) -> None:
    """Press keys without settling; a name of one character types it."""
    for name in keys:
        browser.app.post_message(key(name))
        if gap_ms:
            await asyncio.sleep(gap_ms / 1000)  # the pause between two keys is input


async def type_fast(browser: Browser, *parts: str, gap_ms: int = 0) -> None:
    """Type texts, and press keys that are named in angle brackets: ``"R", "abc", "<enter>"``."""
    keys: list[str] = []
    for part in parts:
        keys += [part[1:-1]] if part.startswith("<") and part.endswith(">") else list(part)
    await press_fast(browser, *keys, gap_ms=gap_ms)


def metadata(path: Path) -> list[tuple[str, str]]:
    """What is stored of every conversation's metadata."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return list(db.execute("SELECT id, metadata FROM conversations ORDER BY id"))


@asynccontextmanager
async def busily_writing(path: Path, *, turns_a_second: int = 15) -> AsyncIterator[None]:
    """Let an agent write so many turns a second beside what is done, into old and new conversations."""

    async def write() -> None:
        conversations = [await agent.begin(), await agent.begin("signal")]
        for number in itertools.count():
            conversation = conversations[number % 2]
            await agent.say(conversation, f"Question {number} of a busy day", "user")
            await agent.say(conversation, f"Answer {number}, **done**.")
            await asyncio.sleep(1 / turns_a_second)  # the pace of the agent is input

    async with writing(path) as agent:
        task = asyncio.create_task(write())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def ids_of_others(path: Path, user: str) -> Iterable[str]:
    """The ids of the conversations of all other users."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return [found for (found,) in db.execute("SELECT id FROM conversations WHERE user_id != ?", (user,))]


async def close_all(browser: Browser) -> None:
    """Leave every sheet, agreeing to throw away what was typed; end in the list."""
    await browser.handled()
    for _ in range(40):
        if browser.app.screen is browser.screen:
            break
        # A first key may only empty a field, or wait for a save.
        await press_fast(browser, "y" if isinstance(browser.app.screen, Question) else "escape")
        await browser.handled()
        await browser.pilot.pause()
    assert browser.app.screen is browser.screen
    await press_fast(browser, "escape", "escape", "escape", "h")
    await browser.handled()
