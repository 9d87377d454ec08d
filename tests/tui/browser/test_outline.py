"""The outline of a conversation: its questions, newest first, filtered by typing; enter goes to the picked one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.browser.hands import GAPS_MS, type_fast
from tests.tui.conftest import browse, open_long_thread
from tui.modals.outline_screen import OutlineScreen
from tui.widgets.question_list import QuestionList

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.conftest import Browser

SIZE = (80, 24)
"""The size of a terminal that is quick to draw."""


def questions(browser: Browser) -> QuestionList:
    return browser.app.screen.query_one(QuestionList)


def status(browser: Browser) -> str:
    sheet = browser.app.screen
    assert isinstance(sheet, OutlineScreen)
    return str(sheet.status.render())


async def asked(browser: Browser) -> list[str]:
    """The questions of the open conversation as they are stored, newest first."""
    messages = await browser.store.list_conversation_messages(browser.opened.id)
    return [message.content for message in reversed(messages) if message.role == "user"]


async def test_every_question_is_listed_and_enter_goes_to_the_selected_one(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await open_long_thread(browser)
        wanted = await asked(browser)
        await browser.press("O")
        assert questions(browser).length == len(wanted)
        assert f"{len(wanted):,} questions" in status(browser)
        await browser.press(*["pagedown"] * 4, "down", "down")
        index = questions(browser).index
        await browser.press("enter")
        assert browser.app.screen is browser.screen
        assert browser.message.content == wanted[index]
        assert browser.transcript.has_focus
        assert not browser.transcript.viewport.follows


async def test_keys_behind_a_picked_question_go_on_from_there(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await open_long_thread(browser)
        for gap_ms in GAPS_MS:
            places = []
            for behind in ((), ("K",)):
                await type_fast(browser, "G", "O", "<down>", "<down>", "<enter>", *behind, gap_ms=gap_ms)
                await browser.settled()
                assert browser.app.screen is browser.screen, gap_ms
                places.append(browser.transcript.current)
            assert places[1] == places[0] - 1, gap_ms


async def test_a_clicked_question_is_gone_to(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await open_long_thread(browser)
        wanted = await asked(browser)
        await browser.press("O")
        await browser.pilot.click(questions(browser), offset=(12, 3), times=2)
        await browser.until(lambda: browser.app.screen is browser.screen, "the question is picked")
        await browser.settled()
        assert browser.message.content == wanted[3]


async def test_the_outline_begins_where_the_reader_is(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await open_long_thread(browser)
        wanted = await asked(browser)
        await browser.press("O", *["down"] * 30, "enter", "O")
        assert questions(browser).index == 30
        await browser.press("down", "enter")
        assert browser.message.content == wanted[31]


async def test_what_is_typed_filters_the_questions_and_enter_behind_it_goes_to_the_first(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await open_long_thread(browser)
        wanted = [text for text in await asked(browser) if "lisbon" in text.lower()]
        assert wanted
        await browser.press("O", *"Lisbon", "enter", "J")
        assert browser.app.screen is browser.screen
        await browser.press("K")
        assert browser.message.content == wanted[0]


async def test_no_match_is_told_and_enter_stays(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await browser.press("tab", "O", *"zzzz", "enter")
        assert status(browser) == "No question matches."
        await browser.press("escape")
        assert browser.app.screen is browser.screen


async def test_a_role_cannot_be_asked_for_twice(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await browser.press("tab", "O", *"role:tool")
        assert "Only one role:" in status(browser)


async def test_the_outline_is_drawn(sample: Path, golden: Callable[[Browser, str], None]) -> None:
    async with browse(sample, size=(120, 34)) as browser:
        await open_long_thread(browser)
        await browser.press("O")
        golden(browser, "outline")


async def test_the_outline_is_drawn_on_a_narrow_terminal(
    sample: Path, golden: Callable[[Browser, str], None]
) -> None:
    async with browse(sample, size=(40, 12)) as browser:
        await open_long_thread(browser)
        await browser.press("O")
        golden(browser, "outline-narrow")
