"""Searching covers every conversation, tells how far it is, and opens what it found where it was found."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from store.domain.search_results import Way
from tests.tui.conftest import browse
from tui.modals.search_screen import Progress, SearchScreen, progress_text
from tui.text.visible import is_harmless
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.tui.conftest import Browser


def search_screen(browser: Browser) -> SearchScreen:
    screen = browser.app.screen
    assert isinstance(screen, SearchScreen)
    return screen


def status(browser: Browser) -> str:
    return str(search_screen(browser).query_one("#search-status").render())


async def search(browser: Browser, text: str) -> None:
    """Search for a text that is pasted."""
    if not isinstance(browser.app.screen, SearchScreen):
        await browser.press("slash")
    entry = search_screen(browser).query_one(Entry)
    entry.replace(text, 0, len(entry.value))
    await browser.settled()
    await browser.until(lambda: "⋯" not in status(browser), "the search ends")
    await browser.settled()


def found(browser: Browser) -> list[str]:
    return [finding.conversation_id for finding in search_screen(browser).results._findings]


async def test_every_conversation_with_the_words_is_found_with_its_number_of_hits(sample: Path) -> None:
    with closing(sqlite3.connect(f"file:{sample}?mode=ro", uri=True)) as db:
        rows = db.execute(
            "SELECT conversation_id, count(*) FROM conversation_messages"
            " JOIN conversations c ON c.id = conversation_id"
            " WHERE user_id = 'default' AND lower(content) LIKE '%ferry%' GROUP BY 1"
        ).fetchall()
    async with browse(sample) as browser:
        await search(browser, "FERRY")
        hits = {each.conversation_id: each.hits for each in search_screen(browser).results._findings if each.hits}
        assert hits == dict(rows)
        assert f"{sum(hits.values()):,} hits" in status(browser)
        assert "every message read" in status(browser)


async def test_enter_reads_the_conversation_at_its_newest_hit_and_n_walks_on(sample: Path) -> None:
    async with browse(sample) as browser:
        await search(browser, "ferry channel:signal")
        (finding,) = search_screen(browser).results._findings
        assert finding.newest is not None
        await browser.press("enter")
        await browser.until(lambda: "searched" not in str(browser.screen.query_one("#find-count").render()))
        await browser.settled()
        assert browser.opened.id == finding.conversation_id
        assert browser.message.cursor == finding.newest
        assert any("ferry" in text.lower() for _, _, text in browser.transcript.visible_rows())
        assert str(browser.screen.query_one("#find-count").render()) == f"1/{finding.hits:,}"
        await browser.press("n")
        assert browser.message.cursor != finding.newest
        assert "ferry" in browser.message.content.lower()
        await browser.press("escape", "escape")
        assert browser.conversations.has_focus


async def test_beyond_the_last_hit_of_a_conversation_lies_the_next_one_and_the_way_back(sample: Path) -> None:
    async with browse(sample, size=(80, 24)) as browser:
        await search(browser, "ferry")
        first, second = [each for each in search_screen(browser).results._findings if each.hits][:2]
        await browser.press("enter", "n")
        assert browser.opened.id == first.conversation_id
        for _ in range(200):
            if browser.opened.id != first.conversation_id:
                break
            last = browser.message.cursor
            await browser.press("n")
        assert browser.opened.id == second.conversation_id
        assert browser.message.cursor == second.newest
        assert "conversation 2 of" in browser.said[-1]
        await browser.press("N")
        assert browser.opened.id == first.conversation_id
        assert browser.message.cursor == last


async def test_the_result_that_was_open_is_selected_again(sample: Path) -> None:
    async with browse(sample, size=(80, 24)) as browser:
        await search(browser, "the")
        await browser.press("down", "down", "down", "enter")
        opened = browser.opened.id
        await browser.press("escape", "escape", "slash")
        await browser.until(lambda: "⋯" not in status(browser), "the search ends")
        selected = search_screen(browser).results.selected
        assert selected is not None
        assert selected.conversation_id == opened
        await search(browser, "ferry")
        assert search_screen(browser).results.index == 0


async def test_what_was_looked_for_is_there_again(sample: Path) -> None:
    async with browse(sample) as browser:
        await search(browser, "ferry")
        before = found(browser)
        await browser.press("escape")
        await browser.press("slash")
        await browser.until(lambda: found(browser) == before)


async def test_a_chosen_finding_stays_chosen_while_others_come(sample: Path) -> None:
    async with browse(sample) as browser:
        await search(browser, "the")
        await browser.press("down", "down")
        results = search_screen(browser).results
        chosen = results.selected
        assert chosen is not None
        results.show(results._query, [each for each in results._findings if each is not results._findings[0]])
        assert results.selected is not None
        assert results.selected.conversation_id == chosen.conversation_id


HOSTILE = [
    '"', '"unbalanced', "-", "- -", '-"', "secret:x", "{a}:b", "[/] [b]x [red", "$(x)", "%_%", "' OR 1=1 --", "a*",
    "NEAR(a b)", "a AND", "^a", "col:", "channel:", "since:never", "kind:nobody", "\x00", "x\x00y", "\ud800",
    "\udfff\ud800", "x" * 60_000, "\x1b]52;c;aGk=\x07", "\u202eevil", "(((", ")" * 200, "channel:a channel:b",
]  # fmt: skip


async def test_no_query_raises_and_none_harms(sample: Path) -> None:
    async with browse(sample, size=(100, 30)) as browser:
        for text in HOSTILE:
            await search(browser, text)
            assert is_harmless(browser.text()), repr(text[:40])
            assert status(browser)
            screen = browser.app.screen
            assert isinstance(screen, SearchScreen)
            screen._ask(text)
            await browser.settled()
            assert is_harmless(browser.text()), repr(text[:40])
        await search(browser, "kind:nobody")
        assert "There is no such kind" in status(browser)
        assert not found(browser)


async def test_hostile_hits_and_titles_are_made_harmless(sample_copy: Path) -> None:
    text = "the needle \x1b]52;c;aGk=\x07 [/] [red]x \u202e \ud7ff <b> \x9b2J"
    with closing(sqlite3.connect(sample_copy)) as db, db:
        (conversation,) = db.execute("SELECT id FROM conversations WHERE user_id = 'default' LIMIT 1").fetchone()
        db.execute("UPDATE conversations SET metadata = json_object('title', ?) WHERE id = ?", (text, conversation))
        db.execute(
            "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
            " VALUES ('00000000-0000-4000-8000-000000000001', ?, 'user', ?, '2099-01-01T00:00:00.000Z')",
            (conversation, text),
        )
    for size in ((100, 30), (40, 12)):
        async with browse(sample_copy, size=size) as browser:
            await search(browser, "needle")
            assert conversation in found(browser)
            assert is_harmless(browser.text())
            await browser.press("enter", "n", "N")
            assert is_harmless(browser.text())


async def test_no_size_is_too_small_to_search(sample: Path) -> None:
    async with browse(sample, size=(1, 1)) as browser:
        answers = []
        for size in ((1, 1), (20, 3), (40, 12), (200, 60)):
            await browser.pilot.resize_terminal(*size)
            await search(browser, "the")
            answers.append(set(found(browser)))
            await browser.press("down", "pagedown", "up")
            chosen = search_screen(browser).results.selected
            assert chosen is not None, size
            await browser.press("enter")
            assert browser.opened.id == chosen.conversation_id, size
            # What was looked for, the visit, the pane.
            await browser.press("escape", "escape", "escape")
            assert browser.conversations.has_focus, size
        assert answers[0]
        assert all(answer == answers[0] for answer in answers)


async def test_escape_stops_what_is_running_and_says_what_is_left(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browse(sample) as browser:
        stopped = hold_search(browser, monkeypatch)
        await browser.press_only("slash", *"the")
        await browser.until(lambda: "⋯" in status(browser) and found(browser))
        await browser.press_only("escape")
        await browser.until(lambda: "stopped" in status(browser))
        assert "left" in status(browser)
        assert stopped, "the query itself was stopped, not only the task that waits for it"
        assert found(browser), "what was found stays"
        await browser.press("escape")
        assert browser.app.screen is browser.screen


def hold_search(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every search answer once and then hang; return which were stopped."""
    stopped: list[str] = []
    real = browser.store.search

    class Held:
        def __init__(self, query: object, user: str) -> None:
            self._running = real(query, user)  # type: ignore[arg-type]
            self._text = query.typed  # type: ignore[attr-defined]
            self._batches = 0

        async def __aenter__(self) -> Held:
            await self._running.__aenter__()
            return self

        async def __aexit__(self, *_: object) -> None:
            stopped.append(self._text)
            await self._running.__aexit__(None, None, None)

        def __aiter__(self) -> Held:
            return self

        async def __anext__(self) -> object:
            if self._batches:
                await asyncio.Event().wait()
            self._batches += 1
            batch = await self._running.__anext__()
            while not batch.hits:
                batch = await self._running.__anext__()
            return replace(batch, searched=1_500, total=5_120)

    monkeypatch.setattr(browser.store, "search", Held)
    return stopped


def test_the_line_says_what_was_found_searched_and_is_left() -> None:
    running = progress_text([], 0, Progress(350_000, 1_000_000, Way.NO_INDEX, "running"))
    assert running == "⋯ 0 conversations · 0 hits · 350,000 of 1,000,000, 650,000 left · every message read"
    done = progress_text([], 0, Progress(1_000_000, 1_000_000, Way.INDEX, "done"))
    assert done == "No match in 1,000,000 messages and every title · from the index"
