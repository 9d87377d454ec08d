"""A history of IronClaw 0.x in a SQLite file, for the promises of the contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store import open_store
from store.core import row_taking
from store.domain.timestamps import format_canonical
from store.ironclaw0.sqlite import routine_runs, statistics, stored_rows, usage
from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS, ROUTINE_STATEMENTS, USAGE_STATEMENTS
from tests.store.conftest import make_database, plain
from tests.store.contract.backend import Backend

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    import pytest

    from store.opening import Opening
    from store.records import Message
    from tests.store.conftest import Clock
    from tests.store.contract.backend import History, MessageSpec

_TABLES = (*CREATE_STATEMENTS, *ROUTINE_STATEMENTS, *USAGE_STATEMENTS)


class SqliteBackend(Backend):
    """A file with IronClaw 0.24's conversations, routines and calls to models."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.path = make_database(folder / "ironclaw.db", _TABLES)
        self.clock = clock

    def open(self, *, read_only: bool = False, index_folder: Path | None = None) -> Opening:
        return open_store(self.path, clock=self.clock, read_only=read_only, index_folder=index_folder)

    def close(self) -> None:
        """Leave the file to whoever made its folder."""

    def seed(self, history: History) -> list[str]:
        with plain(self.path) as db:
            db.execute("BEGIN")
            _seed_conversations(db, history)
            _seed_records(db, history)
            db.execute("COMMIT")
        return [each.id for each in history.conversations]

    def add_messages(self, conversation_id: str, *messages: MessageSpec) -> None:
        with plain(self.path) as db:
            db.execute("BEGIN")
            _insert_messages(db, conversation_id, messages)
            db.execute("COMMIT")

    def delete_messages(self, *messages: Message) -> None:
        with plain(self.path) as db:
            db.execute("BEGIN")
            ids = [(each.id,) for each in messages]
            db.executemany("DELETE FROM conversation_messages WHERE id = ?", ids)
            db.execute("COMMIT")

    def delete_conversation(self, conversation_id: str) -> None:
        with plain(self.path) as db:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))

    def set_metadata(self, conversation_id: str, text: str) -> None:
        with plain(self.path) as db:
            db.execute("UPDATE conversations SET metadata = ? WHERE id = ?", (text, conversation_id))

    def set_last_activity(self, conversation_id: str, moment: datetime) -> None:
        with plain(self.path) as db:
            row = format_canonical(moment), conversation_id
            db.execute("UPDATE conversations SET last_activity = ? WHERE id = ?", row)

    def set_created_at(self, message: Message, moment: datetime) -> None:
        with plain(self.path) as db:
            row = format_canonical(moment), message.id
            db.execute("UPDATE conversation_messages SET created_at = ? WHERE id = ?", row)

    def take_small_steps(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(statistics, "STEP", 3)
        patch.setattr(statistics, "_FIRST_STEP", 2)
        patch.setattr(statistics, "_PROVED", 2)
        patch.setattr(usage, "STEP", 2)
        patch.setattr(routine_runs, "STEP", 2)
        patch.setattr(stored_rows, "_KEYS", 7)
        patch.setattr(row_taking, "_MESSAGES", 5)
        patch.setattr(stored_rows, "_CONVERSATIONS", 2)


def _stored(moment: datetime | None) -> str | None:
    return None if moment is None else format_canonical(moment)


def _seed_conversations(db: sqlite3.Connection, history: History) -> None:
    for each in history.conversations:
        db.execute(
            "INSERT INTO conversations (id, channel, user_id, thread_id, started_at, last_activity, metadata)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                each.id,
                each.channel,
                each.user_id,
                each.thread_id,
                _stored(each.started_at),
                _stored(each.last_activity),
                json.dumps(each.metadata),
            ),
        )
        _insert_messages(db, each.id, each.messages)


def _insert_messages(db: sqlite3.Connection, conversation_id: str, messages: Iterable[MessageSpec]) -> None:
    db.executemany(
        "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at) VALUES (?, ?, ?, ?, ?)",
        [(each.id, conversation_id, each.role, each.content, _stored(each.created_at)) for each in messages],
    )


def _seed_records(db: sqlite3.Connection, history: History) -> None:
    for routine in history.routines:
        db.execute(
            "INSERT INTO routines (id, name, user_id, enabled, trigger_config, last_run_at, next_fire_at, run_count,"
            " consecutive_failures, trigger_type, action_type)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'cron', 'lightweight')",
            (
                routine.id,
                routine.name,
                routine.user_id,
                routine.enabled,
                routine.trigger_config,
                _stored(routine.last_run_at),
                _stored(routine.next_fire_at),
                routine.run_count,
                routine.consecutive_failures,
            ),
        )
    for run in history.runs:
        db.execute(
            "INSERT INTO routine_runs (id, routine_id, trigger_type, started_at, completed_at, status, tokens_used,"
            " job_id) VALUES (?, ?, 'cron', ?, ?, ?, ?, ?)",
            (
                run.id,
                run.routine_id,
                _stored(run.started_at),
                _stored(run.completed_at),
                run.status,
                run.tokens,
                run.job_id,
            ),
        )
    for call in history.calls:
        db.execute(
            "INSERT INTO llm_calls (id, job_id, conversation_id, provider, model, input_tokens, output_tokens, cost,"
            " created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                call.id,
                call.job_id,
                call.conversation_id,
                call.provider,
                call.model,
                call.input_tokens,
                call.output_tokens,
                call.cost,
                _stored(call.created_at),
            ),
        )
