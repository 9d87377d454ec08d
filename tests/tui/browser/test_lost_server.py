"""A server that hangs up takes nothing from the screen, and nothing that was typed; it is reached again by itself."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from tests.store.conftest import add_message, plain
from tests.store.cut_store import LOST, Line
from tests.tui.conftest import Browser, browse, open_long_thread
from tests.tui.desk import DOCUMENT, change_title, newest, on, says, stored, write
from tui.browser.database_state import pauses
from tui.modals.metadata_editor import EditorScreen
from tui.modals.rename import RenameScreen
from tui.modals.search_screen import SearchScreen

if TYPE_CHECKING:
    from pathlib import Path

LOOK = 0.02
"""How often, in seconds, the browsers of these tests look."""
SAVED = DOCUMENT.replace('"Lisbon"', '"Lisbon with Ilse"')


async def cut(browser: Browser, line: Line) -> None:
    line.cut()
    await browser.until(lambda: "disconnected" in browser.screen.status.badges, "the loss is shown")


async def mended(browser: Browser, line: Line) -> None:
    line.mend()
    await browser.until(lambda: "disconnected" not in browser.screen.status.badges, "it is reached again")
    await browser.settled()


async def test_the_loss_is_told_once_and_what_is_shown_stays(sample_copy: Path) -> None:
    line = Line()
    async with browse(sample_copy, watch_seconds=LOOK, line=line) as browser:
        await browser.press("j", "tab", "k", "k")
        before = browser.text().split("\n")[1:]
        await cut(browser, line)
        await browser.until(lambda: line.tries > 3, "it is tried again and again")
        assert [said for said in browser.said if LOST in said] == [f"{LOST} What is shown stays."]
        assert "following" not in browser.screen.status.badges
        assert browser.text().split("\n")[1:] == before
        await mended(browser, line)
        assert browser.text().split("\n")[1:] == before
        assert line.number == 1


async def test_a_key_while_the_server_is_away_takes_nothing_from_the_screen(sample_copy: Path) -> None:
    line = Line()
    async with browse(sample_copy, watch_seconds=LOOK, line=line) as browser:
        rows = [row.id for row in browser.conversations.window.rows]
        shown = browser.opened.id
        await cut(browser, line)
        await browser.press("ctrl+r", "1", "0", "j", "k", "G")
        assert [row.id for row in browser.conversations.window.rows] == rows
        assert "disconnected" in browser.screen.status.badges
        await mended(browser, line)
        await browser.press("g")
        assert browser.opened.id == shown


async def test_a_conversation_picked_while_the_server_is_away_opens_once_it_is_back(sample_copy: Path) -> None:
    line = Line()
    async with browse(sample_copy, watch_seconds=LOOK, line=line) as browser:
        await cut(browser, line)
        await browser.press("j")
        picked = browser.selected.id
        await browser.until(lambda: "Could not read this conversation" in browser.text())
        await mended(browser, line)
        assert browser.opened.id == picked
        assert "Could not read" not in browser.text()


async def test_the_reader_stays_in_the_middle_of_a_long_thread_and_reads_on(sample_copy: Path) -> None:
    line = Line()
    async with browse(sample_copy, watch_seconds=LOOK, line=line) as browser:
        await open_long_thread(browser)
        browser.transcript.go_to(1500)
        await browser.settled()
        before = browser.transcript.visible_rows()
        await cut(browser, line)
        await browser.press("pageup", "pagedown")
        assert browser.transcript.visible_rows() == before
        await mended(browser, line)
        assert browser.transcript.visible_rows() == before
        browser.transcript.go_to(10)
        await browser.settled()
        assert browser.message.content


async def test_what_was_written_meanwhile_is_there_afterwards(sample_copy: Path) -> None:
    line = Line()
    async with browse(sample_copy, watch_seconds=LOOK, line=line) as browser:
        count = browser.transcript.total
        await cut(browser, line)
        with plain(sample_copy) as db, db:
            add_message(db, browser.opened.id, created_at="2026-07-01T00:00:00.000Z")
        await mended(browser, line)
        assert browser.transcript.total == count + 1
        assert "following" in browser.screen.status.badges


async def test_what_is_typed_into_a_search_is_there_afterwards(sample_copy: Path) -> None:
    line = Line()
    async with browse(sample_copy, watch_seconds=LOOK, line=line) as browser:
        await browser.press("slash")
        await on(browser, SearchScreen)
        await cut(browser, line)
        await browser.press(*"lisbon")
        screen = browser.app.screen
        assert isinstance(screen, SearchScreen)
        assert screen.typed == "lisbon"
        await mended(browser, line)
        assert screen.typed == "lisbon"


def test_pauses_grow_up_to_a_bound() -> None:
    assert list(islice(pauses(0.5), 9)) == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


# Saving.


async def begin_to_save(browser: Browser, cuts: set[str], call: str = "save_metadata") -> None:
    """Change a title and save, with the connection lost before or after a call, as ``cuts`` has it."""
    await change_title(browser, "Lisbon with Ilse")
    await browser.press("s")
    cuts.add(call)
    await browser.press_only("enter")
    await browser.until(lambda: "disconnected" in browser.screen.status.badges)


async def test_a_save_whose_end_was_cut_off_is_unknown_then_found_to_be_made(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    line = Line()
    async with browse(sample_copy, line=line) as browser:
        await begin_to_save(browser, line.cuts_after)
        await says(browser, "whether it was saved is unknown")
        assert isinstance(browser.app.screen, EditorScreen)
        line.mend()
        await browser.until(lambda: not isinstance(browser.app.screen, EditorScreen), "the editor is done")
        assert "It was saved after all. z undoes it." in browser.said
        assert stored(sample_copy, edited) == SAVED
        await browser.settled()
        await browser.press("z")
        assert stored(sample_copy, edited) == DOCUMENT


async def test_a_save_that_was_not_made_keeps_what_was_typed_and_can_be_made_again(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    line = Line()
    async with browse(sample_copy, line=line) as browser:
        await begin_to_save(browser, line.cuts_before)
        await says(browser, "unknown")
        line.mend()
        await says(browser, "It was not saved: the connection was lost before. Save it again.")
        assert stored(sample_copy, edited) == DOCUMENT
        await browser.press("s", "enter")
        assert stored(sample_copy, edited) == SAVED


async def test_a_loss_before_the_save_is_told_in_the_editor(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    line = Line()
    async with browse(sample_copy, line=line) as browser:
        await begin_to_save(browser, line.cuts_before, "ping")
        await says(browser, LOST)
        line.mend()
        await browser.until(lambda: "disconnected" not in browser.screen.status.badges)
        await browser.press("s", "enter")
        assert stored(sample_copy, edited) == SAVED


async def test_a_save_that_another_program_wrote_over_is_told(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    line = Line()
    async with browse(sample_copy, line=line) as browser:
        await begin_to_save(browser, line.cuts_after)
        await says(browser, "unknown")
        write(sample_copy, edited, json.dumps({**json.loads(DOCUMENT), "title": "theirs"}))
        line.mend()
        await says(browser, "Another program has written to the same fields")
        assert isinstance(browser.app.screen, EditorScreen)


async def test_an_editor_that_is_left_while_it_is_unknown_is_told_of_later(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    line = Line()
    async with browse(sample_copy, line=line) as browser:
        await begin_to_save(browser, line.cuts_after)
        await says(browser, "unknown")
        await browser.press_only("escape")
        await browser.until(lambda: not isinstance(browser.app.screen, EditorScreen))
        line.mend()
        await browser.until(lambda: "It was saved after all. z undoes it." in browser.said)
        await browser.settled()
        assert browser.selected.title == "Lisbon with Ilse"
        assert stored(sample_copy, edited) == SAVED


async def test_a_title_whose_save_was_cut_off_is_found_to_be_given(sample_copy: Path) -> None:
    edited = newest(sample_copy)
    line = Line()
    async with browse(sample_copy, line=line) as browser:
        await browser.press("R")
        await on(browser, RenameScreen)
        line.cuts_after.add("save_metadata")
        await browser.press("x")
        await browser.press_only("enter")
        await says(browser, "unknown")
        line.mend()
        await browser.until(lambda: not isinstance(browser.app.screen, RenameScreen))
        assert json.loads(stored(sample_copy, edited))["title"] == "Lisbonx"
