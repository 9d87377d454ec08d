"""The keys of every window are in the table: shown in the window, told by ``?``, and set like all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.conftest import browse
from tests.tui.modals.sheets import MODALS, hands
from tui.commands import BY_ID
from tui.commands.sheet_commands import SHEET_COMMANDS
from tui.config.settings import DEFAULTS
from tui.modals.letter_picker import LetterPicker, Offer
from tui.modals.sheet import Sheet
from tui.modals.window_keys import WindowKeysScreen

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (80, 24)
"""The size of a terminal that is quick to draw."""
OTHERS = {"tab", "shift+tab", "ctrl+c", "super+c"}
"""Keys that every screen of Textual has; ctrl+c stops an export as it stops every program."""


async def test_every_key_of_a_window_is_a_command_that_it_can_do() -> None:
    async with hands(SIZE) as reader:
        for name, make in MODALS.items():
            sheet = make()
            await reader.opened(sheet)
            for node, binding, _, _ in sheet.active_bindings.values():
                is_of_a_row = binding.action.startswith("take(")
                if isinstance(node, Sheet) and binding.key not in OTHERS and not is_of_a_row:
                    assert binding.id in BY_ID, (name, binding)
                if binding.id not in BY_ID:
                    continue
                action = binding.action.partition("(")[0]
                if not action.startswith("app."):
                    assert hasattr(node, f"action_{action}"), (name, binding)
            assert "{" not in str(sheet.frame.border_subtitle), name
            sheet.give_up()
            await reader.pilot.pause()


def test_every_command_of_a_window_has_words() -> None:
    assert all(command.help.endswith(".") and command.title for command in SHEET_COMMANDS)


async def test_a_question_mark_tells_the_keys_of_the_window_and_f1_also_where_one_types(sample: Path) -> None:
    async with browse(sample, size=(100, 40)) as browser:
        await browser.press("Z", "question_mark")
        assert isinstance(browser.app.screen, WindowKeysScreen)
        text = browser.text()
        assert "Keys · Past edits" in text
        assert "Take what is selected." in text
        assert "Go half a page down." in text
        await browser.press("escape")
        assert "Nothing was edited yet." in browser.text()
        await browser.press("escape", "slash", "question_mark")
        assert not isinstance(browser.app.screen, WindowKeysScreen)
        await browser.press("f1")
        assert isinstance(browser.app.screen, WindowKeysScreen)
        await browser.press("question_mark", "escape", "escape")


async def test_keys_of_windows_are_set_and_shown_as_they_are_set(sample: Path) -> None:
    own = DEFAULTS._replace(keys=(("window-close", "x"), ("row-next", "n,down"), ("window-pick", "o")))
    async with browse(sample, size=SIZE, settings=own) as browser:
        await browser.press("Z")
        assert "o undoes · x closes" in browser.text()
        await browser.press("question_mark")
        assert "n ↓" in browser.text()
        await browser.press("x", "x")
        assert browser.app.screen is browser.screen
        browser.app.push_screen(LetterPicker("mark-seen", "Pick", [Offer("t", "this")], "C"))
        await browser.press("q")
        assert isinstance(browser.app.screen, LetterPicker)
        await browser.press("x")
        assert browser.app.screen is browser.screen
