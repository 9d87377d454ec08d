"""What a conversation took, from rows with odd times, costs and bytes; plain words where the file does not know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from store import open_store
from store.contract.usage import RoleUse
from store.ironclaw0.sqlite import usage as usage_module
from store.ironclaw0.sqlite.schema import ROUTINE_STATEMENTS, USAGE_STATEMENTS
from tests.store.conftest import USER, add_conversation, add_message, make_database, plain

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from store.contract.store import ConversationStore

ROUTINE = "11111111-1111-4111-8111-111111111111"
THREAD = '{"thread_type":"routine","routine_id":"' + ROUTINE + '","routine_name":"Backup"}'


def add_call(db: sqlite3.Connection, number: int, **values: Any) -> None:
    row = {
        "id": f"call {number}",
        "provider": "nearai",
        "model": "glm",
        "input_tokens": 10,
        "output_tokens": 3,
        "cost": "0.1",
        "created_at": "2026-01-01T00:00:00.000Z",
    } | values
    db.execute(f"INSERT INTO llm_calls ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])


def add_run(db: sqlite3.Connection, number: int, started_at: str, status: str = "ok", **values: Any) -> None:
    row = {
        "id": f"run {number}",
        "routine_id": ROUTINE,
        "trigger_type": "cron",
        "started_at": started_at,
        "status": status,
        "tokens_used": 100,
    } | values
    db.execute(f"INSERT INTO routine_runs ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])


def add_routine(db: sqlite3.Connection, user: str = USER) -> None:
    db.execute(
        "INSERT INTO routines (id, name, user_id, trigger_type, action_type) VALUES (?, 'Backup', ?, 'cron', 'x')",
        (ROUTINE, user),
    )


@pytest.fixture
def billed(path: Path) -> Path:
    """Return a file that records calls and runs."""
    with plain(path) as db:
        for statement in (*ROUTINE_STATEMENTS, *USAGE_STATEMENTS):
            db.execute(statement)
    return path


async def test_messages_are_counted_by_role_with_their_bytes_and_times(
    store: ConversationStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_module, "STEP", 3)
    with plain(path) as db:
        made = add_conversation(db)
        for minute in range(7):
            add_message(db, made, "é", created_at=f"2026-01-01T00:0{minute}:00.000Z")
        add_message(db, made, b"\xff\xfe\x00", role="assistant", created_at="2025-12-31 23:59:00")
        add_message(db, made, "no time", role="assistant", created_at="yesterday")
    found = await store.usage(made, USER)
    assert found.roles == (RoleUse("user", 7, 14), RoleUse("assistant", 2, 10))
    assert (found.messages, found.size) == (9, 24)
    assert found.first_at == datetime(2025, 12, 31, 23, 59, tzinfo=UTC)
    assert found.last_at == datetime(2026, 1, 1, 0, 6, tzinfo=UTC)


async def test_a_file_without_the_tables_says_so_instead_of_zero(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        made = add_conversation(db, metadata=THREAD)
    found = await store.usage(made, USER)
    assert found.models is None
    assert found.runs is None
    now = datetime.now(UTC)
    assert await store.routine_runs(ROUTINE, USER, now - timedelta(days=1), now) == []


@pytest.mark.parametrize(
    "cost", ["", "free", "NaN", "Infinity", "1_000", "٣", "1e999", "9" * 500, "0x10", b"\xff", "$1"]
)
async def test_a_cost_that_is_no_number_is_counted_and_not_guessed(billed: Path, cost: object) -> None:
    with plain(billed) as db:
        made = add_conversation(db)
        add_call(db, 1, conversation_id=made, cost=cost)
        add_call(db, 2, conversation_id=made, cost="0.5")
    async with open_store(billed) as store:
        (model,) = (await store.usage(made, USER)).models or ()
    assert (model.cost, model.calls, model.unreadable) == (Decimal("0.5"), 2, 1)


async def test_a_table_of_calls_that_names_no_conversation_is_no_record(tmp_path: Path) -> None:
    path = make_database(tmp_path / "old.db")
    with plain(path) as db:
        db.execute("CREATE TABLE llm_calls (id TEXT, job_id TEXT, model TEXT, cost TEXT)")
        made = add_conversation(db)
    async with open_store(path) as store:
        assert (await store.usage(made, USER)).models is None


async def test_runs_are_added_up_by_status_and_by_week_of_the_readers_zone(
    billed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.ironclaw0.sqlite.routine_runs.STEP", 2)
    with plain(billed) as db:
        add_routine(db)
        made = add_conversation(db, channel="routine", metadata=THREAD)
        # A Sunday evening in UTC is a Monday further east.
        add_run(db, 1, "2026-01-04T23:30:00.000Z", "failed", job_id="job")
        add_run(db, 2, "2026-01-05 08:00:00", job_id="job")
        add_run(db, 3, "2026-01-12T08:00:00.000Z", tokens_used=None)
        add_run(db, 4, "some day", "running")
        add_call(db, 1, job_id="job", cost="0.25")
        add_call(db, 2, job_id="job", cost="1E-2")
        add_call(db, 3, job_id="another", cost="7")
    async with open_store(billed) as store:
        found = (await store.usage(made, USER)).runs
        further_east = (await store.usage(made, USER, tz=timezone(timedelta(hours=2)))).runs
    assert found is not None
    assert further_east is not None
    assert [(each.status, each.runs, each.tokens) for each in found.statuses] == [
        ("ok", 2, 100),
        ("failed", 1, 100),
        ("running", 1, 100),
    ]
    assert (found.runs, found.tokens, found.counted_tokens) == (4, 300, 3)
    assert [(each.year, each.week, each.runs, each.failed, each.tokens) for each in found.weeks] == [
        (2026, 3, 1, 0, 0),
        (2026, 2, 1, 0, 100),
        (2026, 1, 1, 1, 100),
    ]
    assert [(each.week, each.runs) for each in further_east.weeks] == [(3, 1), (2, 2)]
    assert found.jobs is not None
    assert found.jobs.cost == Decimal("0.26")
    assert sum(each.cost for each in further_east.weeks) == Decimal("0.26")


async def test_runs_are_read_by_time_whatever_form_the_times_have(billed: Path) -> None:
    with plain(billed) as db:
        add_routine(db)
        add_run(db, 1, "2026-01-04 23:59:59")
        add_run(db, 2, "2026-01-05 08:00:00", completed_at="2026-01-05T08:00:02.500Z")
        add_run(db, 3, "2026-01-05T10:00:00+01:00", "failed")
        add_run(db, 4, "2026-01-06T08:00:00.000Z")
    start, stop = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 5, 23, tzinfo=UTC)
    async with open_store(billed) as store:
        found = await store.routine_runs(ROUTINE, USER, start, stop)
        assert [(each.status, each.tokens) for each in found] == [("ok", 100), ("failed", 100)]
        assert found[0].completed_at == datetime(2026, 1, 5, 8, 0, 2, 500_000, tzinfo=UTC)
        assert await store.routine_runs(ROUTINE, "somebody else", start, stop) == []
