"""Finding in a conversation covers all of it, shows every match, and brings the reader back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from store import open_store
from tests.tui.conftest import browse, open_long_thread

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser


def bar(browser: Browser) -> str:
    return str(browser.screen.query_one("#find-count").render())


async def find(browser: Browser, text: str) -> None:
    await browser.press("slash", *(character if character != " " else "space" for character in text))
    await browser.until(lambda: "searched" not in bar(browser) and "…" not in bar(browser), "the search ends")
    await browser.settled()


async def test_all_of_a_conversation_is_searched_and_n_walks_every_match_and_tells_the_ends(
    sample: Path,
) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        async with open_store(sample) as store:
            stored = await store.list_conversation_messages(browser.opened.id)
        wanted = [number for number, message in enumerate(stored) if "ferry" in message.content.lower()]
        assert len(wanted) > 2
        await find(browser, "ferry")
        await browser.press("enter")
        walked = []
        for number in range(len(wanted)):
            if number:
                await browser.press("n")
            assert bar(browser) == f"{number + 1:,}/{len(wanted):,}"
            transcript = browser.transcript
            assert any(
                ordinal == transcript.current and "ferry" in text.lower()
                for ordinal, _, text in transcript.visible_rows()
            ), "the match is on the screen"
            walked.append(transcript.current)
        assert walked == wanted[::-1]
        last = f"{len(wanted):,}/{len(wanted):,}"
        await browser.press("n")
        assert bar(browser) == f"{last} · no older match, again goes on from the newest"
        assert browser.transcript.current == wanted[0], "it says so first"
        await browser.press("n")
        assert browser.transcript.current == wanted[-1], "then goes round"
        await browser.press("N")
        assert bar(browser).endswith("no newer match, again goes on from the oldest")
        await browser.press("n")
        assert browser.transcript.current == wanted[-2], "the other way it just walks"
        await browser.press("N", "N", "N")
        assert browser.transcript.current == wanted[0]
        assert bar(browser) == last


async def test_escape_returns_to_where_the_reader_was(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        await browser.press("pageup", "pageup", "pageup")
        transcript = browser.transcript
        before, current = transcript.visible_rows(), transcript.current
        await find(browser, "ferry")
        await browser.press("enter", "n", "n")
        assert transcript.visible_rows() != before
        await browser.press("escape")
        assert transcript.visible_rows() == before
        assert transcript.current == current
        assert transcript.has_focus
        assert not browser.screen.reading.find_in_conversation.is_active


async def test_typing_on_looks_from_where_the_reader_was(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        await find(browser, "f")
        await browser.press(*"erry")
        await browser.until(lambda: "searched" not in bar(browser))
        assert bar(browser).startswith("1/")


async def test_what_cannot_be_looked_for_is_told_in_a_sentence(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("tab", "slash", *"since", "colon", *"never")
        assert "Such a time is not known" in bar(browser)
        await browser.press("enter", "n")
        assert browser.app.is_running


async def test_no_match_says_so(sample: Path) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("tab")
        await find(browser, "xyzzyxyzzy")
        assert bar(browser) == "no match"


async def test_a_match_in_a_folded_tool_call_is_opened(sample_copy: Path) -> None:
    with closing(sqlite3.connect(sample_copy)) as db, db:
        (conversation,) = db.execute(
            "SELECT id FROM conversations WHERE user_id = 'default' ORDER BY last_activity DESC LIMIT 1"
        ).fetchone()
        db.execute(
            "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
            " VALUES ('00000000-0000-4000-8000-000000000001', ?, 'tool_calls', ?, '2099-01-01T00:00:00.000Z')",
            (conversation, '[{"name": "http", "result_preview": "the needlework of the tool"}]'),
        )
    async with browse(sample_copy, size=(120, 40)) as browser:
        await browser.press("tab")
        await find(browser, "needlework")
        assert any("needlework" in text for _, _, text in browser.transcript.visible_rows())


@pytest.mark.parametrize("size", [(40, 12), (20, 3)])
async def test_small_terminals_find_too(sample: Path, size: tuple[int, int]) -> None:
    async with browse(sample, size=size) as browser:
        await browser.press("enter")
        await find(browser, "the")
        await browser.press("enter", "n", "N", "escape", "escape")
        assert browser.conversations.has_focus


@pytest.mark.parametrize(
    ("typed", "said", "is_searched"),
    [
        ("channel:slack the", "channel: belongs to the search of everything", True),
        ("kind:routine the", "kind: belongs to the search of everything", True),
        ("channel:slack kind:chat the", "channel: and kind: belong to the search of everything", True),
        ("channel:slack", "channel: belongs to the search of everything", False),
        ("rol:user", "rol: is searched as text; the nearest filter is role:", True),
        ("the", "", True),
    ],
)
async def test_filters_that_do_nothing_here_are_told(
    sample: Path, typed: str, said: str, *, is_searched: bool
) -> None:
    async with browse(sample, size=(160, 40)) as browser:
        await open_long_thread(browser)
        await browser.press("slash")
        browser.screen.query_one("#find-entry", Input).value = typed
        await browser.until(lambda: bool(bar(browser)), "something is told")
        await browser.until(lambda: "searched ·" not in bar(browser) and "…" not in bar(browser), "the search ends")
        assert said in bar(browser)
        assert ("type a word" in bar(browser)) is not is_searched
