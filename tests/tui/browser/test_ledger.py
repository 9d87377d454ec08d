"""The ledger of a routine: one line a run, the like folded, failures never; every way in, through and out of it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from store.demo import DEMO_END
from store.domain.timestamps import format_canonical
from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS, ROUTINE_STATEMENTS
from tests.store.conftest import CAMPAIGN, make_database
from tests.tui.conftest import Browser, browse
from tests.tui.desk import back, on, says
from tui.modals.run_diff import RunDiffScreen
from tui.model.run_window import HELD, Fold
from tui.widgets.ledger import Ledger
from tui.widgets.row_table import Table
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Golden = Callable[[Browser, str], None]

FIVE = timedelta(minutes=5)
LONG = 30_000 if CAMPAIGN == 1 else 100_000
ROUTER = "json_extract(metadata, '$.routine_name') = 'Router watch'"
HOSTILE = "\x1b]52;c;aGk=\x07\x1b[2J [/] [b]x\u202e\x9b31m"


def write(path: Path, runs: Sequence[tuple[str, str, datetime]], thread: str = "thread") -> None:
    """Append rows of a role with a text to a thread."""
    with closing(sqlite3.connect(path)) as db:
        (first,) = db.execute("SELECT count(*) FROM conversation_messages").fetchone()
        db.executemany(
            "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                (f"{first + number:08x}-0000-4000-8000-000000000000", thread, role, text, format_canonical(at))
                for number, (role, text, at) in enumerate(runs)
            ],
        )
        db.execute("UPDATE conversations SET last_activity = ?", (format_canonical(DEMO_END),))
        db.commit()


def routine(path: Path, texts: Sequence[str], moments: Sequence[datetime] = ()) -> Path:
    """Make a file with the thread of one routine, which runs every five minutes, and an empty chat."""
    make_database(path, (*CREATE_STATEMENTS, *ROUTINE_STATEMENTS))
    facts = {"thread_type": "routine", "routine_id": "r", "routine_name": "Watch"}
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "INSERT INTO routines (id, name, user_id, trigger_type, trigger_config, action_type)"
            """ VALUES ('r', 'Watch', 'default', 'cron', '{"schedule":"0 */5 * * * *"}', 'lightweight')"""
        )
        db.execute(
            "INSERT INTO conversations (id, channel, user_id, metadata) VALUES ('thread', 'routine', 'default', ?)",
            (json.dumps(facts),),
        )
        db.execute("INSERT INTO conversations (id, channel, user_id) VALUES ('chat', 'signal', 'default')")
        db.commit()
    first = DEMO_END - len(texts) * FIVE
    times = moments or [first + number * FIVE for number in range(len(texts))]
    write(path, [("assistant", text, at) for text, at in zip(texts, times, strict=True)])
    return path


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thread of 100,000 runs, two of which failed: the first one, and one in the middle."""
    texts = ["[cron] ok"] * LONG
    texts[0] = texts[LONG // 2] = "[cron] failed: no route"
    return routine(tmp_path_factory.mktemp("long") / "long.db", texts)


async def opened(browser: Browser, name: str = "watch") -> Ledger:
    """Open the thread of a routine."""
    await browser.press("r", *name, "enter")
    reader = browser.reader
    assert isinstance(reader, Ledger)
    assert reader.has_focus
    return reader


def lines(browser: Browser) -> list[str]:
    """What stands in the pane that is read, row by row."""
    reader = browser.reader
    return ["".join(segment.text for segment in reader.render_line(y)).rstrip() for y in range(reader.size.height)]


async def test_a_routine_opens_at_its_newest_run_with_the_like_folded(sample_copy: Path, golden: Golden) -> None:
    with closing(sqlite3.connect(sample_copy)) as db:
        db.execute(
            f"DELETE FROM conversation_messages WHERE conversation_id = (SELECT id FROM conversations WHERE {ROUTER})"
            " AND created_at BETWEEN '2026-06-17T01:10' AND '2026-06-17T06:40'"
        )
        db.commit()
    async with browse(sample_copy, size=(140, 36)) as browser:
        ledger = await opened(browser, "router")
        assert ledger.follows
        assert "×19 ok" in lines(browser)[-1]
        assert any("silent 6 h: expected every 30 minutes" in line for line in lines(browser))
        golden(browser, "ledger")


async def test_failures_stand_each_by_itself_and_what_runs_took_is_told(sample: Path) -> None:
    async with browse(sample, size=(140, 36)) as browser:
        await opened(browser, "backup")
        last = lines(browser)[-3:]
        assert all("✗ restic: write" in line for line in last)
        assert all(" tok" in line for line in last)
        assert "✗ 3" in lines(browser)[0]


async def test_a_routine_that_has_gone_silent_says_so_until_it_is_switched_off(tmp_path: Path) -> None:
    path = routine(tmp_path / "a.db", ["[cron] ok"] * 9, [DEMO_END - timedelta(hours=5) + n * FIVE for n in range(9)])
    async with browse(path) as browser:
        await opened(browser)
        assert lines(browser)[0].endswith("silent for 4 h")
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE routines SET enabled = 0")
        db.commit()
    async with browse(path) as browser:
        await opened(browser)
        assert "silent" not in lines(browser)[0]


async def test_a_narrow_terminal_shows_the_ledger_too(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(40, 12)) as browser:
        await opened(browser, "backup")
        golden(browser, "ledger-narrow")


async def test_moving_through_the_list_shows_ledgers_beside_it(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("a", "a")
        assert isinstance(browser.reader, Ledger)
        assert browser.app.focused is browser.conversations
        assert browser.screen.current is browser.selected
        await browser.press("a")
        assert isinstance(browser.reader, Transcript)


async def test_enter_unfolds_then_opens_the_run_and_escape_comes_back(tmp_path: Path) -> None:
    texts = ["[cron] failed: no", *["[cron] ok"] * 5, "[cron] attention: look"]
    async with browse(routine(tmp_path / "a.db", texts)) as browser:
        ledger = await opened(browser)
        assert [each for each in ledger.window.entries if isinstance(each, Fold)] == [
            Fold(0, 0),
            Fold(1, 5),
            Fold(6, 6),
        ]
        await browser.press("k", "enter")
        assert len(ledger.window.entries) == 7
        assert ledger.selected == 1
        await browser.press("j", "enter")
        assert isinstance(browser.reader, Transcript)
        assert browser.reader.has_focus
        assert browser.transcript.current == 2
        await browser.press("escape")
        assert browser.reader is ledger
        assert ledger.has_focus
        assert ledger.selected == 2
        await browser.press("t")
        assert len(ledger.window.entries) == 3
        await browser.press("t")
        assert len(ledger.window.entries) == 7


async def test_the_choice_of_plain_holds_for_the_next_thread(sample: Path) -> None:
    async with browse(sample) as browser:
        await opened(browser, "router")
        await browser.press("L")
        assert isinstance(browser.reader, Transcript)
        assert browser.transcript.current == browser.transcript.total - 1
        await browser.press("r", *"backup", "enter")
        assert isinstance(browser.reader, Transcript)
        assert browser.transcript.has_focus
        await browser.press("L")
        assert isinstance(browser.reader, Ledger)
        await browser.until(lambda: "restic" in lines(browser)[-1], "the newest run is drawn")


async def test_the_palette_offers_the_ledgers_commands_where_it_is_shown(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("ctrl+p")
        assert "difference" not in offered(browser)
        await browser.press("escape")
        await opened(browser, "router")
        await browser.press("ctrl+p")
        titles = offered(browser)
        assert "difference" in titles
        assert "tool calls" not in titles


def offered(browser: Browser) -> list[str]:
    """The titles that the palette offers."""
    return [row.cells[0] for row in browser.app.screen.query_one(Table).rows]


async def test_a_chat_has_no_ledger_and_says_so(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("tab", "L")
        assert browser.said == ["Only threads of routines and the heartbeat have a ledger."]


async def test_a_run_is_compared_with_the_one_before_it(tmp_path: Path, golden: Golden) -> None:
    texts = [
        "[cron] attention: The disk is 93 % full, and the fan is loud.\n\nNothing else to say.",
        "[cron] attention: The disk is 97 % full, and **quite hot**.\n\nNothing else to say. [/b]",
        "[cron] ok",
        "[cron] ok",
    ]
    async with browse(routine(tmp_path / "a.db", texts), size=(100, 24)) as browser:
        await opened(browser)
        await browser.press("enter", "D")
        await on(browser, RunDiffScreen)
        assert "It says the same as the run before." in browser.text()
        await browser.press("escape")
        await back(browser)
        await browser.press("k", "k", "D")
        await on(browser, RunDiffScreen)
        assert "[−93−] {+97+} % full" in browser.text()
        golden(browser, "run-diff")
        await browser.press("escape", "k", "D")
        await on(browser, RunDiffScreen)
        assert "There is no run before this one." in browser.text()


async def test_failures_are_walked_towards_the_start_and_the_last_one_says_so(tmp_path: Path) -> None:
    texts = ["[cron] ok", "[cron] failed: one", "[cron] ok", "[cron] failed: two", "[cron] ok"]
    async with browse(routine(tmp_path / "a.db", texts)) as browser:
        ledger = await opened(browser)
        await browser.press("exclamation_mark")
        assert ledger.selected == 3
        await browser.press("exclamation_mark")
        assert ledger.selected == 1
        await browser.press("exclamation_mark")
        assert ledger.selected == 1
        assert browser.said == ["There is no failure before this."]


async def test_looking_for_a_failure_stops_when_told(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.browser.ledger_loader.STEP", 1)
    async with browse(long) as browser:
        ledger = await opened(browser)
        await browser.press_only("exclamation_mark")
        await browser.press("escape")
        assert browser.said == ["Stopped looking for a failure."]
        assert ledger.has_focus
        await browser.press("escape")
        assert browser.app.focused is browser.conversations


async def test_the_list_tells_how_routines_are_doing(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("a", "a")
        rows = {line[1:20].strip(): line[:52] for line in browser.text().splitlines()}
        assert " ✗ 3 routine" in rows["Nightly backup chec"]
        assert " ✓ routine" in rows["Router watch"]
        assert " ! routine" in rows["Friendly morning br"]


async def test_hostile_summaries_are_shown_and_do_nothing(tmp_path: Path) -> None:
    texts = [f"[cron] {status}: {HOSTILE}" for status in ("ok", "attention", "failed", "running")] + [HOSTILE]
    async with browse(routine(tmp_path / "a.db", texts), size=(80, 24)) as browser:
        await opened(browser)
        for keys in ((), ("D",), ("escape", "y")):
            await browser.press(*keys)
            assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(browser.text())
        assert "[/] [b]x" in browser.text()
        assert "\x1b" not in browser.app.clipboard


async def test_what_is_no_report_stands_in_its_place_as_text(tmp_path: Path) -> None:
    path = routine(tmp_path / "a.db", ["[cron] ok", "All quiet,\nand warm."])
    write(path, [("user", "why?", DEMO_END), ("system", "odd", DEMO_END)])
    async with browse(path) as browser:
        await opened(browser)
        ok, quiet, asked, odd = lines(browser)[-4:] if lines(browser)[-1] else [x for x in lines(browser) if x][-4:]
        assert "✓ ok" in ok
        assert "All quiet, and warm." in quiet
        assert "you: why?" in asked
        assert "system: odd" in odd


async def test_new_runs_are_followed_until_the_reader_moves_up(tmp_path: Path) -> None:
    path = routine(tmp_path / "a.db", ["[cron] ok", "[cron] failed: no"])
    async with browse(path) as browser:
        await browser.press("a", "a", "tab")
        ledger = browser.reader
        assert isinstance(ledger, Ledger)
        assert ledger.has_focus
        write(path, [("assistant", "[cron] ok: fresh", DEMO_END)])
        await browser.press("ctrl+r")
        assert (ledger.total, ledger.selected) == (3, 2)
        await browser.press("k")
        write(path, [("assistant", f"[cron] ok: {number}", DEMO_END) for number in range(60)])
        await browser.press("ctrl+r")
        assert (ledger.total, ledger.selected) == (63, 1)
        assert "▼ newer" in browser.text()
        await browser.press("f")
        assert ledger.selected == 62


async def test_a_run_and_its_ids_are_copied(tmp_path: Path) -> None:
    async with browse(routine(tmp_path / "a.db", ["[cron] ok: one", "[cron] ok: two\n\nlines"])) as browser:
        await opened(browser)
        await browser.press("y")
        assert browser.app.clipboard == "[cron] ok: two\n\nlines"
        await browser.press("Y")
        assert browser.app.clipboard == "thread 00000001-0000-4000-8000-000000000000"


async def test_finding_leads_to_the_plain_thread_and_back(sample: Path) -> None:
    async with browse(sample) as browser:
        ledger = await opened(browser, "router")
        await browser.press("slash", *"refused", "enter")
        assert isinstance(browser.reader, Transcript)
        assert "refused" in browser.message.content
        await browser.press("escape", "escape")
        assert browser.reader is ledger


async def test_an_empty_thread_tells_what_is_on_record(tmp_path: Path) -> None:
    path = routine(tmp_path / "a.db", [])
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO routine_runs (id, routine_id, trigger_type) VALUES ('x', 'r', 'cron')")
        db.commit()
    async with browse(path) as browser:
        await browser.press("r", *"watch", "enter")
        await says(browser, "The file has 1 run of this routine on record")


async def test_ten_thousands_of_runs_cost_what_they_show(long: Path) -> None:
    async with browse(long) as browser:
        ledger = await opened(browser)
        assert ledger.total == LONG
        assert len(ledger.window.runs) < HELD
        assert any("×" in line and "+ ok" in line for line in lines(browser))
        await browser.press("g")
        assert (ledger.window.start, ledger.selected) == (0, 0)
        assert len(ledger.window.runs) < HELD
        assert "✗ no route" in "".join(lines(browser))
        await browser.press("G")
        assert ledger.window.reaches_end
        await browser.press("exclamation_mark")
        assert ledger.selected == LONG // 2
        await browser.press("exclamation_mark")
        assert ledger.selected == 0
        await browser.press("at", *f"#{LONG * 7 // 10}", "enter")
        await browser.until(lambda: ledger.window.get(LONG * 7 // 10 - 1) is not None, "the run is held")


async def test_runs_at_the_ends_of_the_calendar_are_shown(tmp_path: Path) -> None:
    moments = [datetime(1, 1, 1, tzinfo=UTC), DEMO_END, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    path = routine(tmp_path / "ends.db", [f"[cron] ok: {number}" for number in range(3)], moments)
    with closing(sqlite3.connect(path)) as db:
        db.executemany(
            "INSERT INTO routine_runs (id, routine_id, trigger_type, started_at, completed_at, status, tokens_used)"
            " VALUES (?, 'r', 'cron', ?, ?, 'ok', 5)",
            [(str(n), format_canonical(at), format_canonical(at)) for n, at in enumerate(moments)],
        )
        db.commit()
    async with browse(path, channel="routine") as browser:
        await browser.press("enter")
        assert "9999" in browser.text() or "31 Dec" in browser.text()
        await browser.press("g", "L", "T", "g", "i")
        await says(browser, "in all")
        await browser.press("escape")
