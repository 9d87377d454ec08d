"""The sample history: always the same, whole, and with everything that it promises."""

from __future__ import annotations

import json
import sqlite3
import stat
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from store.demo import DEMO_END, OWNER, history, machines, oddities, write_demo, writer
from store.demo.grammar import Deck, expand
from store.demo.script import Call, Line, ago, lines_of, timed
from store.demo.smalltalk import ALL, SLOTS
from store.domain.timestamps import EPOCH, format_canonical, instant_of, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLES = ("conversations", "conversation_messages", "llm_calls", "routines", "routine_runs")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    write_demo(path, end=DEMO_END)
    return path


@pytest.fixture
def db(demo: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(demo)) as connection:
        yield connection


def rows(db: sqlite3.Connection, sql: str, *values: Any) -> list[Any]:
    return db.execute(sql, values).fetchall()


def one(db: sqlite3.Connection, sql: str, *values: Any) -> Any:
    ((value,),) = rows(db, sql, *values)
    return value


def dump(path: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as connection:
        return {table: rows(connection, f"SELECT rowid, * FROM {table} ORDER BY rowid") for table in TABLES}


# The file


def test_same_end_same_rows_and_quickly(demo: Path, tmp_path: Path) -> None:
    began = time.process_time()
    write_demo(tmp_path / "again.db", end=DEMO_END.astimezone(timezone(timedelta(hours=9))))
    assert time.process_time() - began < 1.5
    assert dump(tmp_path / "again.db") == dump(demo)


@pytest.mark.parametrize(
    "end", [datetime(2024, 2, 29, 0, 0, 1, tzinfo=UTC), datetime(2031, 12, 31, 23, 59, tzinfo=UTC)]
)
def test_any_end_will_do(tmp_path: Path, end: datetime) -> None:
    write_demo(tmp_path / "demo.db", end=end)
    with closing(sqlite3.connect(tmp_path / "demo.db")) as connection:
        newest = one(connection, "SELECT max(last_activity) FROM conversations")
        moment = parse(newest)
        assert moment is not None
        assert timedelta() <= end - moment < timedelta(minutes=1)
        assert one(connection, "SELECT max(last_run_at) FROM routines") <= format_canonical(end)


def test_naive_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="aware"):
        write_demo(tmp_path / "demo.db", end=datetime(2026, 1, 1))
    assert list(tmp_path.iterdir()) == []


def test_file_is_private_whole_and_alone(demo: Path, db: sqlite3.Connection) -> None:
    assert stat.S_IMODE(demo.stat().st_mode) == 0o600
    assert demo.stat().st_nlink == 1
    assert one(db, "PRAGMA journal_mode") == "wal"
    assert one(db, "PRAGMA quick_check") == "ok"
    assert rows(db, "PRAGMA foreign_key_check") == []
    assert {path.name for path in demo.parent.iterdir()} <= {"demo.db", "demo.db-wal", "demo.db-shm"}


@pytest.mark.parametrize("kind", ["file", "directory", "dangling link"])
def test_existing_path_is_left_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "demo.db"
    if kind == "file":
        path.write_text("mine")
    elif kind == "directory":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_demo(path, end=DEMO_END)
    assert [each.name for each in tmp_path.iterdir()] == ["demo.db"]
    assert kind != "file" or path.read_text() == "mine"


def test_file_that_appears_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "demo.db"
    monkeypatch.setattr(writer, "_fill", lambda *_: path.write_text("mine"))
    with pytest.raises(FileExistsError):
        write_demo(path, end=DEMO_END)
    assert path.read_text() == "mine"


def test_interrupted_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "_messages", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_demo(tmp_path / "demo.db", end=DEMO_END)
    assert list(tmp_path.iterdir()) == []


def test_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(writer, "_fill", lambda *_: None)
    monkeypatch.setattr("os.link", refuse)
    write_demo(tmp_path / "demo.db", end=DEMO_END)
    assert [each.name for each in tmp_path.iterdir()] == ["demo.db"]
    assert stat.S_IMODE((tmp_path / "demo.db").stat().st_mode) == 0o600


# The size and shape


def test_counts(db: sqlite3.Connection) -> None:
    sizes = [size for (size,) in rows(db, "SELECT count(*) FROM conversation_messages GROUP BY conversation_id")]
    assert 140 <= one(db, "SELECT count(*) FROM conversations") <= 160
    assert 6000 <= sum(sizes) <= 6500
    assert 3000 <= max(sizes) <= 3020
    assert sum(size <= 10 for size in sizes) > len(sizes) / 2
    assert sum(100 < size < 1000 for size in sizes) >= 5
    assert one(db, "SELECT count(DISTINCT channel) FROM conversations") >= 14
    users = dict(rows(db, "SELECT user_id, count(*) FROM conversations GROUP BY user_id"))
    assert users.keys() == {OWNER, history.TELEGRAM_SENDER, history.SLACK_SENDER}
    assert users[OWNER] > 100


