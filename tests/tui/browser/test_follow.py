"""What IronClaw's engine writes while somebody reads arrives, and moves nothing that is being read."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import threading
import time
import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.store.agent import WRITER
from tests.tui.conftest import browse, open_long_thread
from tui.modals.newsroom import ArrivalsScreen
from tui.text.visible import is_harmless
from tui.widgets.row_table import Table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.tui.conftest import Browser

LOOK = 0.02
"""How often, in seconds, the browsers of these tests look."""
PATIENCE = 5.0
"""How long, in seconds, IronClaw tries to write."""
ROUNDS = int(os.environ.get("CLAWBACK_CAMPAIGN", "1"))


class Agent:
    """IronClaw's engine in a process of its own, writing to a file."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.written: list[str] = []
        self.slowest = 0.0
        self._minute = 0

    async def do(self, *statements: tuple[str, list[Any]]) -> list[Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        answers = []
        for sql, parameters in statements:
            begun = time.monotonic()
            self._process.stdin.write(f"{json.dumps([sql, parameters])}\n".encode())
            answers.append(json.loads(await self._process.stdout.readline()))
            self.slowest = max(self.slowest, time.monotonic() - begun)
            assert not isinstance(answers[-1], str), answers[-1]
        return answers

    async def say(self, conversation_id: str, text: str, role: str = "assistant") -> str:
        """Store a message and touch its conversation, as IronClaw does."""
        self._minute += 1
        when = f"2026-07-{1 + self._minute // 1440:02d}T{self._minute // 60 % 24:02d}:{self._minute % 60:02d}:00.000Z"
        message_id = str(uuid.uuid4())
        await self.do(
            (
                "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
                " VALUES (?, ?, ?, ?, ?)",
                [message_id, conversation_id, role, text, when],
            ),
            ("UPDATE conversations SET last_activity = ? WHERE id = ?", [when, conversation_id]),
        )
        self.written.append(message_id)
        return message_id

    async def begin(self, channel: str = "telegram") -> str:
        """Begin a conversation."""
        conversation_id = str(uuid.uuid4())
        await self.do(
            (
                "INSERT INTO conversations (id, channel, user_id, metadata, started_at, last_activity)"
                " VALUES (?, ?, 'default', '{}', '2026-07-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z')",
                [conversation_id, channel],
            )
        )
        return conversation_id

    async def delete(self, conversation_id: str) -> None:
        """Delete a conversation, whatever else refers to it."""
        await self.do(
            ("PRAGMA foreign_keys = OFF", []),
            ("DELETE FROM conversation_messages WHERE conversation_id = ?", [conversation_id]),
            ("DELETE FROM conversations WHERE id = ?", [conversation_id]),
        )


@asynccontextmanager
async def writing(path: Path) -> AsyncIterator[Agent]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*WRITER, str(path), stdin=pipe, stdout=pipe)
    try:
        yield Agent(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 20)


def top(browser: Browser) -> tuple[object, str]:
    transcript = browser.transcript
    message = transcript.anchor_message
    return message and message.id, transcript.visible_rows()[0][2]


def horizon(browser: Browser, pane: str = "transcript") -> str:
    return browser.screen.query_one(f"#{pane}-horizon").text  # type: ignore[attr-defined,no-any-return]


async def total(browser: Browser, count: int) -> None:
    await browser.until(lambda: browser.transcript.total == count, f"{count} messages are there")


