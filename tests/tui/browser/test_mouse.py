"""A double click takes a word of a message, a triple click the message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.conftest import browse
from tui.text.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from store.records import Message
    from tests.tui.conftest import Browser


def place_of(browser: Browser, word: str) -> tuple[int, int]:
    """Where a word of the transcript is on it."""
    region = browser.transcript.region
    for y, row in enumerate(browser.text().split("\n")):
        x = row.find(word, region.x)
        if x >= 0 and region.y <= y < region.bottom:
            return x - region.x, y - region.y
    raise AssertionError(word)


async def test_a_double_click_takes_a_word_and_a_triple_click_the_message(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("tab", "G")
        message = next(each for each in reversed(await messages(browser)) if each.role == "user")
        word = max(message.content.split(), key=len).strip(".,?!")
        x, y = place_of(browser, word)
        await browser.pilot.click(browser.transcript, offset=(x + 1, y), times=2)
        assert browser.screen.get_selected_text() == word
        await browser.pilot.click(browser.transcript, offset=(x + 1, y), times=3)
        assert browser.screen.get_selected_text() == visible(message.content)
        await browser.press("escape")
        assert browser.screen.get_selected_text() is None


async def messages(browser: Browser) -> list[Message]:
    return await browser.store.list_conversation_messages(browser.opened.id)