def test_last_activity_is_the_last_message(db: sqlite3.Connection) -> None:
    for conversation_id, started, active in rows(db, "SELECT id, started_at, last_activity FROM conversations"):
        times = rows(db, "SELECT created_at FROM conversation_messages WHERE conversation_id = ?", conversation_id)
        instants = [instant_of(stored) for (stored,) in times if parse(stored)]
        assert instant_of(active) == max(instants, default=instant_of(started))
        assert instant_of(started) <= min(instants, default=instant_of(started))


def test_nothing_lies_beyond_the_end_and_a_year_before_it(db: sqlite3.Connection) -> None:
    moments = [parse(stored) for (stored,) in rows(db, "SELECT created_at FROM conversation_messages")]
    known = [moment for moment in moments if moment]
    assert DEMO_END - timedelta(days=367) < min(known)
    assert max(known) <= DEMO_END
    assert sum(DEMO_END - moment < timedelta(hours=1) for moment in known) >= 10
    assert sum(moment.hour in range(1, 6) for moment in known if moment.minute % 30) < len(known) / 10


def test_rows_lie_in_the_order_of_writing(db: sqlite3.Connection) -> None:
    instants = [
        instant_of(stored)
        for (stored,) in rows(db, "SELECT created_at FROM conversation_messages ORDER BY rowid")
        if parse(stored)
    ]
    assert instants == sorted(instants)


def test_newest_conversations_are_the_written_ones(db: sqlite3.Connection) -> None:
    newest = [
        channel
        for (channel,) in rows(
            db,
            """SELECT channel FROM conversations WHERE channel NOT IN ('routine', 'heartbeat')
                ORDER BY last_activity DESC LIMIT 9""",
        )
    ]
    assert newest == ["gateway", "signal", "telegram", "repl", "slack", "gateway", "whatsapp", "discord", "tui"]


# What it holds


@pytest.mark.parametrize(
    "pattern",
    [
        "%```python%",
        "%```rust%",
        "%```bash%",
        "%```json%",
        "%```sql%",
        "%|--:|%",
        "%\n1. %",
        "## %",
        "%\n> %",
        "%](https://%",
        "%$$%\\frac%",
        "%木漏れ日%",
        "%树缝%",
        "%הים%",
        "%البحر%",
        "%🎸%",
        '%<attachment index="1" type="audio"%Transcript: %',
        '%<attachment index="1" type="image"%[Image attached%',
        '%<attachment index="1" type="document"%&gt;%',
        "\n\n<attachments>%",
        "@claw %",
        "Tool 'shell' was rejected%",
        "[Response filtered: %",
        "Hey there! I'm excited to be your new assistant%",
        "%\x1b]52;c;%",
        "%\x1b]0;%",
        "%\x1b[2J%",
        "%\x9b2J%",
        "%\u202e%",
        "%\u200b%",
        "%\U000e0068%",
        "%[@click=app.quit]boo[/]%",
    ],
)
def test_some_message_looks_like(db: sqlite3.Connection, pattern: str) -> None:
    assert one(db, "SELECT count(*) FROM conversation_messages WHERE content LIKE ?", pattern) > 0


def test_roles(db: sqlite3.Connection) -> None:
    roles = {role for (role,) in rows(db, "SELECT DISTINCT role FROM conversation_messages")}
    assert roles == {"user", "assistant", "tool_calls", "system", "tool", "function"}


def test_tool_calls_in_both_shapes(db: sqlite3.Connection) -> None:
    stored = [
        json.loads(text)
        for (text,) in rows(db, "SELECT content FROM conversation_messages WHERE role = 'tool_calls' ORDER BY rowid")
    ]
    arrays = [value for value in stored if isinstance(value, list)]
    objects = [value for value in stored if isinstance(value, dict)]
    assert len(arrays) > 100
    assert len(objects) > 100
    assert any("narrative" in value for value in objects)
    calls = [call for value in objects for call in value["calls"]]
    assert all("rationale" not in call for value in arrays for call in value)
    assert any("rationale" in call for call in calls)
    assert any(call.get("error", "").startswith("<tool_output name=") for call in calls)
    assert all(("error" in call) != ("result" in call) for call in calls)


