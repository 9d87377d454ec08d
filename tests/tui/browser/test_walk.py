"""Random keys, never waited for, beside an agent that writes and a terminal that changes its size."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.geometry import Size

from tests.store.conftest import add_conversation, add_message, make_database, plain
from tests.tui.browser.hands import CAMPAIGN, busily_writing
from tests.tui.browser.test_hostile import HOSTILE
from tests.tui.conftest import browse
from tests.tui.keys import key
from tui.commands import COMMANDS
from tui.config.state import State
from tui.modals.question import Question
from tui.text.visible import is_harmless

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

pytestmark = pytest.mark.paints

KEYS = 150 if CAMPAIGN == 1 else 300
WALKS = [(0, "sample"), (1, "hostile")]
if CAMPAIGN > 1:
    WALKS = [(seed, history) for seed in range(20) for history in ("sample", "hostile")]
ROUNDS = 1 if CAMPAIGN == 1 else 3
USERS = ("default", "mallory", "zoe")
SIZES = ((1, 1), (3, 2), (8, 4), (20, 5), (40, 12), (60, 20), (80, 24), (120, 40), (140, 40), (200, 60), (200, 1))
OWN = re.compile(r"(\w+)@([0-9a-f-]{36})")
"""What every message of the hostile history holds: its user and its conversation."""


def pool() -> list[str]:
    """The keys of every command but the one that leaves, what closes and picks, and letters."""
    keys = [name for command in COMMANDS for name in command.keys.split(",") if name not in ("q", "ctrl+r")]
    return [*keys, *["enter", "escape", "tab", "down", "up"] * 8, *"ezxabc 1#@:/\"'", "backspace", "ctrl+r"]


def hostile_history(path: Path) -> Path:
    """A history of three users in which every text says whose it is, and tries to be more than text."""
    make_database(path)
    with plain(path) as db:
        for user in USERS:
            for number, text in enumerate(HOSTILE):
                conversation = add_conversation(
                    db, user_id=user, channel=("telegram", "x\x1b[31m", "slack")[number % 3]
                )
                for turn in range(1 + 40 * (number == 0) + number % 4):
                    role = ("user", "assistant", "tool_calls")[turn % 3]
                    content = f"{user}@{conversation} {text} {turn}".encode("utf-8", "replace").decode()
                    add_message(db, conversation, role=role, content=content)
    return path


async def walk(browser: Browser, random: Random) -> None:
    """Press keys and change the size without waiting for anything."""
    keys, sheet_keys = pool(), ["escape", "enter", "y", "n"]
    for _ in range(KEYS):
        name = random.choice(sheet_keys if random.random() < 0.1 else keys)
        if browser.app.screen is browser.screen and name == "q":
            continue
        browser.app.post_message(key(name))
        if random.random() < 0.05:
            size = Size(*random.choice(SIZES))
            browser.app.post_message(events.Resize(size, size))
        if random.random() < 0.3:
            await asyncio.sleep(random.choice((0, 0.001, 0.012, 0.03)))  # the pause between two keys is input


async def leave_sheets(browser: Browser) -> None:
    """Leave whatever lies over the browser."""
    await browser.handled()
    for _ in range(40):
        if browser.app.screen is browser.screen:
            return
        is_asked = isinstance(browser.app.screen, Question)
        browser.app.post_message(key("y" if is_asked else "escape"))
        await browser.handled()
        await browser.pilot.pause()
    pytest.fail(f"{browser.app.screen} does not go")


def shows_only_its_own(browser: Browser) -> None:
    """Assert that nothing of another user, or of another conversation, is on the screen, and nothing but text."""
    assert is_harmless(browser.text())
    user, opened = browser.screen.user, browser.transcript.conversation
    assert all(row.user_id == user for row in browser.conversations.window.rows)
    if opened is None:
        return
    assert opened.user_id == user
    for _, _, text in browser.transcript.visible_rows():
        for owner, conversation in OWN.findall(text):
            assert (owner, conversation) == (user, opened.id), text


@pytest.mark.campaign
@pytest.mark.parametrize(("seed", "history"), WALKS)
async def test_no_walk_harms(
    seed: int, history: str, sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    path = sample_copy if history == "sample" else hostile_history(tmp_path / "hostile.db")
    random = Random(f"{history} {seed}")
    state = State(tmp_path / "state.json")
    async with busily_writing(path), browse(path, state=state, watch_seconds=0.05, size=(80, 24)) as browser:
        monkeypatch.setattr(browser.app, "open_url", lambda _: None)
        monkeypatch.setattr(browser.app, "deliver_screenshot", lambda: None)
        for _ in range(ROUNDS):
            await walk(browser, random)
            await leave_sheets(browser)
            size = Size(*random.choice(SIZES[3:-1]))
            browser.app.post_message(events.Resize(size, size))
            await browser.settled()
            shows_only_its_own(browser)
        browser.app.post_message(key("escape"))
        browser.app.post_message(key("q"))
        await browser.until(lambda: not browser.app.is_running or browser.app._exit, "q leaves")
    assert browser.app.return_code in (0, None)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
