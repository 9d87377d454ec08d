"""The hands of somebody who edits metadata in a running browser, and the agent that writes beside them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from textual.events import Paste

from tui.widgets.json_area import JsonArea
from tui.widgets.row_table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

OWNED = "FROM conversations WHERE user_id = 'default' ORDER BY last_activity DESC"
DOCUMENT = '{"thread_type":"thread","title":"Lisbon","pinned":true,"cost":0.1000000000000000055}'


def stored(path: Path, conversation_id: str) -> str:
    with closing(sqlite3.connect(path)) as db:
        row = db.execute("SELECT metadata FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
        return str(row[0])


def write(path: Path, conversation_id: str, metadata: str) -> None:
    """Write as the agent would, meanwhile."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE conversations SET metadata = ? WHERE id = ?", (metadata, conversation_id))
        db.commit()


def newest(path: Path, document: str = DOCUMENT) -> str:
    """Give the newest conversation a document, and return its id."""
    with closing(sqlite3.connect(path)) as db:
        (found,) = db.execute(f"SELECT id {OWNED}").fetchone()
    write(path, found, document)
    return str(found)


def listed(browser: Browser) -> dict[str, tuple[str, ...]]:
    return {row.cells[0]: row.cells[1:] for row in browser.app.screen.query_one(Table).rows}


async def on(browser: Browser, screen: type) -> None:
    """Wait until a screen of some kind is on top."""
    await browser.until(lambda: isinstance(browser.app.screen, screen), f"{screen.__name__} is on top")
    await browser.settled()


async def back(browser: Browser) -> None:
    """Wait until no modal is left, and what its closing set off is done."""
    await browser.until(lambda: browser.app.screen is browser.screen, "no modal is left")
    await browser.settled()


async def says(browser: Browser, text: str) -> None:
    """Wait until a text is on the screen."""
    await browser.until(lambda: text in browser.text(), text)


def area(browser: Browser) -> JsonArea:
    return browser.app.screen.query_one(JsonArea)


async def select(browser: Browser, field: str) -> None:
    """Go to a field in the editor."""
    table = browser.app.screen.query_one(Table)
    names = [row.cells[0] for row in table.rows]
    await browser.press("g", *["j"] * names.index(field))


async def retype(browser: Browser, text: str) -> None:
    """Paste a text in place of the one in the focused entry."""
    await browser.press("end", "ctrl+u")
    focused = browser.app.focused
    assert focused is not None
    focused.post_message(Paste(text))
    await browser.settled()


async def change_title(browser: Browser, title: str) -> None:
    await browser.press("e")
    await select(browser, "title")
    await browser.press("enter")
    await retype(browser, title)
    await browser.press("enter")