def test_two_tool_calls_in_a_row(db: sqlite3.Connection) -> None:
    turns = rows(
        db,
        """SELECT m.role, lag(m.role) OVER (PARTITION BY conversation_id ORDER BY m.rowid)
             FROM conversation_messages AS m""",
    )
    assert ("tool_calls", "tool_calls") in turns


def test_question_without_reply(db: sqlite3.Connection) -> None:
    ends = rows(db, "SELECT role, max(rowid) FROM conversation_messages GROUP BY conversation_id")
    assert sum(role == "user" for role, _ in ends) >= 3


def test_nul_is_stored_whole(db: sqlite3.Connection) -> None:
    sql = "SELECT content FROM conversation_messages WHERE instr(CAST(content AS BLOB), x'00') > 0"
    assert "before\x00after" in one(db, sql)


def test_hostile_thread_has_an_innocent_title(db: sqlite3.Connection) -> None:
    first = one(db, "SELECT content FROM conversation_messages WHERE content LIKE 'A page I found%'")
    assert first == oddities.HOSTILE_TITLE
    assert first.isprintable()


def test_one_very_long_message(db: sqlite3.Connection) -> None:
    sizes = [size for (size,) in rows(db, "SELECT length(content) FROM conversation_messages")]
    assert sum(size > 190_000 for size in sizes) == 1


def test_times_that_are_not_ironclaws(db: sqlite3.Connection) -> None:
    stored = [text for (text,) in rows(db, "SELECT created_at FROM conversation_messages")]
    assert sum(parse(text) is None for text in stored) == 1
    naive = [text for text in stored if len(text) == 19]
    assert len(naive) == 4
    assert one(db, "SELECT count(*) FROM conversations WHERE length(last_activity) = 19") == 1
    assert len(stored) - len(set(stored)) > 50
    assert all((parse(text) or EPOCH) > EPOCH for text in naive)


def test_imported_rows_share_one_time(db: sqlite3.Connection) -> None:
    sql = """SELECT count(*), count(DISTINCT created_at) FROM conversation_messages JOIN conversations AS c
               ON c.id = conversation_id WHERE json_extract(c.metadata, '$.openclaw_channel') = 'whatsapp'"""
    assert rows(db, sql) == [(8, 1)]


def test_metadata(db: sqlite3.Connection) -> None:
    stored = [json.loads(text) for (text,) in rows(db, "SELECT metadata FROM conversations")]
    types = {value.get("thread_type") for value in stored}
    assert types == {None, "thread", "assistant", "routine", "heartbeat"}
    titles = [value["title"] for value in stored if "title" in value]
    assert sorted(titles) == ["Assistant", "Assistant", "Day to day", "Taxes, with cake"]
    assert one(
        db, "SELECT count(*) FROM conversations WHERE id NOT IN (SELECT conversation_id FROM conversation_messages)"
    )


