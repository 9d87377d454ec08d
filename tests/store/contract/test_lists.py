"""Lists are exact whatever form their times have, in both directions, with true words about both ends."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Channel, Conversation, ConversationCursor, Count, Kind, Machines, open_store
from store.domain.timestamps import UNREADABLE, format_canonical, instant_of, parse
from store.ironclaw0.list_filter import kind_of
from store.ironclaw0.sqlite.kinds import kind_sql, text_in
from store.ironclaw0.sqlite.list_pages import canonical_sql
from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS, ROUTINE_STATEMENTS, probe
from tests.store.conftest import USER, add_conversation, add_message, loose_tables, make_database, plain

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

TIMES = [
    "2026-01-02T03:04:05.678Z",
    "2026-01-02T03:04:05.678901Z",
    "2026-01-02T03:04:05Z",
    "2026-01-02 03:04:05",
    "2026-01-02 03:04:05.678",
    "2026-01-02T05:04:05.678+02:00",
    "2026-01-01T23:59:59.999Z",
    "2024-02-29T00:00:00.000Z",
    "2026-02-29T00:00:00.000Z",
    "2026-02-30T00:00:00.000Z",
    "2026-13-01T00:00:00.000Z",
    "2026-01-01T24:00:00.000Z",
    "2026-01-01T23:60:00.000Z",
    "2026-01-01T23:59:60.000Z",
    "0000-01-01T00:00:00.000Z",
    "0001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.999-05:00",
    "12345-01-01T00:00:00.000Z",
    "2026-01-02T03:04:05.678z",
    "2026-01-02",
    "now",
    "",
    "garbage",
    "1767323045",
    "2026-01-02T03:04:05.678Z\0tail",
    1767323045,
    2461042.5,
    None,
    b"2026-01-02T03:04:05.678Z",
]


def rank(time: object, rowid: int) -> tuple[bool, int, int]:
    """Return a row's place in the list: newest first, ties by newest row, unreadable times last."""
    instant = instant_of(time)
    return instant == UNREADABLE, -instant, -rowid


async def walk(store: ConversationStore, limit: int, *, backwards: bool = False, **chosen: Any) -> list[Conversation]:
    """Return a whole list page by page, holding every page to what it says of its ends."""
    found: list[Conversation] = []
    page = await store.list_conversations(USER, limit=limit, oldest=backwards, **chosen)
    assert not (page.has_older if backwards else page.has_newer)
    while True:
        found = [*page.conversations, *found] if backwards else [*found, *page.conversations]
        if not (page.has_newer if backwards else page.has_older):
            return found
        assert len(page.conversations) == limit
        if backwards:
            page = await store.list_conversations(USER, limit=limit, before=page.conversations[0].cursor, **chosen)
            assert page.has_older
        else:
            page = await store.list_conversations(USER, limit=limit, after=page.conversations[-1].cursor, **chosen)
            assert page.has_newer


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 7, 200])
async def test_any_mix_of_times_is_sorted_by_instant(tmp_path: Path, limit: int, indexed: bool) -> None:
    random = Random(limit)
    path = make_database(tmp_path / "mix.db", [sql for sql in loose_tables() if indexed or "INDEX" not in sql])
    with plain(path) as db:
        times = TIMES * 3
        random.shuffle(times)
        for rowid, time in enumerate(times, start=1):
            add_conversation(db, id=str(rowid), last_activity=time)
            add_conversation(db, user_id="other", last_activity=time)
        rows = db.execute("SELECT id, last_activity, rowid FROM conversations WHERE user_id = ?", (USER,)).fetchall()
    expected = [key for key, _, _ in sorted(rows, key=lambda row: rank(row[1], row[2]))]
    async with open_store(path) as store:
        for backwards in (False, True):
            found = await walk(store, limit, backwards=backwards)
            assert [conversation.id for conversation in found] == expected
        assert [conversation.last_activity for conversation in found] == [
            parse(time) for _, time, _ in sorted(rows, key=lambda row: rank(row[1], row[2]))
        ]


