"""The threads that the assistant keeps: found by a key, made only after a plain question."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from textual.widgets import OptionList, Static

from tests.tui.conftest import browse
from tui.modals.facts import FactsScreen
from tui.modals.question import Question
from tui.modals.routines_screen import RoutinesScreen
from tui.widgets.row_table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

WEBHOOK = "Payment received"
"""The routine of the sample history that never had a thread."""


def count(path: Path, where: str = "1") -> int:
    with closing(sqlite3.connect(path)) as db:
        (found,) = db.execute(f"SELECT count(*) FROM conversations WHERE {where}").fetchone()
        return int(found)


def forget(path: Path, where: str) -> None:
    """Delete conversations and their messages."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            f"DELETE FROM conversation_messages WHERE conversation_id IN (SELECT id FROM conversations WHERE {where})"
        )
        db.execute(f"DELETE FROM conversations WHERE {where}")
        db.commit()


def has_written(browser: Browser) -> bool:
    """Tell whether anything was opened for writing."""
    return getattr(browser.store, "_writer", None) is not None


def listed(browser: Browser) -> list[tuple[str, ...]]:
    return [row.cells for row in browser.app.screen.query_one(Table).rows]


async def test_routines_are_listed_as_they_are_now(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("r")
        assert isinstance(browser.app.screen, RoutinesScreen)
        rows = {cells[0]: cells[1:] for cells in listed(browser)}
        # Its thread remembers another name.
        assert rows["Friendly morning briefing"] == ("every day at 06:30 UTC", "11h", "in 12h", "212", "")
        assert rows["Nightly backup check"][-1] == "✗ 3 failed"
        assert rows["Frost alarm"][2:] == ("–", "131", "off")
        assert rows["Router watch"][0] == "every 30 minutes"
        assert rows[WEBHOOK] == ("when /hooks/bank is called", "never", "–", "0", "no thread")


async def test_threads_without_a_routine_and_second_threads_are_marked(sample_copy: Path) -> None:
    with closing(sqlite3.connect(sample_copy)) as db:
        # An older file, without the unique indexes: a race of IronClaw's own makes threads twice.
        db.execute("DROP INDEX uq_conv_routine")
        db.execute("DROP INDEX uq_conv_heartbeat")
        for number, (channel, what) in enumerate(
            [
                ("routine", "'$.routine_name') = 'Nightly backup check'"),
                ("heartbeat", "'$.thread_type') = 'heartbeat'"),
            ]
        ):
            db.execute(
                "INSERT INTO conversations (id, channel, user_id, started_at, last_activity, metadata) SELECT ?, ?,"
                " user_id, '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z', metadata FROM conversations"
                f" WHERE json_extract(metadata, {what}",
                (f"00000000-0000-4000-8000-00000000000{number}", channel),
            )
        db.commit()
    async with browse(sample_copy) as browser:
        await browser.press("r")
        states = [(cells[0], cells[-1]) for cells in listed(browser)]
        assert ("Lisbon fare watch", "deleted") in states
        assert states.count(("Nightly backup check", "duplicate")) == 1
        await browser.press(*"duplicate", "enter")
        assert browser.opened.id == "00000000-0000-4000-8000-000000000000"
        await browser.press("r", *"lisbon fare", "enter")
        assert browser.opened.routine is not None
        assert browser.opened.routine.is_orphan
        await browser.press("H")
        shown = [str(option.prompt) for option in browser.app.screen.query_one(OptionList).options]
        assert ["duplicate" in line for line in shown] == [False, True]
        await browser.press("enter")
        assert browser.opened.total.value > 0


async def test_typing_filters_the_routines_by_all_words(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("r", *"day backup")
        assert [cells[0] for cells in listed(browser)] == ["Nightly backup check"]
        await browser.press("x")
        assert listed(browser) == []
        assert "No routine has all these words" in browser.text()
        await browser.press("enter")
        assert isinstance(browser.app.screen, RoutinesScreen), "enter on nothing opens nothing"
        await browser.press("escape")
        assert len(listed(browser)) > 3
        await browser.press("escape")
        assert browser.app.screen is browser.screen


async def test_the_selected_routine_says_what_it_is_for(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("r", "down", "down")
        facts = str(browser.app.screen.query_one("#routine-facts", Static).content)
        assert "restic" in facts


async def test_enter_opens_the_thread_of_a_routine(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("r", *"briefing", "enter")
        assert browser.opened.routine is not None
        assert browser.opened.routine.name == "Friendly morning briefing"
        assert browser.reader.has_focus


@pytest.mark.parametrize(
    ("keys", "missing", "made"),
    [
        (("r", *"payment", "enter"), "1 = 0", "json_extract(metadata, '$.thread_type') = 'routine'"),
        (("H",), "channel = 'heartbeat'", "channel = 'heartbeat' AND user_id = 'default'"),
        (("2", "A"), "1 = 0", "channel = 'gateway' AND json_extract(metadata, '$.thread_type') = 'assistant'"),
    ],
    ids=["routine", "heartbeat", "assistant"],
)
async def test_a_missing_thread_is_made_only_after_a_plain_question(
    sample_copy: Path, keys: tuple[str, ...], missing: str, made: str
) -> None:
    forget(sample_copy, missing)
    if "A" in keys:
        forget(sample_copy, made)
    before, special = count(sample_copy), count(sample_copy, made)
    async with browse(sample_copy) as browser:
        await browser.press(*keys)
        assert isinstance(browser.app.screen, Question)
        await browser.press("enter")
        assert browser.app.screen is browser.screen, "the first answer is no"
        assert not has_written(browser), "nothing was opened for writing"
        assert count(sample_copy) == before
        await browser.press(*keys, "y")
        assert browser.app.screen is browser.screen
        assert count(sample_copy) == before + 1
        assert count(sample_copy, made) == special + 1
        assert browser.opened.total.value == 0
        thread = browser.opened.id
        await browser.press(*keys)
        assert browser.app.screen is browser.screen, "now it is there, and nothing is asked"
        assert browser.opened.id == thread
        assert count(sample_copy) == before + 1


async def test_opening_special_threads_writes_nothing(sample_copy: Path) -> None:
    before = hashlib.sha256(sample_copy.read_bytes()).hexdigest()
    async with browse(sample_copy) as browser:
        await browser.press("H", "A", "r", "enter", "i", "escape")
        assert not has_written(browser)
    assert hashlib.sha256(sample_copy.read_bytes()).hexdigest() == before


async def test_without_leave_to_write_a_missing_thread_is_told_and_not_offered(sample_copy: Path) -> None:
    async with browse(sample_copy, read_only=True) as browser:
        await browser.press("r", *"payment", "enter")
        assert browser.app.screen is browser.screen
        assert browser.said == ["There is no thread of the routine Payment received yet."]


async def test_from_the_thread_of_a_routine_one_key_leads_to_its_facts(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("r", *"backup", "enter", "i")
        assert isinstance(browser.app.screen, FactsScreen)
        text = browser.text()
        assert "every day at 03:15 UTC" in text
        assert "✗ the last 3 in a row" in text
        assert browser.opened.id in text
        await browser.press("escape")
        assert browser.app.screen is browser.screen


async def test_facts_of_a_chat_name_no_routine(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("i")
        assert browser.selected.id in browser.text()
        assert "what for" not in browser.text()


async def test_a_narrow_terminal_lists_routines_too(sample: Path) -> None:
    async with browse(sample, size=(40, 12)) as browser:
        await browser.press("r")
        assert "Nightly ba" in browser.text()
        await browser.press("down", "down", "enter")
        assert browser.opened.routine is not None