def test_unique_indexes_hold(demo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(demo.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        for channel in ("routine", "heartbeat"):
            twin = rows(connection, "SELECT user_id, metadata FROM conversations WHERE channel = ?", channel)[0]
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(
                    "INSERT INTO conversations (id, channel, user_id, metadata) VALUES ('x', ?, ?, ?)",
                    (channel, *twin),
                )


def test_usage_is_decimal_text(db: sqlite3.Connection) -> None:
    costs = [cost for (cost,) in rows(db, "SELECT cost FROM llm_calls")]
    assert len(costs) > 300
    assert all(isinstance(cost, str) and 0 < float(cost) < 1 for cost in costs)
    assert one(db, "SELECT count(DISTINCT model) FROM llm_calls") == 2


# Machines


def test_routines(db: sqlite3.Connection) -> None:
    routines = {
        name: rest for name, *rest in rows(db, "SELECT name, enabled, run_count, consecutive_failures FROM routines")
    }
    assert len(routines) == 5
    assert sum(not enabled for enabled, *_ in routines.values()) == 1
    assert routines["Nightly backup check"] == [1, 164, 3]
    assert routines["Router watch"] == [1, 4000, 0]
    counted = rows(
        db,
        """SELECT r.run_count, count(u.id), count(DISTINCT u.started_at) FROM routines AS r
             LEFT JOIN routine_runs AS u ON u.routine_id = r.id GROUP BY r.id""",
    )
    assert all(promised == held == distinct for promised, held, distinct in counted)


def test_failures_in_a_row_are_the_newest_runs(db: sqlite3.Connection) -> None:
    statuses = rows(
        db,
        """SELECT status FROM routine_runs WHERE routine_id = (SELECT id FROM routines WHERE consecutive_failures = 3)
            ORDER BY started_at DESC LIMIT 4""",
    )
    assert [status == "failed" for (status,) in statuses] == [True, True, True, False]


def test_routine_threads(db: sqlite3.Connection) -> None:
    threads = rows(
        db,
        """SELECT json_extract(c.metadata, '$.routine_name'), r.name, count(*)
             FROM conversations AS c JOIN conversation_messages AS m ON m.conversation_id = c.id
             LEFT JOIN routines AS r ON r.id = json_extract(c.metadata, '$.routine_id')
            WHERE c.channel = 'routine' GROUP BY c.id ORDER BY 3""",
    )
    assert threads == [
        ("Frost alarm", "Frost alarm", 38),
        ("Lisbon fare watch", None, 64),
        ("Nightly backup check", "Nightly backup check", 96),
        ("Morning news", "Friendly morning briefing", 118),
        ("Router watch", "Router watch", 600),
    ]
    assert "Payment received" in {name for (name,) in rows(db, "SELECT name FROM routines")}


@pytest.mark.parametrize(
    "head", ["[cron] ok", "[cron] attention: ", "[cron] failed: ", "[manual] ok: ", "[dispatched] ok: Job "]
)
def test_routine_rows(db: sqlite3.Connection, head: str) -> None:
    sql = """SELECT count(*) FROM conversation_messages JOIN conversations AS c ON c.id = conversation_id
              WHERE c.channel = 'routine' AND role = 'assistant' AND content LIKE ?"""
    assert one(db, sql, f"{head}%") > 0


def test_heartbeat_speaks_without_prefix(db: sqlite3.Connection) -> None:
    sql = """SELECT content FROM conversation_messages JOIN conversations AS c ON c.id = conversation_id
              WHERE c.channel = ?"""
    beats = [content for (content,) in rows(db, sql, "heartbeat")]
    assert len(beats) == 204
    assert not any(beat.startswith("[") or "{" in beat for beat in beats)


def test_every_routine_runs_on_its_schedule() -> None:
    for routine in machines.ROUTINES:
        runs = machines.run_routine(routine, DEMO_END, Random(1))
        assert len(runs) == routine.runs
        assert all(timedelta() <= (run.at - runs[0].at) % routine.every + timedelta(seconds=4) for run in runs)
        assert all(run.at <= DEMO_END for run in runs)


# The script


def test_play_becomes_lines() -> None:
    assert lines_of("> a\n\n  b\n* why\n$ x | y | z\n$! x | no\n~ 2h\n< c\n? system | d") == [
        Line("user", "a\n\nb"),
        Line("tool_calls", "why", (Call("x", "y", rationale="z"), Call("x", error="no"))),
        Line("assistant", "c", pause=timedelta(hours=2)),
        Line("system", "d"),
    ]


def test_play_with_an_unmarked_line_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        lines_of("> a\nb")


def test_times_end_where_they_should() -> None:
    told = timed(lines_of("> a\n~ 1d\n< b"), Random(1), last=DEMO_END)
    assert told[-1].at == DEMO_END
    assert timedelta(days=1) <= told[1].at - told[0].at < timedelta(days=1, seconds=1)
    assert ago("1d 2h 3m 4s") == timedelta(days=1, hours=2, minutes=3, seconds=4)


def test_slots_agree_within_an_exchange() -> None:
    slots = {"a": ("x = 1", "y = 2"), "b": ("of {a}",)}
    for seed in range(20):
        first, second, other, nested = expand("{a} {a:2} {a'} {b}", slots, Random(seed)).split(" ", 3)
        assert (first, second) in {("x", "1"), ("y", "2")}
        assert other != first
        assert nested == f"of {first}"


def test_every_exchange_can_be_dealt_and_fills_its_slots() -> None:
    deck = Deck(ALL, SLOTS, Random(7))
    dealt = [deck.deal() for _ in range(2000)]
    assert all(lines[0].role == "user" for lines in dealt)
    assert not any(mark in line.text for lines in dealt for line in lines for mark in "{}")


def test_neighbours_do_not_repeat_themselves(db: sqlite3.Connection) -> None:
    sql = """SELECT content FROM conversation_messages JOIN conversations AS c ON c.id = conversation_id
              WHERE channel = 'signal' AND c.metadata LIKE '%Day%' AND role = 'user' AND length(content) > 25"""
    said = [content for (content,) in rows(db, sql)]
    assert all(said[index] not in said[index + 1 : index + 30] for index in range(len(said)))
