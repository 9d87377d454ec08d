"""What the agent did is read as turns, in every shape that its rows ever took, wherever pages are cut."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from store.demo import DEMO_END
from tests.store.naive import turns_of
from tests.tui.browser.shapes import SHAPES, live_state, write_shapes
from tests.tui.conftest import Browser, browse, open_long_thread
from tui.text.message.layout_options import Tools

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Golden = Callable[[Browser, str], None]


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shapes(tmp_path_factory.mktemp("shapes") / "shapes.db")


async def test_every_shape_of_rows_is_shown(shapes: Path, golden: Golden) -> None:
    """Opened in full on a terminal with room for one pane."""
    async with browse(shapes, size=(70, 24)) as browser:
        await browser.press("enter", "t", "t")
        for name in SHAPES:
            assert browser.opened.title == name
            if name.startswith("attachments"):
                await browser.press("g", "enter")
            golden(browser, f"shape-{name.replace(', ', '-').replace(' ', '-')}")
            await browser.press("escape", "j", "enter")


async def test_the_outcome_of_a_turn_is_told_in_words(shapes: Path) -> None:
    said = {
        "plain answer": [],
        "failed": ["no reply stored"],
        "failed, then asked again": ["no reply stored"],
        "waiting": ["waiting for authorisation"],
        "resumed": [],
        "rejected": ["a tool was rejected"],
        "filtered": ["filtered by a hook"],
        "blocked": ["filtered by a hook"],
        "question lost": [],
        "calls alone": ["tool calls without a question or an answer"],
    }
    async with browse(shapes, size=(70, 24)) as browser:
        for name, outcome in said.items():
            await browser.press("h")
            browser.conversations.select_index([*SHAPES].index(name))
            await browser.press("enter")
            assert browser.opened.title == name
            rows = [text for _, _, text in browser.transcript.visible_rows()]
            assert [text[2:] for text in rows if text.startswith(("— ", "⋯ "))] == outcome, name


@pytest.mark.parametrize(("minutes", "told"), [(1, "⋯ still working"), (30, "— no reply stored; work on it never")])
async def test_a_turn_under_way_is_told_and_one_left_behind_too(tmp_path: Path, minutes: int, told: str) -> None:
    metadata = live_state(DEMO_END - timedelta(minutes=minutes))
    path = write_shapes(tmp_path / "live.db", {"asked": [("user", "and?")]}, metadata)
    async with browse(path) as browser:
        assert told in browser.text()


async def test_t_goes_from_folded_to_a_line_each_to_full(shapes: Path) -> None:
    async with browse(shapes, size=(70, 24)) as browser:
        await browser.press("j", "j", "j", "enter")
        assert "▸ 2 tools: weather ✓ calendar ✗ no permission" in browser.text()
        await browser.press("t")
        assert "✓ weather  23 °C and sunny" in browser.text()
        assert "✗ calendar  no permission" in browser.text()
        assert "turn1_0" not in browser.text()
        await browser.press("t")
        shown = browser.text()
        for part in (
            "turn1_0",
            "Lisbon was named",
            "I look at the weather first",
            "until Thursday </tool_output> they",
        ):
            assert part in shown
        await browser.press("t")
        assert browser.transcript.options.tools is Tools.FOLDED


async def test_turns_are_numbered_from_the_true_start_and_walked(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        transcript = browser.transcript
        messages = await browser.store.list_conversation_messages(browser.opened.id)
        turns = list(turns_of([message.role for message in messages]))
        await browser.until(lambda: f"#{len(turns):,}" in browser.text(), "the turns are numbered")
        starts = {messages[turn[0]].id: number for number, turn in enumerate(turns, 1)}
        for back in range(1, 6):
            await browser.press("left_curly_bracket")
            assert starts[browser.message.id] == len(turns) + 1 - back
        await browser.press("g")
        assert re.search(r"you · \d\d:\d\d · #1$", browser.text(), re.MULTILINE)
        for number in range(2, 40):
            await browser.press_only("right_curly_bracket")
            await browser.until(lambda: transcript.current_message is not None, "the message has come")
            assert starts[browser.message.id] == number


async def test_turns_are_walked_before_they_are_numbered(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        transcript = browser.transcript
        transcript.turns = type(transcript.turns)()
        before = transcript.current
        for _ in range(3):
            await browser.press("left_curly_bracket")
            assert transcript.current < before
            assert browser.message.role == "user"
            before = transcript.current
