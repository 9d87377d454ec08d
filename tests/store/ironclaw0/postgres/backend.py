"""A history of IronClaw 0.x on a real server, for the promises of the contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg

from store import open_store
from store.core import conversation_counts, row_taking
from store.ironclaw0.postgres import routine_runs, statistics, stored_rows
from tests.store.contract.backend import Backend
from tests.store.engines.postgres import server
from tests.store.ironclaw0.postgres.tables import HOLES, PROMISES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    import pytest

    from store.opening import Opening
    from store.records import Message
    from tests.store.conftest import Clock
    from tests.store.contract.backend import History, MessageSpec

_MESSAGE = (
    "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at) VALUES (%s, %s, %s, %s, %s)"
)
_MANY = 1000
"""Messages from which on they are copied rather than written one by one."""


class PostgresBackend(Backend):
    """A database with IronClaw 0.25's conversations, routines and calls to models."""

    keeps_nul = False

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.address = server.borrowed_database(PROMISES, reset=HOLES)
        self.clock = clock
        self._db: psycopg.Connection[Any] = psycopg.connect(self.address, autocommit=True)

    def open(self, *, read_only: bool = False, index_folder: Path | None = None) -> Opening:
        return open_store(self.address, clock=self.clock, read_only=read_only, index_folder=index_folder)

    def close(self) -> None:
        self._db.close()
        server.give_back(self.address, PROMISES)

    def kept(self, document: str) -> str:
        return str(self._db.execute("SELECT %s::jsonb::text", (document,)).fetchone()[0])  # type: ignore[index]  # one row

    def seed(self, history: History) -> list[str]:
        db = self._db
        with db.transaction():
            for each in history.conversations:
                db.execute(
                    "INSERT INTO conversations (id, channel, user_id, thread_id, started_at, last_activity, metadata)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                    (
                        each.id,
                        each.channel,
                        each.user_id,
                        each.thread_id,
                        each.started_at,
                        each.last_activity,
                        json.dumps(each.metadata),
                    ),
                )
                _insert_messages(db, each.id, each.messages)
            _seed_records(db, history)
        return [each.id for each in history.conversations]

    def add_messages(self, conversation_id: str, *messages: MessageSpec) -> None:
        with self._db.transaction():
            _insert_messages(self._db, conversation_id, messages)

    def delete_messages(self, *messages: Message) -> None:
        self._db.execute(
            "DELETE FROM conversation_messages WHERE id = ANY(%s::uuid[])", ([each.id for each in messages],)
        )

    def delete_conversation(self, conversation_id: str) -> None:
        self._db.execute("DELETE FROM conversations WHERE id = %s", (conversation_id,))

    def set_metadata(self, conversation_id: str, text: str) -> None:
        self._db.execute("UPDATE conversations SET metadata = %s WHERE id = %s", (text, conversation_id))

    def set_last_activity(self, conversation_id: str, moment: datetime) -> None:
        self._db.execute("UPDATE conversations SET last_activity = %s WHERE id = %s", (moment, conversation_id))

    def set_created_at(self, message: Message, moment: datetime) -> None:
        self._db.execute("UPDATE conversation_messages SET created_at = %s WHERE id = %s", (moment, message.id))

    def take_small_steps(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(conversation_counts, "STEP", 2)
        patch.setattr(conversation_counts, "_FIRST_STEP", 2)
        patch.setattr(statistics, "_HEADS", 2)
        patch.setattr(routine_runs, "STEP", 2)
        patch.setattr(row_taking, "_MESSAGES", 5)
        patch.setattr(stored_rows, "_CONVERSATIONS", 2)


def _insert_messages(db: psycopg.Connection[Any], conversation_id: str, messages: Iterable[MessageSpec]) -> None:
    rows = [(each.id, conversation_id, each.role, each.content, each.created_at) for each in messages]
    with db.cursor() as cursor:
        if len(rows) < _MANY:
            cursor.executemany(_MESSAGE.encode(), rows)
            return
        with cursor.copy(
            "COPY conversation_messages (id, conversation_id, role, content, created_at) FROM STDIN"
        ) as copy:
            for row in rows:
                copy.write_row(row)


def _seed_records(db: psycopg.Connection[Any], history: History) -> None:
    for routine in history.routines:
        db.execute(
            "INSERT INTO routines (id, name, user_id, enabled, trigger_config, last_run_at, next_fire_at, run_count,"
            " consecutive_failures, trigger_type, action_type)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'cron', 'lightweight')",
            (
                routine.id,
                routine.name,
                routine.user_id,
                routine.enabled,
                routine.trigger_config,
                routine.last_run_at,
                routine.next_fire_at,
                routine.run_count,
                routine.consecutive_failures,
            ),
        )
    for run in history.runs:
        db.execute(
            "INSERT INTO routine_runs (id, routine_id, trigger_type, started_at, completed_at, status, tokens_used,"
            " job_id) VALUES (%s, %s, 'cron', %s, %s, %s, %s, %s)",
            (run.id, run.routine_id, run.started_at, run.completed_at, run.status, run.tokens, run.job_id),
        )
    for call in history.calls:
        db.execute(
            "INSERT INTO llm_calls (id, job_id, conversation_id, provider, model, input_tokens, output_tokens, cost,"
            " created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                call.id,
                call.job_id,
                call.conversation_id,
                call.provider,
                call.model,
                call.input_tokens,
                call.output_tokens,
                call.cost,
                call.created_at,
            ),
        )