def test_canonical_times_are_exactly_those_that_order_as_text() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE t (time TEXT)")
        db.executemany("INSERT INTO t VALUES (?)", [(time,) for time in TIMES])
        rows = db.execute(f"SELECT time, {canonical_sql('time')} FROM t").fetchall()
    for time, is_canonical in rows:
        moment = parse(time)
        assert bool(is_canonical) == (moment is not None and format_canonical(moment) == time), time


@settings(deadline=None, max_examples=300)
@given(st.datetimes(timezones=st.just(UTC)), st.text("0123456789TZ:.- +", max_size=26))
def test_canonical_predicate_agrees_with_python(moment: Any, text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        for time in (format_canonical(moment), text):
            (is_canonical,) = db.execute(
                f"SELECT {canonical_sql('time')} FROM (SELECT CAST(? AS TEXT) AS time)", (time,)
            ).fetchone()
            parsed = parse(time)
            assert bool(is_canonical) == (parsed is not None and format_canonical(parsed) == time)


async def test_a_row_that_was_odd_moves_when_the_agent_touches_it(loose: Path) -> None:
    with plain(loose) as db:
        ids = [add_conversation(db, last_activity=f"2026-01-01 00:00:0{n}") for n in range(5)]
    async with open_store(loose) as store:
        page = await store.list_conversations(USER, limit=2)
        assert [c.id for c in page.conversations] == [ids[4], ids[3]]
        await store.touch_conversation(ids[0])
        page = await store.list_conversations(USER, limit=9, after=page.conversations[-1].cursor)
        assert [c.id for c in page.conversations] == [ids[2], ids[1]]
        assert [c.id for c in await walk(store, 2)] == [ids[0], ids[4], ids[3], ids[2], ids[1]]


async def test_pages_beside_a_place_that_is_gone(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        ids = [add_conversation(db, last_activity=f"2026-01-01T00:00:0{n}.000Z") for n in range(4)]
    cursor = ConversationCursor(instant_of("2026-01-01T00:00:01.500Z"), 99)
    assert [c.id for c in (await store.list_conversations(USER, after=cursor)).conversations] == [ids[1], ids[0]]
    assert [c.id for c in (await store.list_conversations(USER, before=cursor)).conversations] == [ids[3], ids[2]]
    nowhere = await store.list_conversations("nobody")
    assert (nowhere.conversations, nowhere.has_newer, nowhere.has_older) == ((), False, False)
    with pytest.raises(ValueError, match="at most one"):
        await store.list_conversations(USER, before=cursor, oldest=True)


METADATA = [
    "{}",
    '{"thread_type":"thread"}',
    '{"thread_type":"assistant"}',
    '{"thread_type":"routine"}',
    '{"thread_type":"heartbeat"}',
    '{"thread_type":["routine"]}',
    '{"thread_type":null}',
    '{"thread\\u005ftype":"heartbeat"}',
    '{"thread_type":"routine","thread_type":"assistant"}',
    "{malformed",
    "{a:1}",
    "[]",
    "null",
    "",
    None,
    b'{"thread_type":"routine"}',
    "[" * 3000,
]


@pytest.mark.parametrize("channel", ["telegram", "routine", "heartbeat", "Routine", None, b"routine"])
def test_kind_says_the_same_in_sql_and_python(loose: Path, channel: object) -> None:
    with plain(loose) as db:
        for metadata in METADATA:
            add_conversation(db, channel=channel, metadata=metadata)
        schema = probe(db, "file", frozenset({"conversations", "conversation_messages", "routines"}))
        rows = db.execute(
            f"SELECT {kind_sql(schema)}, {text_in(schema, 'thread_type')}, channel FROM conversations"
        ).fetchall()
    for kind, thread_type, stored in rows:
        assert kind == kind_of(thread_type, stored if isinstance(stored, str) else "")


@pytest.fixture
async def machines(tmp_path: Path) -> Path:
    path = make_database(tmp_path / "machines.db", [*CREATE_STATEMENTS, *ROUTINE_STATEMENTS])
    with plain(path) as db:
        add_conversation(db, id="chat")
        add_conversation(db, id="beat", channel="heartbeat", metadata='{"thread_type":"heartbeat"}')
        for name, failures, owner in (("fails", 2, USER), ("works", 0, USER), ("strange", 1, "other")):
            db.execute(
                "INSERT INTO routines (id, name, user_id, trigger_type, action_type, consecutive_failures)"
                " VALUES (?, ?, ?, 'cron', 'lightweight', ?)",
                (name, f"{name} now", owner, failures),
            )
        for name in ("fails", "works", "strange", "gone"):
            document = {"thread_type": "routine", "routine_id": name, "routine_name": f"{name} then"}
            add_conversation(db, id=name, channel="routine", metadata=json.dumps(document))
    return path


async def test_machines_fold_unless_they_fail(machines: Path) -> None:
    async with open_store(machines) as store:

        async def ids(**chosen: Any) -> set[str]:
            page = await store.list_conversations(USER, **chosen)
            assert await store.count_conversations(USER, **chosen) == len(page.conversations)
            return {conversation.id for conversation in page.conversations}

        routines = {"fails", "works", "strange", "gone"}
        assert await ids() == {"chat", "beat", *routines}
        assert await ids(machines=Machines.FOLDED) == {"chat", "fails"}
        assert await ids(machines=Machines.ONLY) == {"beat", *routines}
        assert await ids(kind=Kind.ROUTINE) == routines
        assert await ids(channel="routine", machines=Machines.FOLDED) == {"fails"}
        assert await ids(kind=Kind.ASSISTANT) == set()
        assert await store.list_channels(USER) == [
            Channel("routine", 4, machines=4, folded=3),
            Channel("heartbeat", 1, machines=1, folded=1),
            Channel("telegram", 1, machines=0, folded=0),
        ]


async def test_routines_and_their_threads(machines: Path) -> None:
    async with open_store(machines) as store:
        listed = await store.list_routines(USER)
        assert [(r.id, r.name, r.conversation_id, r.consecutive_failures, r.is_orphan) for r in listed] == [
            ("fails", "fails now", "fails", 2, False),
            ("works", "works now", "works", 0, False),
            ("gone", "gone then", "gone", 0, True),
            ("strange", "strange then", "strange", 0, True),
        ]
        found = await store.get_conversation("fails", USER)
        assert found.title == "fails now"
        assert found.routine is not None
        assert (found.routine.consecutive_failures, found.routine.enabled, found.routine.is_orphan) == (
            2,
            True,
            False,
        )
        for name in ("gone", "strange"):
            orphan = await store.get_conversation(name, USER)
            assert orphan.title == f"{name} then"
            assert orphan.routine is not None
            assert orphan.routine.is_orphan


async def test_what_a_list_shows(store: ConversationStore, path: Path) -> None:
    made = await store.create_conversation("telegram", USER)
    with plain(path) as db:
        add_message(db, made, "@bot **Is** it\nwarm?")
        add_message(db, made, "y" * 100_000, role="assistant", created_at="2026-01-01T00:00:02.000Z")
        add_message(db, made, "{}", role="tool_calls", created_at="2026-01-01T00:00:03.000Z")
    found = await store.get_conversation(made, USER)
    assert found.title == "Is it warm?"
    assert found.preview is not None
    assert (found.preview.role, found.preview.text) == ("assistant", "y" * 400)
    assert found.total == Count(3)
    with plain(path) as db:
        db.execute("BEGIN")
        for _ in range(1000):
            add_message(db, made)
        db.execute("COMMIT")
    assert (await store.get_conversation(made, USER)).total == Count(1000, capped=True)
    assert (await store.timeline(made, USER)).total == 1003


async def test_users_by_number_of_conversations(loose: Path) -> None:
    with plain(loose) as db:
        for time in ("2026-01-01T00:00:00.000Z", "2026-01-02 00:00:00", "bad"):
            add_conversation(db, user_id="b", last_activity=time)
        add_conversation(db, user_id="a", last_activity=None)
    async with open_store(loose) as store:
        users = await store.list_users()
    assert [(user.id, user.conversations) for user in users] == [("b", 3), ("a", 1)]
    assert [user.last_activity for user in users] == [parse("2026-01-02T00:00:00.000Z"), None]
