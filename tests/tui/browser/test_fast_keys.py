"""Keys that come faster than frames: a modal closes once, and what was asked for is what is shown."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from store import open_store
from store.editing.journal import Journal
from store.records import Machines
from tests.tui.browser.hands import CAMPAIGN, GAPS_MS, busily_writing, close_all, metadata, type_fast
from tests.tui.conftest import browse, open_long_thread
from tests.tui.desk import back, newest
from tests.tui.keys import key
from tui.config.state import State
from tui.modals.facts import FactsScreen
from tui.modals.search_screen import SearchScreen
from tui.model.listed_view import ListedView
from tui.widgets.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

ROUNDS = 2 if CAMPAIGN == 1 else 10
SIZE = (80, 24)
"""The size of a terminal that is quick to draw."""

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
    "outline": ("<tab>", "O", "lis"),
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


def ways_of_leaving(name: str) -> list[tuple[str, int]]:
    """Each way with the milliseconds between keys; but for a campaign, one of them in turn."""
    ways = [way for way in LEAVING if way != "ctrl+q" or name not in WITHOUT_SHEET]
    if CAMPAIGN > 1:
        return [(way, gap_ms) for way in ways for gap_ms in GAPS_MS]
    number = [*SHEETS].index(name)
    return [("enter twice" if number % 2 else ways[1 + number // 2 % (len(ways) - 1)], GAPS_MS[number // 2 % 2])]


async def test_no_way_of_leaving_a_sheet_twice_harms(
    sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    state = State(tmp_path / "state.json")
    state.set("view:one", ListedView("default").to_json())
    async with browse(sample_copy, state=state, watch_seconds=0.05, size=SIZE) as browser:
        for name, keys in SHEETS.items():
            for way, gap_ms in ways_of_leaving(name):
                case = f"{name}, {way}, {gap_ms} ms apart"
                await type_fast(browser, *keys, *LEAVING[way], gap_ms=gap_ms)
                await browser.handled()
                assert browser.app.is_running, case
                assert not browser.faults, case
                await close_all(browser)


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_enter_twice_renames_once(gap_ms: int, sample_copy: Path, tmp_path: Path) -> None:
    edited = newest(sample_copy)
    state = State(tmp_path / "state.json")
    async with browse(sample_copy, state=state, size=SIZE) as browser:
        await type_fast(browser, "R", " abc", "<enter>", "<enter>", gap_ms=gap_ms)
        await back(browser)
        assert '"title":"Lisbon abc"' in dict(metadata(sample_copy))[edited]
        assert len(Journal(state.journal).edits()) == 1


async def test_a_search_that_is_closed_at_once_does_no_harm(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        for gap_ms in GAPS_MS:
            await type_fast(browser, "/", "lisbon", gap_ms=gap_ms)
            await browser.settled()
            assert isinstance(browser.app.screen, SearchScreen), gap_ms
            await close_all(browser)
            for _ in range(ROUNDS):
                await type_fast(browser, "/", "<escape>", "<escape>", gap_ms=gap_ms)
                await type_fast(browser, "<ctrl+p>", "search", "<enter>", "<escape>", "<escape>", gap_ms=gap_ms)
            await browser.settled()
            assert browser.app.screen is browser.screen, gap_ms


async def test_routines_filtered_in_one_go(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        for gap_ms in GAPS_MS:
            for typed in ("Router wqx", "aq", "wqx", "backup"):
                await type_fast(browser, "r", typed, gap_ms=gap_ms)
                await browser.settled()
                assert getattr(browser.app.focused, "value", None) == typed, gap_ms
                await type_fast(browser, "<enter>", gap_ms=gap_ms)
                await browser.settled()
                if typed == "backup":
                    assert browser.opened.title == "Nightly backup check", gap_ms
                await close_all(browser)


async def test_all_that_arrives_is_opened_and_closed_while_it_arrives(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=0.02, size=SIZE) as browser, busily_writing(sample_copy):
        for gap_ms in GAPS_MS * 2 * ROUNDS:
            await type_fast(browser, "F", "<escape>", gap_ms=gap_ms)
            await browser.handled()
        await browser.until(lambda: browser.app.screen is browser.screen, "no sheet is left")


async def test_the_palette_takes_keys_in_one_go(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        for gap_ms in GAPS_MS:
            for keys in (("<pagedown>", "<pageup>"), ("inf", "<down>", "<enter>"), ("inf", "<enter>", "<escape>")):
                for _ in range(ROUNDS // 2):
                    await type_fast(browser, "<ctrl+p>", *keys, gap_ms=gap_ms)
                    await browser.settled()
                    assert not browser.faults, (keys, gap_ms)
                    await close_all(browser)


async def test_a_command_of_the_palette_runs_once(sample_copy: Path, tmp_path: Path) -> None:
    state = State(tmp_path / "state.json")
    newest(sample_copy)
    async with browse(sample_copy, state=state, size=SIZE) as browser:
        before = browser.screen.view.machines
        await type_fast(browser, "<ctrl+p>", "machine threads", "<enter>", "<enter>")
        await browser.settled()
        assert before is Machines.FOLDED
        assert browser.screen.view.machines is Machines.SHOWN


@pytest.mark.parametrize("special", ["H", "A"])
async def test_a_thread_that_is_asked_for_is_what_is_open_whatever_was_selected_before(
    special: str, sample: Path
) -> None:
    async with browse(sample, size=SIZE) as browser:
        await type_fast(browser, special)
        await browser.settled()
        if browser.app.screen is not browser.screen:
            await type_fast(browser, "<enter>")
            await browser.settled()
        wanted = browser.opened.id
        for gap_ms in GAPS_MS * (ROUNDS // 2):
            await type_fast(browser, "h", "g", "<tab>", "h")
            await browser.settled()
            await type_fast(browser, "j", special, gap_ms=gap_ms)
            await browser.settled()
            if browser.app.screen is not browser.screen:
                await type_fast(browser, "<enter>")
                await browser.settled()
            assert browser.opened.id == wanted, gap_ms


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_the_next_conversation_with_news_is_what_is_open(gap_ms: int, sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        rows = browser.conversations.window.rows
        browser.screen.unseen._counts = {rows[5].id: 1}
        browser.screen.unseen._conversations = {rows[5].id: rows[5]}
        await type_fast(browser, "j", "u", gap_ms=gap_ms)
        await browser.settled()
        assert browser.opened.id == browser.selected.id == rows[5].id


@pytest.mark.parametrize("gap_ms", GAPS_MS)
async def test_keys_behind_a_thread_that_is_asked_for_are_for_it(gap_ms: int, sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        selected = browser.selected.id
        await type_fast(browser, "H", "j", "j", gap_ms=gap_ms)
        await browser.settled()
        assert browser.opened.title == "Heartbeat"
        assert selected != browser.opened.id
        assert browser.app.focused is browser.reader


@pytest.mark.parametrize("way", ["<tab>", "<enter>"])
async def test_keys_behind_a_selection_are_for_the_conversation_that_it_leads_to(
    way: str, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browse(sample, size=SIZE) as browser:
        slow(browser, monkeypatch, seconds=0.2)
        for gap_ms in GAPS_MS:
            await type_fast(browser, "h", "j", way, "g", gap_ms=gap_ms)
            await browser.settled()
            assert browser.app.focused is browser.transcript, gap_ms
            assert browser.opened.id == browser.selected.id, gap_ms
            assert browser.transcript.current == 0, gap_ms


async def test_enter_behind_what_is_looked_for_opens_the_first_find(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        for gap_ms in GAPS_MS:
            await type_fast(browser, "/", "heron costume", "<enter>", gap_ms=gap_ms)
            await browser.until(lambda: browser.app.screen is browser.screen, "a find is opened")
            await browser.settled()
            assert browser.opened.title == "Voice message", gap_ms
            # What was looked for before is still being looked for when the same is typed again.
            await type_fast(browser, "<escape>", "h", "g", "/", "heron costume", "<enter>", gap_ms=gap_ms)
            await browser.until(lambda: browser.app.screen is browser.screen, "it is opened again")
            await browser.settled()
            assert browser.opened.title == "Voice message", gap_ms
            await type_fast(browser, "<escape>", "h", "/", "nowhere at all", "<enter>", gap_ms=gap_ms)
            await browser.until(lambda: "No match" in browser.text(), "there is nothing")
            assert isinstance(browser.app.screen, SearchScreen), gap_ms
            await close_all(browser)


async def test_keys_behind_a_picked_routine_are_for_its_thread(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        for gap_ms in GAPS_MS:
            await type_fast(browser, "r", "backup", "<enter>", "i", gap_ms=gap_ms)
            await browser.settled()
            assert isinstance(browser.app.screen, FactsScreen), gap_ms
            assert "Nightly backup check" in browser.text(), gap_ms
            await close_all(browser)


async def test_keys_behind_a_leap_go_on_from_there(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        for gap_ms in GAPS_MS:
            await open_long_thread(browser)
            await type_fast(browser, "G", "g", "<pagedown>", "<pagedown>", gap_ms=gap_ms)
            await browser.settled()
            assert 0 < browser.transcript.current < 40, gap_ms
            browser.screen.reading.close()


async def test_keys_behind_a_leap_in_a_ledger_go_on_from_there(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await browser.press_each("H", "g", "j", "j")
        ledger = browser.reader
        assert isinstance(ledger, Ledger)
        selected = ledger.seen, ledger.selected
        for gap_ms in GAPS_MS:
            await type_fast(browser, "G", "g", "j", "j", gap_ms=gap_ms)
            await browser.settled()
            assert (ledger.seen, ledger.selected) == selected, gap_ms


async def test_what_is_selected_is_shown_beside_the_list_however_the_keys_come(sample: Path) -> None:
    draw = Random(6)
    async with browse(sample, size=(120, 24)) as browser:
        for _ in range(8 * ROUNDS):
            for _ in range(draw.randint(1, 6)):
                browser.app.post_message(key(draw.choice("jjk")))
                await asyncio.sleep(draw.choice((0, 0, 0.03, 0.055, 0.065)))
            await browser.settled()
            assert browser.opened.id == browser.selected.id


async def test_keys_behind_another_list_are_for_that_list(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        for gap_ms in GAPS_MS:
            await type_fast(browser, "a", "a", "j", gap_ms=gap_ms)
            await browser.settled()
            assert browser.screen.view.machines is Machines.ONLY, gap_ms
            assert browser.selected.id == browser.conversations.window.rows[1].id, gap_ms
            await type_fast(browser, "a", "g", gap_ms=gap_ms)
            await browser.settled()


async def test_a_slow_store_shows_no_conversation_of_one_user_under_another(
    sample_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(sample_copy) as store:
        users = [user.id for user in await store.list_users()]
    assert len(users) > 1
    async with browse(sample_copy, user=users[0], size=SIZE) as browser:
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


async def test_the_ends_of_a_list_that_changes_meanwhile(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        for gap_ms in GAPS_MS * ROUNDS:
            await type_fast(browser, "G", "]", "<end>", "a", "g", "[", "G", "0", "<end>", gap_ms=gap_ms)
        await browser.settled()
        assert browser.conversations.window.rows
        assert browser.app.is_running
