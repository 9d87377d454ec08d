"""The screens as pictures; ``--update-screenshots`` draws them anew."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from store import open_store
from store.core.ordered_timeline import OrderedTimeline
from store.demo import DEMO_END, write_ironclaw1
from store.editing.journal import Edit, Journal
from store.errors import CorruptDatabase
from tests.store.conftest import plain
from tests.store.cut_store import Line
from tests.store.engines.postgres import server as servers
from tests.store.ironclaw0.postgres.rows import copy_history
from tests.store.ironclaw0.postgres.tables import EMPTY, IRONCLAW
from tests.store.ironclaw1.thread_history import of_1_3
from tests.tui.browser.test_find import find
from tests.tui.browser.test_follow import LOOK, writing
from tests.tui.browser.test_search import found, hold_search, search, status
from tests.tui.config.test_seen import write as write_messages
from tests.tui.conftest import SCREENSHOTS, Browser, browse, open_long_thread
from tests.tui.desk import OWNED, newest, retype, write
from tui.browser.command_palette import OTHERS
from tui.commands import COMMANDS, Scope
from tui.config.state import State
from tui.modals.routines_screen import RoutinesScreen
from tui.model.viewport import LAST_ROW, Place
from tui.widgets.ledger import Ledger
from tui.widgets.row_table import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.records import MessageSlice

    Golden = Callable[[Browser, str], None]


async def test_browse_wide(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(140, 40)) as browser:
        golden(browser, "browse-140x40")


async def test_browse_small(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(80, 24)) as browser:
        golden(browser, "browse-80x24")


async def test_narrow_list(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(50, 24)) as browser:
        golden(browser, "narrow-list")


async def test_narrow_transcript(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(50, 24)) as browser:
        await browser.press("enter")
        golden(browser, "narrow-transcript")


async def test_tool_call_opened(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("tab", "g")
        while browser.message.role != "tool_calls":
            await browser.press("J")
        await browser.press("enter")
        golden(browser, "tool-call-opened")


async def test_empty(tmp_path: Path, golden: Golden) -> None:
    async with open_store(tmp_path / "new.db", create=True):
        pass
    async with browse(tmp_path / "new.db", size=(100, 24)) as browser:
        golden(browser, "empty")


async def test_no_match(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 24), channel="a-channel-of-nobody") as browser:
        golden(browser, "no-match")


async def test_could_not_read(sample: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browse(sample, size=(100, 24)) as browser:

        async def fail(*_args: object, **_options: object) -> None:
            raise CorruptDatabase(
                "~/.ironclaw/ironclaw.db has damaged pages; restore a copy or read what still can be."
            )

        monkeypatch.setattr(browser.store, "list_conversations", fail)
        await browser.press("ctrl+r")
        golden(browser, "could-not-read")


async def test_help(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("question_mark")
        golden(browser, "help")


async def test_palette(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.pilot.press("ctrl+p")
        await browser.settled()
        offered = [command for command in COMMANDS if command.scope not in (Scope.EDITOR, Scope.LEDGER)]
        assert len(browser.app.screen.query_one(Table).rows) == len(offered) + len(OTHERS)
        golden(browser, "palette")


async def test_light_theme(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        browser.app.theme = "textual-light"
        await browser.press_each("j", "j", "j", "tab")
        golden(browser, "light")


async def test_without_colour(sample: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("tab")
        golden(browser, "no-color")


async def test_routine_thread(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("a", "a", "j", "enter")
        golden(browser, "machine-threads")


async def test_the_middle_of_a_long_thread(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        browser.transcript.jump(Place(1500, 0))
        await browser.settled()
        golden(browser, "long-thread-middle")


async def test_older_messages_being_read(sample: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await open_long_thread(browser)
        transcript = browser.transcript
        browser.transcript.jump(Place(1500, 0))
        await browser.settled()
        answer = asyncio.Event()
        read = OrderedTimeline.slice

        async def slowly(timeline: OrderedTimeline[Any], start: int, stop: int) -> MessageSlice:
            await answer.wait()
            return await read(timeline, start, stop)

        monkeypatch.setattr(OrderedTimeline, "slice", slowly)
        while transcript.places[0].row != LAST_ROW:
            await browser.pilot.press("pageup")
        await browser.pilot.pause()
        golden(browser, "loading-older")
        answer.set()


async def test_the_head_of_a_large_message(sample_copy: Path, golden: Golden) -> None:
    with closing(sqlite3.connect(sample_copy)) as db, db:
        (conversation,) = db.execute(
            "SELECT id FROM conversations WHERE user_id = 'default' ORDER BY last_activity DESC LIMIT 1"
        ).fetchone()
        for number, text in enumerate(("Here is the whole log.", "line of a log\n" * 400_000)):
            db.execute(
                "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
                " VALUES (?, ?, 'assistant', ?, '2099-01-01T00:00:00.000Z')",
                (f"00000000-0000-4000-8000-00000000000{number}", conversation, text),
            )
    async with browse(sample_copy, size=(120, 40)) as browser:
        await browser.press("tab", "G")
        assert browser.message.size > 5_000_000
        golden(browser, "large-message-head")


LISBON = (
    '{"thread_type":"thread","title":"Lisbon in June","pinned":true,"budget_eur":1840.50,'
    '"travellers":["Ada","Ilse","Tom","Ben"],"notes":null}'
)


async def edited(browser: Browser) -> None:
    """Change three fields of the newest conversation: one of each kind."""
    await browser.press("e", "j", "enter")
    await retype(browser, "Lisbon, by train")
    await browser.press("enter", "j", "j", "j", "j", "minus", "plus", *"hotel", "tab", "tab")
    await retype(browser, "Casa do Limoeiro")
    await browser.press("enter", "g", "j")


async def test_fields(sample_copy: Path, golden: Golden) -> None:
    newest(sample_copy, LISBON)
    async with browse(sample_copy, size=(120, 34)) as browser:
        await edited(browser)
        golden(browser, "fields")


async def test_json_with_an_error(sample_copy: Path, golden: Golden) -> None:
    newest(sample_copy, LISBON)
    async with browse(sample_copy, size=(120, 34)) as browser:
        await browser.press("e", "tab", "down", "down", "end", "backspace")
        golden(browser, "json-error")


async def test_preview_of_changes(sample_copy: Path, golden: Golden) -> None:
    newest(sample_copy, LISBON)
    async with browse(sample_copy, size=(120, 34)) as browser:
        await edited(browser)
        await browser.press("s")
        golden(browser, "preview")


async def test_three_way_view(sample_copy: Path, golden: Golden) -> None:
    conversation_id = newest(sample_copy, LISBON)
    async with browse(sample_copy, size=(120, 34)) as browser:
        await edited(browser)
        write(sample_copy, conversation_id, LISBON.replace("in June", "in July").replace("true", "false"))
        await browser.press("s", "enter", "j", "enter")
        golden(browser, "three-way")


async def test_past_edits(sample_copy: Path, tmp_path: Path, golden: Golden) -> None:
    first = newest(sample_copy, LISBON)
    with closing(sqlite3.connect(sample_copy)) as db:
        (second,) = db.execute(f"SELECT id {OWNED} LIMIT 1 OFFSET 1").fetchone()
    state = State(tmp_path / "state" / "state.json")
    journal, file = Journal(state.journal), os.path.realpath(sample_copy)
    past = [
        (first, timedelta(days=2), LISBON.replace(" in June", ""), LISBON, None),
        (second, timedelta(hours=5), "{}", '{"title":"Day to day","pinned":true}', None),
        (second, timedelta(hours=4), '{"title":"Day to day","pinned":true}', "{}", "1"),
        (
            first,
            timedelta(minutes=12),
            LISBON,
            LISBON.replace("in June", "by train").replace("1840.50", "1620"),
            None,
        ),
    ]
    for number, (conversation_id, age, before, after, undoes) in enumerate(past):
        at = DEMO_END - age
        journal.begin(Edit(str(number), at, file, conversation_id, "default", before, after, undoes))
        journal.confirm(str(number))
    async with browse(sample_copy, size=(120, 34), state=state) as browser:
        await browser.press("Z")
        golden(browser, "past-edits")


async def test_routine_picker(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 34)) as browser:
        await browser.press("r", "down", "down")
        golden(browser, "routines")


async def test_create_thread_question(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 24)) as browser:
        await browser.press("r", *"payment", "enter")
        golden(browser, "create-thread")


async def test_search_hits(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 34)) as browser:
        await search(browser, "ferry")
        await browser.press("down")
        golden(browser, "search-hits")


async def test_search_running(sample: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browse(sample, size=(120, 34)) as browser:
        hold_search(browser, monkeypatch)
        await browser.pilot.press("slash", *"budget")
        await browser.until(lambda: "⋯" in status(browser) and found(browser))
        await browser.until(lambda: not [each for each in browser.app.workers if each.group == "search-rows"])
        await browser.pilot.pause()
        golden(browser, "search-running")


async def test_search_without_a_match(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 24)) as browser:
        await search(browser, "lisbon since:yesterday -tram channel:slack")
        golden(browser, "search-no-match")


async def test_search_not_understood(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 24)) as browser:
        await search(browser, "lisbon since:soon")
        golden(browser, "search-not-understood")


async def test_find(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(120, 40)) as browser:
        await browser.press("tab")
        await find(browser, "lisbon")
        await browser.press("enter", "n")
        golden(browser, "find")


async def test_find_without_colour(sample: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with browse(sample, size=(80, 24)) as browser:
        await browser.press("tab")
        await find(browser, "lisbon")
        await browser.press("enter", "n")
        golden(browser, "find-no-color")


async def test_go_to(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 24)) as browser:
        await browser.press("tab", "at", *"yesterday", "space", "9", "colon", "0", "0")
        golden(browser, "go-to")


async def test_new_messages_counted(sample_copy: Path, golden: Golden) -> None:
    async with browse(sample_copy, size=(120, 34), watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        await browser.press_each("j", "j", "tab", "g")
        for number in range(12):
            await agent.say(browser.opened.id, f"Towel number {number + 1} is packed.")
        await browser.until(lambda: "▼ 9 new" in browser.text())
        await agent.say(await agent.begin("slack"), "Are the proofs back yet?", "user")
        await browser.until(lambda: "▲" in browser.text() and "of 132" in browser.text())
        # Messages that came together, or one by one, are estimated alike once they are laid out anew.
        await browser.pilot.resize_terminal(121, 34)
        await browser.pilot.resize_terminal(120, 34)
        await browser.settled()
        golden(browser, "new-messages")


async def test_newsroom(sample_copy: Path, golden: Golden) -> None:
    async with browse(sample_copy, size=(120, 34), watch_seconds=LOOK) as browser, writing(sample_copy) as agent:
        rows = browser.conversations.window.rows
        said = ((2, "user", "And sunscreen?"), (2, "assistant", "Two bottles, **SPF 50**, in the side pocket."),
                (3, "tool_calls", '[{"name": "shell"}]'), (3, "assistant", "There it is: 12 MB left on /srv/backup."),
                (4, "user", "what did we decide about the colon"))  # fmt: skip
        targets = [rows[number].id for number, _, _ in said]
        for target, (_, role, text) in zip(targets, said, strict=True):
            await agent.say(target, text, role)
        await browser.until(lambda: browser.screen.live.arrivals.total == len(said))
        await browser.press("F")
        golden(browser, "newsroom")


async def test_away_board(sample_copy: Path, golden: Golden, tmp_path: Path) -> None:
    state = State(tmp_path / "state" / "state.json")
    async with browse(sample_copy, state=state) as browser:
        rows = browser.conversations.window.rows
    texts = {
        2: ("Then one more towel, and sunscreen.",),
        3: ("There it is.", "Done: 40 GB free."),
        4: ("The proofs are back.",),
        10: ("Noted.", "Both of them.", "And the third."),
    }
    for number, said in texts.items():
        write_messages(sample_copy, rows[number].id, *said)
    with closing(sqlite3.connect(sample_copy)) as db, db:
        db.execute(
            "UPDATE routines SET consecutive_failures = 3, last_run_at = '2026-06-18T17:42:00.000Z'"
            " WHERE user_id = 'default' AND name LIKE '%ackup%'"
        )
    async with browse(sample_copy, size=(120, 34), state=state, tells_news=True) as browser:
        golden(browser, "away-board")
        await browser.press("escape")
        await browser.press("enter")
        golden(browser, "unseen")


async def test_read_only(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 24), read_only=True) as browser:
        golden(browser, "read-only")


async def test_other_history(tmp_path: Path, golden: Golden) -> None:
    path = tmp_path / "reborn-local-dev.db"
    write_ironclaw1(path, DEMO_END)
    shown = "1.x · ~/.ironclaw/reborn/state/reborn-local-dev.db"
    async with browse(path, size=(120, 34), user="reborn-cli", shown=shown) as browser:
        golden(browser, "other-history")


async def test_a_thread_of_1_x(tmp_path: Path, golden: Golden) -> None:
    path = tmp_path / "reborn-local-dev.db"
    with plain(path) as db:
        db.execute("BEGIN")
        for sql, parameters in of_1_3():
            db.execute(sql, parameters)
        db.execute("COMMIT")
    async with browse(path, size=(140, 44), user="ada", shown="1.x · reborn-local-dev.db") as browser:
        await browser.press("enter", "end")
        golden(browser, "thread-of-1-x")


async def test_automation_ledger(tmp_path: Path, golden: Golden) -> None:
    path = tmp_path / "reborn-local-dev.db"
    write_ironclaw1(path, DEMO_END)
    async with browse(path, size=(120, 34), user="reborn-cli", shown="1.x · reborn-local-dev.db") as browser:
        await browser.press("r")
        await browser.until(lambda: isinstance(browser.app.screen, RoutinesScreen))
        await browser.press("enter")
        await browser.until(lambda: isinstance(browser.reader, Ledger))
        await browser.settled()
        golden(browser, "automation-ledger")


async def test_a_server(sample: Path, golden: Golden) -> None:
    address = servers.borrowed_database(IRONCLAW, reset=EMPTY)
    with closing(psycopg.connect(address, autocommit=True)) as db:
        copy_history(db, sample, 30)
    async with browse(address, size=(120, 34), shown="db.example:5432/ironclaw as mara") as browser:
        golden(browser, "server")
    servers.give_back(address, IRONCLAW)


async def test_lost_server(sample: Path, golden: Golden) -> None:
    line = Line()
    async with browse(sample, size=(100, 24), line=line, shown="db.example:5432/ironclaw as mara") as browser:
        line.cut()
        await browser.press("ctrl+r")
        golden(browser, "lost-server")


@pytest.mark.campaign
def test_pictures_do_not_depend_on_the_machine(tmp_path: Path) -> None:
    """Another locale, time zone and hash seed draw the same bytes."""
    environment = os.environ | {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "COLUMNS": "33"}
    before = {path.name: path.read_bytes() for path in SCREENSHOTS.glob("*.svg")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n0",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--basetemp={tmp_path / 'own'}",
        __file__,
        "-k",
        "test_browse or test_palette",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert {path.name: path.read_bytes() for path in SCREENSHOTS.glob("*.svg")} == before
