"""Several ids of one person are read as one, chosen once and kept; whose a conversation is stays told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.demo import OWNER
from tests.tui.config.test_seen import state_in
from tests.tui.conftest import browse
from tests.tui.desk import back
from tui.config.people import ME
from tui.modals.users import UsersScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.conftest import Browser

    Golden = Callable[[Browser, str], None]


async def test_ids_that_are_mine_are_shown_as_one(sample: Path, tmp_path: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 24), state=state_in(tmp_path)) as browser:
        owners = [each.id for each in await browser.store.list_users()]
        assert owners[0] == OWNER
        own = await browser.store.count_conversations(OWNER)
        await browser.press("U", "m", "j", "m")
        sheet = browser.app.screen
        assert isinstance(sheet, UsersScreen)
        golden(browser, "users")
        await browser.press("g", "enter")
        await back(browser)
        assert browser.screen.view.user == ME
        assert await browser.store.count_conversations(ME) > own
        await browser.press("G", "enter")
        assert f"as {browser.opened.user_id}" in browser.text()
        await browser.press("slash", *"the", "enter")
        await browser.settled()
    async with browse(sample, size=(40, 12), state=state_in(tmp_path), user=ME) as browser:
        assert browser.conversations.window.rows
        await browser.press("U", "g", "j", "m")
        await browser.press("escape")
        await back(browser)
        assert browser.screen.view.user in owners, "one id alone is nobody else"
        assert ME not in {each.id for each in await browser.store.list_users()}
