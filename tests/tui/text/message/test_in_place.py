"""In the browser: a message is shown as written in place, its parts are copied as stored, its pictures are saved."""

from __future__ import annotations

import base64
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.tui.conftest import browse
from tests.tui.modals.test_raw import store_content

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.tui.conftest import Browser

LONG = "\n\n".join(
    f"Paragraph **number {number}** of many, with `code_{number}` and more words." for number in range(60)
)
PICTURE = random.Random(2).randbytes(300_000)
LETTERS = base64.b64encode(PICTURE).decode()
WITH_PICTURE = f"Look:\n\n![cat](data:image/png;base64,{LETTERS})\n\nand **words behind it**"


def store_answer(path: Path, content: str) -> None:
    """Store something that the assistant said at the end of the newest conversation."""
    store_content(path, content, "2027-01-01T00:00:00.000Z")
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE conversation_messages SET role = 'assistant' WHERE id = 'no-uuid'")
        db.commit()


def rows_of(browser: Browser) -> list[str]:
    return [text for _, _, text in browser.transcript.visible_rows()]


async def test_a_key_shows_a_message_as_written_and_the_line_on_top_stays(sample_copy: Path) -> None:
    store_answer(sample_copy, LONG)
    async with browse(sample_copy, size=(120, 40)) as browser:
        await browser.press("tab", "G", *["k"] * 20)
        top = next(row for row in rows_of(browser) if row.strip())
        assert "**" not in top
        await browser.press("p")
        assert any("**number" in row for row in rows_of(browser))
        assert next(row for row in rows_of(browser) if row.strip()).replace("*", "").replace("`", "") == top
        await browser.press("p")
        assert next(row for row in rows_of(browser) if row.strip()) == top
        assert not any("**number" in row for row in rows_of(browser))


async def test_a_match_in_what_is_not_shown_shows_the_message_as_written(sample_copy: Path) -> None:
    store_answer(sample_copy, "Here is **zzqbold** text.")
    async with browse(sample_copy, size=(120, 40)) as browser:
        await browser.press("tab", "G", "slash", *"**zzq", "enter")
        await browser.until(lambda: any("**zzqbold**" in row for row in rows_of(browser)))


async def test_what_stands_behind_a_picture_is_shown_at_once_and_the_picture_is_saved(
    sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store_answer(sample_copy, WITH_PICTURE)
    async with browse(sample_copy, size=(120, 40)) as browser:
        await browser.press("tab", "G")
        await browser.until(lambda: any("and words behind it" in row for row in rows_of(browser)))
        assert any("[picture, PNG, 293 KB: cat]" in row for row in rows_of(browser))
        await browser.press("P")
        await browser.until(lambda: any(said.startswith("Saved ") for said in browser.said))
        (saved,) = tmp_path.glob("cat-*.png")
        assert saved.read_bytes() == PICTURE
        assert saved.stat().st_mode & 0o777 == 0o600