@pytest.mark.campaign
async def test_a_reader_at_the_top_sees_no_line_move_while_every_message_arrives(sample_copy: Path) -> None:
    async with browse(sample_copy, size=(120, 40), watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        await open_long_thread(browser)
        await browser.press("g")
        before, count = top(browser), browser.transcript.total
        for number in range(100 * ROUNDS):
            await agent.say(browser.opened.id, f"live {number}\n\nwith a second paragraph")
            assert top(browser) == before
        await total(browser, count + 100 * ROUNDS)
        assert top(browser) == before
        await browser.until(lambda: f"▼ {100 * ROUNDS:,} new" in horizon(browser), "all are told")
        await browser.press("G")
        await browser.until(lambda: "new" not in horizon(browser))
        transcript = browser.transcript
        arrived = []
        for ordinal in range(count, transcript.total):
            if not transcript._pages.is_held(ordinal):
                transcript.go_to(ordinal)
                await browser.settled()
            message = transcript._pages.get(ordinal)
            assert message is not None
            arrived.append(message.id)
        assert arrived == agent.written
        assert agent.slowest < PATIENCE, "the writer was never blocked; our own loop is in this time too"


async def test_a_reader_in_the_middle_keeps_the_line_and_one_at_the_end_follows(sample_copy: Path) -> None:
    async with browse(sample_copy, size=(120, 40), watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        await browser.press("tab")
        count = browser.transcript.total
        assert "following" in browser.screen.status.badges
        await agent.say(browser.opened.id, "the first of the new ones")
        await total(browser, count + 1)
        assert browser.message.content == "the first of the new ones"
        assert "the first of the new ones" in browser.text()
        await browser.press("k", "k")
        assert "following" not in browser.screen.status.badges
        before = browser.transcript.visible_rows()
        await agent.say(browser.opened.id, "the second")
        await total(browser, count + 2)
        assert browser.transcript.visible_rows()[:-6] == before[:-6]
        assert "▼ 1 new" in horizon(browser)
        await browser.press("f")
        assert "the second" in browser.text()
        assert "new" not in horizon(browser)
        await browser.press("f")
        assert "following" not in browser.screen.status.badges
        await agent.say(browser.opened.id, "the third")
        await total(browser, count + 3)
        assert "the third" not in browser.text().split("▕")[-1]


async def test_the_selected_row_stays_selected_and_in_its_place(sample_copy: Path) -> None:
    async with browse(sample_copy, size=(120, 30), watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        conversations = browser.conversations
        await browser.press(*["j"] * 6)
        chosen = browser.selected.id

        def row_on_screen() -> float:
            return conversations.selected * conversations.row_height - conversations.scroll_y

        before, listed = row_on_screen(), conversations.window.total
        assert listed is not None
        other = conversations.window.rows[3].id
        await agent.say(other, "up it goes")
        await browser.until(lambda: conversations.window.rows[0].id == other)
        assert (browser.selected.id, row_on_screen()) == (chosen, before)
        new = await agent.begin()
        await agent.say(new, "hello, this is new", "user")
        await browser.until(lambda: conversations.window.rows[0].id == new)
        assert (browser.selected.id, row_on_screen()) == (chosen, before)
        await browser.until(lambda: "▲ 1 new" in horizon(browser, "list"))
        await browser.press("g")
        assert browser.selected.id == new
        assert "new ·" not in horizon(browser, "list")
        await browser.until(lambda: conversations.window.total == listed + 1, "it is counted")
        await agent.say(chosen, "now the chosen one")
        await browser.until(lambda: conversations.window.rows[0].id == chosen)
        assert browser.selected.id == new


async def test_what_another_channel_gets_stays_out_of_the_list(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK, channel="slack") as browser, writing(sample_copy) as agent:
        ids = [row.id for row in browser.conversations.window.rows]
        new = await agent.begin("telegram")
        await agent.say(new, "not here", "user")
        await browser.until(lambda: browser.screen.live.arrivals.total)
        await browser.settled()
        assert [row.id for row in browser.conversations.window.rows] == ids


async def test_deleted_conversations_and_edited_metadata_are_noticed(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        first, second = (row.id for row in browser.conversations.window.rows[:2])
        await browser.until(lambda: browser.conversations.on_screen)
        await asyncio.sleep(3 * LOOK)
        rename = "UPDATE conversations SET metadata = json_set(metadata, '$.title', 'A new name [/]') WHERE id = ?"
        await agent.do((rename, [first]))
        await browser.until(lambda: browser.selected.title == "A new name [/]")
        await browser.until(lambda: browser.opened.title == "A new name [/]")
        await agent.delete(first)
        await browser.until(lambda: browser.selected.id == second)
        await browser.until(
            lambda: browser.transcript.conversation and browser.opened.id == second, "the next one is shown"
        )


async def test_a_conversation_deleted_while_it_is_read_says_so(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        await browser.press("j", "enter")
        await asyncio.sleep(3 * LOOK)
        await agent.delete(browser.opened.id)
        await browser.until(lambda: "This conversation is gone" in browser.text())


async def test_a_file_that_takes_the_place_of_ours_is_noticed_and_opened_when_told(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK) as browser:
        shutil.copy(sample_copy, sample_copy.with_suffix(".other"))
        sample_copy.with_suffix(".other").replace(sample_copy)
        await browser.until(lambda: "replaced" in browser.screen.status.badges)
        assert any("Another file" in said for said in browser.said)
        await browser.press("ctrl+r")
        assert "replaced" not in browser.screen.status.badges
        assert browser.conversations.window.rows
        async with writing(sample_copy) as agent:
            await agent.say(browser.selected.id, "and it is followed")
            await browser.until(lambda: browser.screen.live.arrivals.total == 1)


async def test_the_newsroom_shows_what_arrives_and_leads_to_it(sample_copy: Path) -> None:
    async with browse(sample_copy, size=(120, 24), watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        rows = browser.conversations.window.rows
        targets = [rows[4].id, rows[2].id]
        await agent.say(targets[0], "the first \x1b]52;c;aGk=\x07 [/] line")
        await browser.until(lambda: browser.screen.live.arrivals.total == 1)
        await browser.press("F")
        newsroom = browser.app.screen
        assert isinstance(newsroom, ArrivalsScreen)
        table = newsroom.query_one(Table)
        await agent.say(targets[1], "the second line")
        await browser.until(lambda: len(table.rows) == 2)
        assert table.selected == 1, "whoever rests on the last line follows"
        assert is_harmless(browser.text())
        await browser.press("k")
        for number in range(40):
            await agent.say(targets[1], f"more {number}")
        await browser.until(lambda: len(table.rows) == 42)
        assert (table.selected, table.scroll_y) == (0, 0)
        assert "▼ 41 below" in browser.text()
        await browser.press("enter")
        assert browser.opened.id == targets[0]


@pytest.mark.parametrize("size", [(40, 12), (1, 1)])
async def test_small_terminals_follow_too(sample_copy: Path, size: tuple[int, int]) -> None:
    async with browse(sample_copy, size=size, watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        first = browser.conversations.window.rows[0].id
        await agent.say(first, "small \u202e news")
        await browser.until(lambda: browser.screen.live.arrivals.total == 1)
        await browser.press("F", "j", "enter")
        assert is_harmless(browser.text())


async def test_leaving_amid_a_look_and_a_search_hands_back_every_connection(sample_copy: Path) -> None:
    before = {thread.name for thread in threading.enumerate()}
    for _ in range(2 * ROUNDS):
        async with browse(sample_copy, watch_seconds=0.02) as browser:
            await browser.press_only("slash", *"the")
    left = {thread.name for thread in threading.enumerate()} - before
    assert not {name for name in left if "connection" in name}
