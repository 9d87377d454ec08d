"""Of two histories one is shown, and a key shows the other; the place in each is kept."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from store import open_store
from store.environment.locate import Found
from store.environment.source import Source, SourceKind
from tests.tui.conftest import Browser
from tui.app import ClawbackApp
from tui.browser.screen import BrowserScreen
from tui.cli.browse import MachineHistories
from tui.cli.history import LAST_USED, Choice
from tui.config.settings import DEFAULTS
from tui.config.state import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path


def source(name: str, path: Path, owner: str = "default") -> Source:
    kind = SourceKind.IRONCLAW0 if name == "0.x" else SourceKind.IRONCLAW1
    return Source(name, kind, path.name, "a test", owner, "a test", is_owner_explicit=True, path=path)


async def small(path: Path) -> Path:
    """Write a history with one conversation."""
    async with open_store(path, create=True) as store:
        made = await store.create_conversation("web", "default")
        await store.add_conversation_message(made, "user", "hello from the other life")
    return path


@asynccontextmanager
async def running(
    sources: list[Source],
    state: State,
    *,
    is_first_start: bool = False,
    find: Callable[[], Found] | None = None,
) -> AsyncIterator[Browser]:
    histories = MachineHistories(sources, DEFAULTS, state, read_only=False, find=find)
    app = ClawbackApp(await histories.begin(Choice(sources[0], "a test", is_first_start)))
    app.animation_level = "none"
    said: list[str] = []
    app.notify = lambda message, **_: said.append(message)  # type: ignore[method-assign]
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            browser = Browser(app, pilot, said)
            await browser.settled()
            yield browser
        assert not browser.faults
    finally:
        await histories.close()


async def switched(browser: Browser, name: str) -> None:
    await browser.press_only("S")
    await browser.until(lambda: browser.app.session.name == name and browser.screen.takes_keys, f"{name} is shown")
    await browser.settled()


def path_line(browser: Browser) -> str:
    return browser.text().split("\n")[0]


async def test_a_key_shows_the_other_history_and_the_status_line_says_which(
    sample_copy: Path, tmp_path: Path
) -> None:
    both = [source("0.x", sample_copy), source("1.x", await small(tmp_path / "new.db"))]
    state = State(None)
    async with running(both, state) as browser:
        assert path_line(browser).startswith(" 0.x · copy.db · default")
        assert state.get(LAST_USED) == both[0].key
        await switched(browser, "1.x")
        assert path_line(browser).startswith(" 1.x · new.db · default")
        assert state.get(LAST_USED) == both[1].key
        assert "hello from the other life" in browser.text()
        assert isinstance(browser.app.screen, BrowserScreen)
        assert len(browser.app.screen_stack) == 1


async def test_the_place_in_each_is_kept(sample_copy: Path, tmp_path: Path) -> None:
    async with running(
        [source("0.x", sample_copy), source("1.x", await small(tmp_path / "new.db"))], State(None)
    ) as browser:
        await browser.press("1", *["j"] * 3, "enter", "g")
        view, selected = browser.screen.view, browser.selected.id
        rows = browser.transcript.visible_rows()
        await switched(browser, "1.x")
        await browser.press("j")
        await switched(browser, "0.x")
        assert browser.screen.view == view
        assert (browser.selected.id, browser.opened.id) == (selected, selected)
        assert browser.screen.focused is browser.reader
        assert browser.transcript.visible_rows() == rows


async def test_one_store_is_open_at_a_time(sample_copy: Path, tmp_path: Path) -> None:
    def connections() -> int:
        return sum("connection" in each.name.lower() or "Connection" in repr(each) for each in threading.enumerate())

    async with running(
        [source("0.x", sample_copy), source("1.x", await small(tmp_path / "new.db"))], State(None)
    ) as browser:
        await browser.until(lambda: connections() == 2, "the reader and the feed of one")
        for name in ("1.x", "0.x", "1.x"):
            await switched(browser, name)
        await browser.until(lambda: connections() == 2, "the reader and the feed of one")


async def test_a_history_that_cannot_be_opened_is_told_and_the_one_that_is_shown_stays(
    sample_copy: Path, tmp_path: Path
) -> None:
    state = State(None)
    async with running([source("0.x", sample_copy), source("1.x", tmp_path / "gone.db")], state) as browser:
        before = browser.text()
        await browser.press_only("S")
        await browser.until(lambda: any("There is no file" in said for said in browser.said))
        assert browser.text() == before
        assert state.get(LAST_USED) == str(sample_copy)
        await browser.press("j")


async def test_of_three_histories_one_is_picked(sample_copy: Path, tmp_path: Path) -> None:
    three = [source(name, await small(tmp_path / f"{name}.db")) for name in ("0.x", "1.x", "1.x-2")]
    async with running(three, State(None)) as browser:
        await browser.press("S", "j", "j")
        await browser.press_only("enter")
        await browser.until(lambda: browser.app.session.name == "1.x-2")
        await browser.settled()


async def test_the_first_start_says_once_that_there_are_two(sample_copy: Path, tmp_path: Path) -> None:
    both = [source("0.x", sample_copy), source("1.x", await small(tmp_path / "new.db"))]
    async with running(both, State(None), is_first_start=True) as browser:
        assert browser.said == [
            "There are 2 histories: IronClaw 0.x and IronClaw 1.x. This is 0.x; S shows the other."
        ]
        await switched(browser, "1.x")
        assert len(browser.said) == 1


async def test_where_there_is_one_the_key_says_so(sample_copy: Path) -> None:
    async with running([source("0.x", sample_copy)], State(None)) as browser:
        assert path_line(browser).startswith(" copy.db · default")
        await browser.press("S")
        assert browser.said == ["There is one history here; 'clawback paths' tells where it was looked for."]


async def test_keys_that_follow_at_once_are_for_the_history_that_comes(sample_copy: Path, tmp_path: Path) -> None:
    async with running(
        [source("1.x", await small(tmp_path / "new.db")), source("0.x", sample_copy)], State(None)
    ) as browser:
        await browser.press_only("S", "j", "j")
        await browser.until(lambda: browser.app.session.name == "0.x" and browser.conversations.selected == 2)
        await browser.settled()


async def test_a_file_that_its_program_moved_is_read_on_from_where_it_lies_now(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    old, new = await small(tmp_path / "new.db"), tmp_path / "state" / "new.db"

    def find() -> Found:
        return Found((source("1.x", new),), tmp_path, "a test", tmp_path, "a test")

    async with running([source("1.x", old)], State(None), find=find) as browser:
        for each in list(tmp_path.glob("new.db*")):
            each.rename(new.with_name(each.name))
        await browser.until(lambda: "replaced" in browser.screen.status.badges, "it is noticed")
        await browser.press_only("ctrl+r")
        await browser.until(lambda: browser.app.session.origin.path == new, "it is found")
        await browser.until(lambda: browser.screen.takes_keys)
        await browser.settled()
        assert "replaced" not in browser.screen.status.badges
        assert "hello from the other life" in browser.text()
