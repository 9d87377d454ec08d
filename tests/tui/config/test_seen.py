"""What was seen is remembered, bounded and private; what was not is marked, counted and one key away."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store.records import MessageCursor
from tests.tui.browser.test_follow import LOOK, writing
from tests.tui.conftest import browse
from tui.config.seen import MOST_PLACES, MOST_READERS, Seen
from tui.config.state import State
from tui.modals.away import AwayScreen
from tui.text.visible import is_harmless

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.conftest import Browser

    Golden = Callable[[Browser, str], None]


def write(path: Path, conversation_id: str, *texts: str, after: str = "2026-06-18T17:41") -> None:
    """Write messages as IronClaw does, while no browser runs."""
    with closing(sqlite3.connect(path)) as db, db:
        for number, text in enumerate(texts):
            when = f"{after}:{30 + number:02d}.000Z"
            db.execute(
                "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
                " VALUES (?, ?, 'assistant', ?, ?)",
                (str(uuid.uuid4()), conversation_id, text, when),
            )
            db.execute("UPDATE conversations SET last_activity = ? WHERE id = ?", (when, conversation_id))


def state_in(folder: Path) -> State:
    return State(folder / "state" / "state.json")


async def test_the_first_time_nothing_is_new(sample_copy: Path, tmp_path: Path) -> None:
    async with browse(sample_copy, state=state_in(tmp_path), tells_news=True) as browser:
        assert browser.app.screen is browser.screen
        assert "•" not in browser.text()
        await browser.press("u")
        assert browser.said[-1] == "Nothing new."


async def test_what_came_while_away_is_told_marked_and_led_to(sample_copy: Path, tmp_path: Path) -> None:
    async with browse(sample_copy, state=state_in(tmp_path)) as browser:
        rows = browser.conversations.window.rows
        first, second = rows[4].id, rows[6].id
    write(sample_copy, first, "one", "two \x1b]52;c;aGk=\x07 [/]", "three")
    write(sample_copy, second, "another", after="2026-06-18T17:42")
    async with browse(sample_copy, state=state_in(tmp_path), tells_news=True) as browser:
        assert isinstance(browser.app.screen, AwayScreen)
        assert "New since your last visit, Thu 18 Jun 2026 17:4" in browser.text()
        assert is_harmless(browser.text())
        assert "3 messages" in browser.text()
        await browser.press("escape")
        assert "• 3" in browser.text()
        assert "• 1" in browser.text()
        await browser.press("u")
        assert browser.selected.id == first
        await browser.press("u")
        assert browser.selected.id == second, "around the end"
        await browser.press("u")
        await browser.press("enter")
        assert any(text == "new" for _, _, text in browser.transcript.visible_rows())
        assert "• 3" not in browser.text(), "what is on the screen of a reader is seen"
        await browser.press("g", "u")
        assert browser.message.content == "one"
    async with browse(sample_copy, state=state_in(tmp_path)) as browser:
        assert "• 3" not in browser.text()
        assert "• 1" in browser.text(), "what was only listed is still new"


async def test_enter_on_the_board_reads_what_is_new(sample_copy: Path, tmp_path: Path) -> None:
    async with browse(sample_copy, state=state_in(tmp_path)) as browser:
        target = browser.conversations.window.rows[4].id
    write(sample_copy, target, "while you were away")
    with closing(sqlite3.connect(sample_copy)) as db, db:
        db.execute(
            "UPDATE routines SET consecutive_failures = 3, last_run_at = '2026-06-18T17:42:00.000Z'"
            " WHERE id = (SELECT id FROM routines WHERE user_id = 'default' LIMIT 1)"
        )
    for size in ((120, 34), (40, 12)):
        shutil.copytree(tmp_path / "state", tmp_path / f"{size[0]}" / "state")
        state = state_in(tmp_path / f"{size[0]}")
        async with browse(sample_copy, state=state, size=size, tells_news=True) as browser:
            board = browser.app.screen
            assert isinstance(board, AwayScreen)
            assert board._entries[0].is_failure, "failing routines come first"
            assert "failed 3 times" in board._entries[0].what
            await browser.press("j", "enter")
            assert browser.opened.id == target


NEWS = [f"news {number}\n\nand\n\nmore" for number in range(25)]
"""Several screens of them."""


async def with_news(sample_copy: Path, tmp_path: Path) -> str:
    """Write several screens of messages to a conversation while no browser runs; return its id."""
    async with browse(sample_copy, state=state_in(tmp_path)) as browser:
        target = browser.conversations.window.rows[3].id
    write(sample_copy, target, *NEWS)
    return target


@pytest.mark.parametrize("size", [(120, 34), (40, 12)])
async def test_a_conversation_opens_at_its_first_new_message_and_what_was_passed_over_stays_new(
    sample_copy: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    target = await with_news(sample_copy, tmp_path)
    async with browse(sample_copy, state=state_in(tmp_path), size=size) as browser:
        counts = browser.screen.unseen._counts
        assert browser.selected.id == target, "the one with news is the newest"
        await browser.press("enter")
        assert any(text == "new" for _, _, text in browser.transcript.visible_rows())
        assert browser.message.content == NEWS[0]
        seen = len(NEWS) - counts[target]
        assert 0 < seen < 10
        await browser.press("G")
        assert counts[target] == len(NEWS) - seen, "what lies between was never on the screen"
    async with browse(sample_copy, state=state_in(tmp_path), size=size) as browser:
        counts = browser.screen.unseen._counts
        assert counts[target] == len(NEWS) - seen
        await browser.press("enter", "u")
        assert browser.message.content == NEWS[seen]
        await browser.press(*["pagedown"] * 30)
        assert target not in counts, "whoever goes through it has seen it, however fast"


async def test_news_that_fit_the_screen_leave_the_reader_at_the_end_however_late_its_size_comes(
    sample_copy: Path, tmp_path: Path
) -> None:
    async with browse(sample_copy, state=state_in(tmp_path)) as browser:
        target = browser.conversations.window.rows[3].id
    write(sample_copy, target, "one", "two", "three")
    async with browse(sample_copy, state=state_in(tmp_path), size=(50, 34)) as browser:
        pane = browser.screen.reading
        pane.open(browser.selected)
        await browser.settled()
        assert browser.opened.id == target
        assert not browser.transcript.size, "a pane that is hidden has none"
        assert not any(text == "new" for _, _, text in browser.transcript.visible_rows())
        await browser.press("enter")
        assert any(text == "new" for _, _, text in browser.transcript.visible_rows())
        assert browser.message.content == "three"


async def test_a_key_marks_as_seen_and_takes_it_back(sample_copy: Path, tmp_path: Path, golden: Golden) -> None:
    target = await with_news(sample_copy, tmp_path)
    async with browse(sample_copy, state=state_in(tmp_path)) as browser:
        other = browser.conversations.window.rows[6]
    write(sample_copy, other.id, "another", after="2026-06-18T17:42")
    async with browse(sample_copy, state=state_in(tmp_path), size=(120, 34)) as browser:
        counts = browser.screen.unseen._counts
        assert counts == {target: 25, other.id: 1}
        await browser.press("C")
        golden(browser, "mark-seen")
        await browser.press("C")
        assert counts == {target: 25}
        assert "C z takes it back" in browser.said[-1]
        await browser.press("C", "C")
        assert counts == {target: 25, other.id: 1}
        await browser.press("C", "e")
        assert counts == {}
    async with browse(sample_copy, state=state_in(tmp_path)) as browser:
        assert browser.screen.unseen._counts == {}
        await browser.press("C")
        assert browser.said[-1] == "Nothing is new."


async def test_the_board_marks_everything_as_seen(sample_copy: Path, tmp_path: Path) -> None:
    await with_news(sample_copy, tmp_path)
    async with browse(sample_copy, state=state_in(tmp_path), tells_news=True) as browser:
        await browser.press("C")
        assert browser.app.screen is browser.screen
        assert "•" not in browser.text()
        await browser.press("C", "z")
        assert "• 25" in browser.text()


async def test_who_chose_nothing_stays_with_the_newest(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        third, fourth = (browser.conversations.window.rows[number].id for number in (3, 4))
        await agent.say(third, "news")
        await browser.until(lambda: browser.opened.id == third, "what has become the newest is shown")
        assert browser.conversations.selected == 0
        await browser.press("l", "h")
        await agent.say(fourth, "more news")
        await browser.until(lambda: browser.conversations.selected == 1, "what was read stays selected")
        assert browser.opened.id == third


async def test_what_arrives_is_counted_until_it_is_read(sample_copy: Path) -> None:
    async with browse(sample_copy, watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        other = browser.conversations.window.rows[3].id
        await agent.say(other, "new to you")
        await agent.say(other, "and this")
        await browser.until(lambda: browser.screen.live.arrivals.total == 2)
        await browser.press("u")
        assert browser.selected.id == other
        assert "• 2" in browser.text()
        await browser.press("enter")
        await browser.until(lambda: "• 2" not in browser.text())
        await agent.say(other, "read as it comes")
        await browser.until(lambda: "read as it comes" in browser.text())
        await browser.settled()
        assert "•" not in browser.text().split("\n")[1]


def test_what_was_seen_survives_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "seen.json"
    seen = Seen(path, "/a.db", "ada")
    assert seen.since is None
    seen.settle(1000, [])
    assert not seen.see("c", MessageCursor(900, 5)), "older than what counts as seen"
    assert seen.see("c", MessageCursor(1200, 7))
    assert not seen.see("c", MessageCursor(1100, 6)), "a place never goes back"
    seen.save()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    again = Seen(path, "/a.db", "ada")
    assert (again.since, again.place("c"), again.place("d")) == (
        1000,
        MessageCursor(1200, 7),
        MessageCursor.at(1001),
    )
    assert Seen(path, "/a.db", "bea").since is None
    again.settle(2000, ["c"])
    assert again.place("c") == MessageCursor(1200, 7), "what is not seen keeps its place"
    assert again.place("d") == MessageCursor.at(2001)


def test_what_was_seen_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    for number in range(MOST_READERS + 5):
        seen = Seen(path, "/a.db", f"user {number}")
        seen.settle(1, [])
        seen.save()
    assert Seen(path, "/a.db", "user 0").since is None
    assert Seen(path, "/a.db", f"user {MOST_READERS + 4}").since == 1
    for number in range(MOST_PLACES + 10):
        seen.see(f"c{number}", MessageCursor(number + 2, 1))
    seen.save()
    kept = Seen(path, "/a.db", f"user {MOST_READERS + 4}")
    assert len(kept.places) == MOST_PLACES
    assert "c0" not in kept.places


@pytest.mark.parametrize(
    "content", ["", "[]", "null", "{", "[" * 100_000, '{"[\\"/a.db\\", \\"ada\\"]": {"since": "x", "places": [1]}}',
                '{"[\\"/a.db\\", \\"ada\\"]": {"since": 5, "places": {"c": [1, "2"], "d": 3, "e": [7, 8]}}}']
)  # fmt: skip
def test_a_damaged_file_costs_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "seen.json"
    path.write_text(content)
    seen = Seen(path, "/a.db", "ada")
    assert seen.since in (None, 5)
    assert set(seen.places) <= {"c", "e"}
    seen.settle(9, [])
    seen.save()
    assert Seen(path, "/a.db", "ada").since == 9
