"""The list filtered by typing: a visible state of it, read on past what does not match, and kept by views."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.demo import DEMO_END, OWNER
from tests.tui.conftest import browse
from tests.tui.model.test_views import save
from tui.browser.list_reader import ListReader
from tui.config.settings import DEFAULTS
from tui.config.state import State
from tui.modals.question import Question
from tui.modals.views import ViewsScreen
from tui.model.conversation_window import End
from tui.model.listed_filter import filter_of
from tui.model.listed_view import ListedView
from tui.text.visible import is_harmless
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.contract.store import ConversationStore
    from store.records import Conversation, Machines
    from tests.tui.conftest import Browser

SIZE = (80, 24)
"""The size of a terminal that is quick to draw."""


def title(browser: Browser) -> str:
    return str(browser.screen.query_one("#list-title").text)  # type: ignore[attr-defined]


def horizon(browser: Browser) -> str:
    return str(browser.screen.query_one("#list-horizon").text)  # type: ignore[attr-defined]


def titles(browser: Browser) -> list[str]:
    return [row.title for row in browser.conversations.window.rows]


async def everything(store: ConversationStore, machines: Machines) -> list[Conversation]:
    page = await store.list_conversations(OWNER, machines=machines, limit=10_000)
    return list(page.conversations)


@pytest.mark.parametrize(
    "typed", ["the", "lisbon", "-the since:30d", "channel:slack", "kind:routine", "until:7d", "zzz"]
)
async def test_a_filtered_list_is_the_whole_list_without_what_does_not_match(typed: str, sample: Path) -> None:
    chosen = filter_of(ListedView(OWNER, query=typed), DEMO_END, UTC)
    async with open_store(sample, read_only=True) as store:
        wanted = [each.id for each in await everything(store, chosen.machines) if chosen.holds(each)]
        for page_size in (1, 7, 500):
            for end in End:
                reader = ListReader(store, chosen, page_size)
                found: list[Conversation] = []
                has_more = True
                while has_more:
                    edge = (found[-1] if end is End.OLDER else found[0]) if found else None
                    pages = [page async for page in reader.pages(end, edge)]
                    assert all(not page.conversations for page in pages[:-1])
                    last = pages[-1]
                    if end is End.OLDER:
                        found, has_more = [*found, *last.conversations], last.has_older
                    else:
                        found, has_more = [*last.conversations, *found], last.has_newer
                assert [each.id for each in found] == wanted


async def test_what_is_typed_filters_the_list_and_escape_lets_go_of_it_layer_by_layer(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        before = titles(browser)
        await browser.press("c", *"lisbon", "enter")
        assert browser.conversations.has_focus
        assert title(browser) == "Conversations · lisbon"
        assert 0 < len(titles(browser)) < len(before)
        assert "that match" in horizon(browser)
        await browser.press("1")
        assert title(browser).endswith("· lisbon")
        assert browser.screen.channel is not None
        await browser.press("escape")
        assert browser.screen.view.query == ""
        assert browser.screen.channel is not None
        await browser.press("escape")
        assert titles(browser) == before
        assert title(browser) == "Conversations"


async def test_keys_behind_a_filter_are_for_what_it_leaves(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await browser.press("c", *"the", "enter", "j", "j", "enter")
        assert browser.screen.reading.reader.has_focus
        assert browser.opened.id == browser.conversations.window.rows[2].id
        assert browser.conversations.window.total is None


async def test_both_ends_of_a_filtered_list_are_one_key_away_and_all_between_is_walked(sample: Path) -> None:
    async with browse(sample, size=SIZE, settings=DEFAULTS._replace(page_size=10)) as browser:
        chosen = filter_of(ListedView(OWNER, query="-the"), DEMO_END, UTC)
        wanted = [each.id for each in await everything(browser.store, chosen.machines) if chosen.holds(each)]
        assert len(wanted) > 20
        await browser.press("c", *"-the", "enter", "G")
        assert browser.selected.id == wanted[-1]
        await browser.press(*["k"] * (len(wanted) - 1))
        assert browser.selected.id == wanted[0]
        assert [row.id for row in browser.conversations.window.rows] == wanted
        await browser.press("G", "g")
        assert browser.selected.id == wanted[0]
        await browser.press(*["pagedown"] * 20)
        assert browser.selected.id == wanted[-1]
        assert f"all {len(wanted)} that match" in horizon(browser)


async def test_escape_in_the_field_lists_what_was_listed_before(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        await browser.press("c", *"since:7d", "enter")
        before = titles(browser)
        await browser.press("c", *"zzzz")
        assert titles(browser) == []
        assert "No conversation matches" in browser.text()
        await browser.press("enter")
        assert browser.conversations.has_focus
        await browser.press("c", "escape")
        assert titles(browser) == []
        await browser.press("escape", "c", *"since:7d", "enter", "c", *"zzzz", "escape")
        assert (titles(browser), browser.screen.view.query) == (before, "since:7d")
        assert browser.conversations.has_focus


async def test_what_is_no_filter_is_told_of_and_changes_nothing(sample: Path) -> None:
    async with browse(sample, size=SIZE) as browser:
        before = titles(browser)
        await browser.press("c")
        browser.screen.query_one("#filter-entry", Entry).value = "role:user"
        await browser.press("enter")
        assert browser.app.focused is not None
        assert browser.app.focused.id == "filter-entry"
        assert "role: and tool choose messages" in browser.text()
        assert titles(browser) == before
        assert is_harmless(browser.text())


async def test_a_conversation_that_comes_in_is_listed_only_if_it_matches(sample_copy: Path) -> None:
    async with browse(sample_copy, size=SIZE, watch_seconds=0.02) as browser:
        await browser.press("c", *"-zebra", "enter")
        row = browser.conversations.window.rows[3]
        with closing(sqlite3.connect(sample_copy)) as db:
            db.execute(
                "UPDATE conversations SET metadata = json_set(metadata, '$.title', 'The zebra') WHERE id = ?",
                (row.id,),
            )
            db.commit()
        await browser.until(lambda: row.id not in [each.id for each in browser.conversations.window.rows])


async def test_a_view_keeps_the_filter_and_is_renamed_and_deleted(sample: Path, tmp_path: Path) -> None:
    async with browse(sample, state=State(tmp_path / "state.json"), size=SIZE) as browser:
        await browser.press("c", *"lisbon", "enter")
        listed = titles(browser)
        await save(browser, "trips [/] \x1b]52;c;aGk=\x07")
        await browser.press("escape")
    async with browse(sample, state=State(tmp_path / "state.json"), size=SIZE) as browser:
        await browser.press("W", "enter")
        assert (titles(browser), browser.screen.view.query) == (listed, "lisbon")
        await browser.press("W", "R")
        assert is_harmless(browser.text())
        entry = browser.app.screen.query_one(Entry)
        entry.value = "holidays"
        await browser.press("enter")
        assert list(browser.screen.features["views"].named) == ["holidays"]
        assert isinstance(browser.app.screen, ViewsScreen)
        await browser.press("d")
        assert isinstance(browser.app.screen, Question)
        await browser.press("n")
        assert "holidays" in browser.text()
        await browser.press("d", "y")
        assert not browser.screen.features["views"].named
        assert browser.app.screen is browser.screen


async def test_a_view_of_an_earlier_version_filters_by_what_it_searched_for(sample: Path) -> None:
    state = State(None)
    state.set("view:old", ListedView(OWNER, query="role:user").to_json())
    async with browse(sample, state=state, size=SIZE) as browser:
        await browser.press("W", "enter")
        assert "This is no filter" in browser.text()
        await browser.press("escape")
        assert titles(browser)


async def test_the_filter_is_drawn(sample: Path, golden: Callable[[Browser, str], None]) -> None:
    async with browse(sample, size=(120, 34)) as browser:
        await browser.press("c", *"since:30d -the")
        golden(browser, "filter")


@pytest.mark.parametrize("way", ["tab", "click"])
async def test_a_field_that_is_left_is_not_in_sight_and_its_filter_stays(way: str, sample: Path) -> None:
    async with browse(sample, size=(120, 30)) as browser:
        await browser.press("c", *"lisbon")
        await browser.settled()
        bar = browser.screen.list_pane._filter_bar
        assert bar.has_class("-shown")
        if way == "tab":
            await browser.press("tab")
        else:
            await browser.pilot.click(browser.transcript, offset=(5, 3))
        await browser.until(lambda: browser.transcript.has_focus and not bar.has_class("-shown"), "the field is gone")
        assert browser.screen.view.query == "lisbon"
        await browser.press("h", "escape")
        assert not browser.screen.view.query
        await browser.press("c")
        assert browser.app.focused is bar.entry
        assert bar.has_class("-shown")
