"""Keys that come faster than frames: a modal closes once, and what was asked for is what is shown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from store import open_store
from store.editing.journal import Journal
from store.records import Machines
from tests.tui.browser.hands import CAMPAIGN, GAPS_MS, busily_writing, close_all, metadata, type_fast
from tests.tui.conftest import browse
from tests.tui.desk import back, newest
from tui.config.state import State
from tui.modals.search import SearchScreen
from tui.model.listed_view import ListedView

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

ROUNDS = 2 if CAMPAIGN == 1 else 10

SHEETS = {
    "rename": ("R", "abc"),
    "save view": ("w", "name"),
    "go to": ("<tab>", "@", "1"),
    "users": ("U",),
    "views": ("W",),
    "assistant": ("A",),
    "heartbeat": ("H",),
    "routines": ("r",),
    "past edits": ("Z",),
    "facts": ("i",),
    "export": ("x",),
    "pipe": ("|", "true"),
    "help": ("?",),
    "editor": ("e",),
    "field form": ("e", "<enter>"),
    "new field": ("e", "+", "name"),
    "palette": ("<ctrl+p>",),
    "a command of the palette": ("<ctrl+p>", "inf"),
    "links": ("<tab>", "o"),
    "as stored": ("<tab>", "s"),
    "arrivals": ("F",),
    "search": ("/", "lisbon"),
}
"""What opens each sheet, and what is typed there."""
WITHOUT_SHEET = ("heartbeat", "assistant", "links")
"""What may open a conversation at once."""
LEAVING = {
    "enter twice": ("<enter>", "<enter>"),
    "escape twice": ("<escape>", "<escape>"),
    "enter and escape": ("<enter>", "<escape>"),
    "escape and ctrl+p": ("<escape>", "<ctrl+p>"),
    "ctrl+q": ("<ctrl+q>",),
}
WAYS = [
    *((way, 0) for way in LEAVING),
    *((way, gap_ms) for way in LEAVING for gap_ms in GAPS_MS[1:] if CAMPAIGN > 1 or way == "enter twice"),
]


@pytest.mark.parametrize("name", SHEETS)
async def test_no_way_of_leaving_a_sheet_twice_harms(
    name: str, sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    state = State(tmp_path / "state.json")
    state.set("view:one", ListedView("default").to_json())
    async with browse(sample_copy, state=state, watch_seconds=0.05) as browser:
        for way, gap_ms in WAYS:
            if way == "ctrl+q" and name in WITHOUT_SHEET:
                continue
            await type_fast(browser, *SHEETS[name], *LEAVING[way], gap_ms=gap_ms)
            await browser.handled()
            assert browser.app.is_running
            await close_all(browser)


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_enter_twice_renames_once(gap_ms: int, sample_copy: Path, tmp_path: Path) -> None:
    edited = newest(sample_copy)
    state = State(tmp_path / "state.json")
    async with browse(sample_copy, state=state) as browser:
        await type_fast(browser, "R", " abc", "<enter>", "<enter>", gap_ms=gap_ms)
        await back(browser)
        assert '"title":"Lisbon abc"' in dict(metadata(sample_copy))[edited]
        assert len(Journal(state.journal).edits()) == 1


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_a_search_that_is_closed_at_once_does_no_harm(gap_ms: int, sample: Path) -> None:
    async with browse(sample) as browser:
        await type_fast(browser, "/", "lisbon", gap_ms=gap_ms)
        await browser.settled()
        assert isinstance(browser.app.screen, SearchScreen)
        await close_all(browser)
        for _ in range(ROUNDS):
            await type_fast(browser, "/", "<escape>", "<escape>", gap_ms=gap_ms)
            await type_fast(browser, "<ctrl+p>", "search", "<enter>", "<escape>", "<escape>", gap_ms=gap_ms)
        await browser.settled()
        assert browser.app.screen is browser.screen


@pytest.mark.parametrize("gap_ms", GAPS_MS)
@pytest.mark.parametrize("typed", ["Router wqx", "aq", "wqx", "backup"])
async def test_routines_filtered_in_one_go(typed: str, gap_ms: int, sample: Path) -> None:
    async with browse(sample) as browser:
        await type_fast(browser, "r", typed, gap_ms=gap_ms)
        await browser.settled()
        assert browser.app.focused is not None
        assert getattr(browser.app.focused, "value", None) == typed
        await type_fast(browser, "<enter>", gap_ms=gap_ms)
        await browser.settled()
        if typed == "backup":
            assert browser.opened.title == "Nightly backup check"


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_all_that_arrives_is_opened_and_closed_while_it_arrives(gap_ms: int, sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=0.02) as browser, busily_writing(sample_copy):
        for _ in range(4 * ROUNDS):
            await type_fast(browser, "F", "<escape>", gap_ms=gap_ms)
            await browser.handled()
        await browser.handled()
        await browser.until(lambda: browser.app.screen is browser.screen, "no sheet is left")


@pytest.mark.parametrize("gap_ms", GAPS_MS)
@pytest.mark.parametrize(
    "keys", [("<pagedown>", "<pageup>"), ("inf", "<down>", "<enter>"), ("inf", "<enter>", "<escape>")]
)
async def test_the_palette_takes_keys_in_one_go(keys: tuple[str, ...], gap_ms: int, sample: Path) -> None:
    async with browse(sample) as browser:
        for _ in range(ROUNDS):
            await type_fast(browser, "<ctrl+p>", *keys, gap_ms=gap_ms)
            await browser.settled()
            await close_all(browser)


async def test_a_command_of_the_palette_runs_once(sample_copy: Path, tmp_path: Path) -> None:
    state = State(tmp_path / "state.json")
    newest(sample_copy)
    async with browse(sample_copy, state=state) as browser:
        before = browser.screen.view.machines
        await type_fast(browser, "<ctrl+p>", "machine threads", "<enter>", "<enter>")
        await browser.settled()
        assert before is Machines.FOLDED
        assert browser.screen.view.machines is Machines.SHOWN


@pytest.mark.parametrize("gap_ms", GAPS_MS)
@pytest.mark.parametrize("special", ["H", "A"])
async def test_a_thread_that_is_asked_for_is_what_is_open_whatever_was_selected_before(
    special: str, gap_ms: int, sample: Path
) -> None:
    async with browse(sample) as browser:
        await type_fast(browser, special)
        await browser.settled()
        if browser.app.screen is not browser.screen:
            await type_fast(browser, "<enter>")
            await browser.settled()
        wanted = browser.opened.id
        for _ in range(ROUNDS):
            await type_fast(browser, "h", "g", "<tab>", "h")
            await browser.settled()
            await type_fast(browser, "j", special, gap_ms=gap_ms)
            await browser.settled()
            if browser.app.screen is not browser.screen:
                await type_fast(browser, "<enter>")
                await browser.settled()
            assert browser.opened.id == wanted


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_the_next_conversation_with_news_is_what_is_open(gap_ms: int, sample: Path) -> None:
    async with browse(sample) as browser:
        rows = browser.conversations.window.rows
        browser.screen.unseen._counts = {rows[5].id: 1}
        browser.screen.unseen._conversations = {rows[5].id: rows[5]}
        await type_fast(browser, "j", "u", gap_ms=gap_ms)
        await browser.settled()
        assert browser.opened.id == browser.selected.id == rows[5].id


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_keys_behind_a_thread_that_is_asked_for_are_for_it(gap_ms: int, sample: Path) -> None:
    async with browse(sample) as browser:
        selected = browser.selected.id
        await type_fast(browser, "H", "j", "j", gap_ms=gap_ms)
        await browser.settled()
        assert browser.opened.title == "Heartbeat"
        assert selected != browser.opened.id
        assert browser.app.focused is browser.reader


async def test_a_slow_store_shows_no_conversation_of_one_user_under_another(
    sample_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(sample_copy) as store:
        users = [user.id for user in await store.list_users()]
    assert len(users) > 1
    async with browse(sample_copy, user=users[0]) as browser:
        slow(browser, monkeypatch, seconds=0.6)
        for user in (users[1], users[0], users[1]):
            await type_fast(browser, "j", "<enter>")
            await browser.handled()
            browser.screen.list_view(browser.screen.view._replace(user=user, channel=None))
            for _ in range(30):
                shown = browser.transcript.conversation
                assert shown is None or shown.user_id == browser.screen.user
                await asyncio.sleep(0.02)
        await browser.settled()
        shown = browser.transcript.conversation
        assert shown is None or shown.user_id == users[1]
        assert all(row.user_id == users[1] for row in browser.conversations.window.rows)


def slow(browser: Browser, monkeypatch: pytest.MonkeyPatch, *, seconds: float) -> None:
    """Let every conversation take so long to open."""
    real = browser.store.timeline

    async def timeline(*arguments: Any) -> Any:
        opened = await real(*arguments)
        await asyncio.sleep(seconds)
        return opened

    monkeypatch.setattr(browser.store, "timeline", timeline)


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_the_ends_of_a_list_that_changes_meanwhile(gap_ms: int, sample: Path) -> None:
    async with browse(sample) as browser:
        for _ in range(2 * ROUNDS):
            await type_fast(browser, "G", "]", "<end>", "a", "g", "[", "G", "0", "<end>", gap_ms=gap_ms)
        await browser.settled()
        assert browser.conversations.window.rows
        assert browser.app.is_running
