"""A history on a real server: the same screens, through its end and its return, and no password anywhere."""

from __future__ import annotations

import asyncio
import shutil
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.environment.locate import locate
from store.environment.server_url import read
from tests.store.engines.postgres import server as servers
from tests.store.ironclaw0.postgres.tables import IRONCLAW
from tests.tui.browser.test_history_switch import running
from tests.tui.desk import says
from tui.config.state import State
from tui.modals.metadata_editor import EditorScreen
from tui.modals.rename import RenameScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from store.environment.source import Source
    from tests.store.engines.postgres.server import TestServer
    from tests.tui.conftest import Browser

SECRET = "hunter2"


@pytest.fixture(scope="module")
def server() -> Iterator[TestServer]:
    """A server that may be stopped."""
    folder = servers.new_folder()
    try:
        made = servers.TestServer(folder, servers.unpack(folder)).initialize().start()
        yield made
        made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def source(server: TestServer) -> Source:
    """A history of three conversations, named by a URL with a password."""
    servers.run(server.address(), "DROP DATABASE IF EXISTS history WITH (FORCE)", "CREATE DATABASE history")
    address = server.address("history")
    servers.run(address, *IRONCLAW)
    async with open_store(address) as store:
        for title in ("Lisbon", "Porto", "Faro"):
            made = await store.create_conversation_with_metadata("gateway", "default", {"title": title})
            await store.add_conversation_message(made, "user", f"Is it warm in {title}?")
    url = read(f"{address} password={SECRET}").url
    (found,) = locate(db=url, user="default").sources
    return found


@asynccontextmanager
async def browsing(source: Source, state: State) -> AsyncIterator[Browser]:
    async with running([source], state) as browser:
        await browser.until(lambda: len(browser.conversations.window.rows) == 3)
        yield browser


async def stopped(browser: Browser, server: TestServer) -> None:
    await asyncio.to_thread(server.stop)
    await browser.until(lambda: "disconnected" in browser.screen.status.badges, "the loss is shown")


async def started(browser: Browser, server: TestServer) -> None:
    await asyncio.to_thread(server.start)
    await browser.until(lambda: "disconnected" not in browser.screen.status.badges, "it is reached again")


async def test_a_server_that_is_stopped_and_started_takes_nothing_from_the_screen(
    server: TestServer, source: Source
) -> None:
    async with browsing(source, State(None)) as browser:
        await browser.press("j")
        before = browser.text().split("\n")[1:]
        await stopped(browser, server)
        await browser.press("ctrl+r")
        assert browser.text().split("\n")[1:] == before
        await started(browser, server)
        await browser.settled()
        assert browser.text().split("\n")[1:] == before
        async with open_store(source.target) as agent:
            await agent.add_conversation_message(browser.opened.id, "assistant", "It is 23 degrees.")
        await browser.until(lambda: "23 degrees" in browser.text(), "it is followed again")


async def test_what_is_typed_while_the_server_is_away_can_be_saved_afterwards(
    server: TestServer, source: Source, tmp_path: Path
) -> None:
    async with browsing(source, State(tmp_path / "state.json")) as browser:
        await browser.press("R", *" again")
        assert isinstance(browser.app.screen, RenameScreen)
        await stopped(browser, server)
        await browser.press_only("enter")
        await browser.until(lambda: "✗" in browser.text(), "it is told in the sheet")
        await started(browser, server)
        await browser.press_only("enter")
        await browser.until(lambda: not isinstance(browser.app.screen, RenameScreen))
        await browser.until(lambda: browser.selected.title == "Faro again")


async def test_nothing_that_was_typed_is_lost_when_the_first_of_two_servers_is_killed(
    server: TestServer, source: Source, tmp_path: Path
) -> None:
    standby = await asyncio.to_thread(servers.standby_of, server)
    url = read(servers.address_of_both(server, standby, "history")).url
    (found,) = locate(db=url, user="default").sources
    try:
        async with browsing(found, State(tmp_path / "state.json")) as browser:
            await browser.press("R", *" again")
            await asyncio.to_thread(server.stop, signal.SIGQUIT)
            await browser.until(lambda: "disconnected" in browser.screen.status.badges, "the loss is shown")
            await browser.until(lambda: "disconnected" not in browser.screen.status.badges, "the other is found")
            await browser.press_only("enter")
            await browser.until(lambda: "is a standby" in browser.text(), "why it is not saved is told")
            await asyncio.to_thread(standby.promote)
            await browser.press_only("enter")
            await browser.until(lambda: not isinstance(browser.app.screen, RenameScreen))
            await browser.until(lambda: browser.selected.title == "Faro again")
    finally:
        standby.stop()
        shutil.rmtree(standby.folder)
        server.start()


async def test_the_password_appears_nowhere(source: Source, tmp_path: Path) -> None:
    shown = []
    async with browsing(source, State(tmp_path / "state" / "state.json")) as browser:
        for keys in (("i",), ("e",), ("F",), ("x",), ("question_mark",), ("A",), ("ctrl+p",), ("U",)):
            await browser.press(*keys)
            shown.append(browser.text())
            await browser.press("escape")
        await browser.press("R", "x", "enter")
        await browser.until(lambda: any("Saved" in said for said in browser.said))
        await browser.press("e", "down", "minus")
        assert isinstance(browser.app.screen, EditorScreen)
        await browser.press("ctrl+o")
        await says(browser, "deleted")
        await browser.press("enter")
        await browser.settled()
        await browser.press("enter")
        shown += [browser.text(), *browser.said, browser.screen.status.path, browser.app.title]
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert b"history+postgres" in kept
    assert SECRET.encode() not in kept
    assert SECRET not in "\n".join(shown)


async def test_the_status_line_names_server_database_and_role(source: Source) -> None:
    async with browsing(source, State(None)) as browser:
        assert "5432/history as postgres · default" in browser.text().split("\n")[0]
