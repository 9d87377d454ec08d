"""The special threads of a user: found without writing, orphans and duplicates told from the one that counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from store import Kind, SpecialThread, open_store
from store.domain.timestamps import parse
from store.ironclaw0.sqlite.schema import ROUTINE_STATEMENTS
from tests.store.conftest import USER, add_conversation, change_token, inside, make_database, plain, single

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from store.contract.store import ConversationStore

JAN = "2026-01-{:02d}T00:00:00.000Z"


def add_thread(db: sqlite3.Connection, name: str, day: int, document: dict[str, Any], **values: Any) -> str:
    return add_conversation(db, id=name, last_activity=JAN.format(day), metadata=json.dumps(document), **values)


@pytest.fixture(params=[True, False], ids=["indexed", "not indexed"])
def crowded(path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a file with orphans, and with duplicates as far as its indexes let it."""
    with plain(path) as db:
        for statement in ROUTINE_STATEMENTS:
            db.execute(statement)
        db.executemany(
            "INSERT INTO routines (id, name, user_id, enabled, trigger_config, last_run_at, next_fire_at, run_count,"
            " consecutive_failures, trigger_type, action_type)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'cron', 'lightweight')",
            [
                ("r1", "Backup", USER, 1, '{"schedule":"0 3 * * *"}', JAN.format(1), JAN.format(2), 164, 3),
                ("r2", "Never ran", USER, 0, "{}", None, None, 0, 0),
                ("r1 of another", "Other's", "other", 1, "{}", None, None, 0, 0),
            ],
        )
        add_thread(db, "backup", 3, {"thread_type": "routine", "routine_id": "r1", "routine_name": "Old name"})
        add_thread(db, "orphan", 4, {"thread_type": "routine", "routine_id": "gone", "routine_name": "Gone"})
        add_thread(db, "nameless", 1, {"routine_id": "gone too"})
        add_thread(db, "old", 5, {"thread_type": "assistant"}, channel="gateway")
        add_thread(db, "new", 6, {"thread_type": "assistant"}, channel="gateway")
        add_thread(db, "slack", 2, {"thread_type": "assistant"}, channel="slack")
        add_thread(db, "beat", 7, {"thread_type": "heartbeat"}, channel="heartbeat")
        add_thread(db, "chat", 8, {"thread_type": "thread"})
        add_thread(db, "stranger", 8, {"thread_type": "heartbeat"}, user_id="other")
        if not request.param:
            db.execute("DROP INDEX uq_conv_routine")
            db.execute("DROP INDEX uq_conv_heartbeat")
            add_thread(db, "backup again", 2, {"thread_type": "routine", "routine_id": "r1"})
            add_thread(db, "beat again", 9, {"thread_type": "heartbeat"})
    return path


async def test_special_threads_are_listed_and_duplicates_marked(crowded: Path) -> None:
    async with open_store(crowded) as store:
        found = await store.list_special_threads(USER)
        named = {thread.id: thread for thread in found}
        assert [thread.last_activity for thread in found] == sorted(
            (thread.last_activity for thread in found), key=str, reverse=True
        )
        assert named["backup"] == SpecialThread(
            "backup", Kind.ROUTINE, "telegram", "r1", parse(JAN.format(3)), is_duplicate=False
        )
        assert {thread.id for thread in found if thread.kind is Kind.ASSISTANT} == {"old", "new", "slack"}
        assert named["nameless"].kind is Kind.ROUTINE
        is_crowded = "beat again" in named
        duplicates = {thread.id for thread in found if thread.is_duplicate}
        assert duplicates == ({"old", "beat", "backup again"} if is_crowded else {"old"})
        assert "stranger" not in named
        assert "chat" not in named


async def test_what_is_found_is_what_is_not_marked(crowded: Path) -> None:
    async with open_store(crowded) as store:
        token = await change_token(store)
        counting = {thread.id for thread in await store.list_special_threads(USER) if not thread.is_duplicate}
        found = {
            await single(store, Kind.HEARTBEAT),
            *[await single(store, Kind.ASSISTANT, channel) for channel in ("gateway", "slack")],
            *[await store.find_routine_conversation(routine, USER) for routine in ("r1", "gone", "gone too")],
        }
        assert found == counting
        assert await single(store, Kind.ASSISTANT, "telegram") is None
        assert await single(store, Kind.HEARTBEAT, user_id="nobody") is None
        assert await change_token(store) == token
        assert inside(store)._file.writer is None


async def test_routines_are_listed_with_their_facts_then_those_that_are_gone(crowded: Path) -> None:
    async with open_store(crowded) as store:
        backup, never, *orphans = await store.list_routines(USER)
        assert (backup.name, backup.conversation_id, backup.is_orphan) == ("Backup", "backup", False)
        assert (backup.trigger_type, backup.trigger_config) == ("cron", '{"schedule":"0 3 * * *"}')
        assert (backup.last_run_at, backup.next_fire_at) == (parse(JAN.format(1)), parse(JAN.format(2)))
        assert (backup.run_count, backup.consecutive_failures) == (164, 3)
        assert (never.name, never.enabled, never.conversation_id) == ("Never ran", False, None)
        assert [(o.id, o.name, o.conversation_id, o.is_orphan) for o in orphans] == [
            ("gone too", "", "nameless", True),
            ("gone", "Gone", "orphan", True),
        ]
        assert backup.duplicates in ((), ("backup again",))


async def test_a_file_without_routines_has_only_orphans(store: ConversationStore) -> None:
    made = await store.get_or_create_routine_conversation("r", "R", USER)
    (routine,) = await store.list_routines(USER)
    assert (routine.id, routine.name, routine.conversation_id, routine.is_orphan) == ("r", "R", made, True)


async def test_an_index_of_that_name_may_be_any_index(tmp_path: Path) -> None:
    path = make_database(tmp_path / "odd.db")
    with plain(path) as db:
        db.execute("DROP INDEX uq_conv_routine")
        db.execute("CREATE INDEX uq_conv_routine ON conversations (id) WHERE id = 'x'")
        add_thread(db, "thread", 1, {"routine_id": "r"})
    async with open_store(path) as store:
        assert [routine.conversation_id for routine in await store.list_routines(USER)] == ["thread"]
