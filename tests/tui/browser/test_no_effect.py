"""A key that does nothing says why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from store import open_store
from tests.tui.browser.hands import close_all
from tests.tui.conftest import browse
from tests.tui.desk import back
from tui.commands import COMMANDS, Scope

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

SILENT = {"machines", "save-view", "follow", "tools", "times", "reload", "run-fold", "hide-list"}
"""Commands that do something wherever they are asked for."""


def look(browser: Browser) -> object:
    """What a key may change."""
    screen = browser.screen
    return browser.app.screen, screen.listed, screen.focused, frozenset(screen.classes), len(browser.said)


def has_changed(browser: Browser, before: object) -> bool:
    return look(browser) != before


async def test_where_there_is_nothing_every_key_says_so(tmp_path: Path) -> None:
    async with open_store(tmp_path / "new.db", create=True):
        pass
    async with browse(tmp_path / "new.db", size=(100, 24)) as browser:
        widgets = {Scope.LIST: browser.conversations, Scope.TRANSCRIPT: browser.transcript, Scope.BROWSER: None}
        for command in COMMANDS:
            if command.scope not in widgets or command.id in {"quit", *SILENT}:
                continue
            browser.screen.set_focus(widgets[command.scope] or browser.conversations)
            browser.screen.host._explained = ""
            before = look(browser)
            await browser.app.run_action(command.textual_action, widgets[command.scope] or browser.screen)
            await browser.until(partial(has_changed, browser, before), command.id)
            await close_all(browser)
            await back(browser)


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (("k",), "This is the newest conversation."),
        (("G", "j"), "This is the oldest conversation."),
        (("l", "j"), "This is its newest message."),
        (("l", "g", "k"), "This is the start of the conversation."),
        (("l", "g", "K"), "This is the start of the conversation."),
        (("l", "g", "left_curly_bracket"), "There is no earlier turn."),
        (("H", "j"), "This is the newest run."),
        (("H", "g", "k"), "This is the first run."),
        (("escape",), "There is nothing to leave; q leaves clawback."),
    ],
    ids=str,
)
async def test_an_end_that_is_reached_is_told_once(sample: Path, keys: tuple[str, ...], sentence: str) -> None:
    async with browse(sample, size=(100, 24)) as browser:
        await browser.press_each(*keys[:-1])
        await browser.press(*[keys[-1]] * 4)
        assert browser.said == [sentence]


@pytest.mark.parametrize("size", [(140, 40), (40, 12)])
async def test_what_is_said_covers_no_newest_line_and_escape_takes_it_away(
    sample: Path, size: tuple[int, int]
) -> None:
    async with browse(sample, size=size, draws_toasts=True) as browser:

        async def rows_covered() -> range:
            await browser.until(lambda: browser.screen.query("Toast"), "it is said")
            await browser.until(lambda: all(each.size for each in browser.screen.query("Toast")), "it is laid out")
            regions = [each.region for each in browser.screen.query("Toast")]
            return range(min(each.y for each in regions), max(each.bottom for each in regions))

        await browser.press("k")
        first = browser.conversations.region
        assert first.y not in await rows_covered() or size == (140, 40)
        await browser.press("escape")
        await browser.until(lambda: not browser.screen.query("Toast"))
        await browser.press("l", "j")
        assert browser.app.focused is browser.transcript
        last = browser.transcript.region.y + len(browser.transcript.places) - 1
        assert last not in await rows_covered()
        await browser.press("escape")
        await browser.until(lambda: not browser.screen.query("Toast"))
        assert browser.app.focused is browser.transcript, "one layer at a time"
        await browser.press("escape")
        assert browser.app.focused is browser.conversations
