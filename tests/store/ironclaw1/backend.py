"""A history of IronClaw 1.x in a SQLite file, for the promises of the contract about reading."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from store import Capability, open_store
from store.core import conversation_counts
from store.demo import thread_files as files
from store.domain.timestamps import instant
from store.ironclaw1 import statistics, stored_rows
from store.ironclaw1.addresses import Thread, ThreadScope, thread_named
from store.ironclaw1.schema import MESSAGES_IN_ORDER
from tests.store.conftest import plain
from tests.store.contract.backend import Backend, at

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    import pytest

    from store.opening import Opening
    from store.records import Message
    from tests.store.conftest import Clock
    from tests.store.contract.backend import ConversationSpec, History, MessageSpec, RoutineSpec, RunSpec

FIRST = at(days=-1000)
"""The promises tell the order of messages by their times: each millisecond since then has sequences of its own."""
_A_MILLISECOND = 2**16
_MANY = 500
_KINDS = {"tool_calls": "capability_display_preview"}


def scope_of(user_id: str) -> ThreadScope:
    """Return where a user of the promises has threads."""
    return ThreadScope("reborn-cli", user_id, "reborn-cli-agent", owner=user_id)


class Ironclaw1Backend(Backend):
    """A file as IronClaw 1.3 writes it, with the triggers that keep its indexes."""

    lacks = {
        Capability.WRITE: "nothing is written to files of 1.x",
        Capability.USAGE: "1.x has no record of calls to models",
        "one thread a routine": "each run of an automation has a thread of its own",
        "a content by itself": "a record of 1.x holds more than what was said",
        "order by time": "messages of 1.x are ordered by sequence",
    }

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.path = folder / "reborn-local-dev.db"
        self.clock = clock
        self._written = 0
        with plain(self.path) as db:
            db.execute("PRAGMA journal_mode = WAL")
            _run(db, files.tables())

    def open(self, *, read_only: bool = False, index_folder: Path | None = None) -> Opening:
        return open_store(self.path, clock=self.clock, read_only=read_only, index_folder=index_folder)

    def close(self) -> None:
        """Leave the file to whoever made its folder."""

    def seed(self, history: History) -> list[str]:
        keys = []
        with plain(self.path) as db:
            db.execute("BEGIN")
            for spec in history.conversations:
                thread = Thread(scope_of(spec.user_id), spec.id)
                keys.append(thread.key)
                _run(db, files.order(thread.scope))
                _run(db, files.thread(thread, spec.last_activity, created=spec.started_at, **_fields(spec)))
                self._add(db, thread, spec.messages)
            _run(db, files.insert("trigger_records", [_trigger(each) for each in history.routines]))
            _run(db, files.insert("trigger_run_history", [_run_row(each) for each in history.runs]))
            db.execute("COMMIT")
        return keys

    def add_messages(self, conversation_id: str, *messages: MessageSpec) -> None:
        with plain(self.path) as db:
            db.execute("BEGIN")
            self._add(db, _thread(conversation_id), messages)
            db.execute("COMMIT")

    def delete_messages(self, *messages: Message) -> None:
        with plain(self.path) as db:
            db.execute("BEGIN")
            paths = [(_path(each),) for each in messages]
            db.executemany("DELETE FROM root_filesystem_entries WHERE path = ?", paths)
            db.execute("COMMIT")

    def delete_conversation(self, conversation_id: str) -> None:
        with plain(self.path) as db:
            db.execute(
                "DELETE FROM root_filesystem_entries WHERE path = ? OR (path >= ? AND path < ?)",
                (_thread(conversation_id).index_path, f"{conversation_id}/", f"{conversation_id}0"),
            )

    def set_metadata(self, conversation_id: str, text: str) -> None:
        document = json.loads(text)
        self._change(f"{conversation_id}/thread.json", **document)
        self._change(_thread(conversation_id).index_path, **document)

    def set_last_activity(self, conversation_id: str, moment: datetime) -> None:
        path = _thread(conversation_id).index_path
        self._change(path, {"activity_sort": f"{2**63 - 1 - instant(moment):020d}"}, updated_at=files.stamp(moment))

    def set_created_at(self, message: Message, moment: datetime) -> None:
        sequence = self._sequence(moment)
        self._change(_path(message), {"sequence": sequence}, sequence=sequence, created_at=files.stamp(moment))

    def take_small_steps(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(conversation_counts, "STEP", 2)
        patch.setattr(conversation_counts, "_FIRST_STEP", 2)
        patch.setattr(statistics, "_FILES", 2)
        patch.setattr(stored_rows, "_KEYS", 7)
        patch.setattr(stored_rows, "_MESSAGES", 5)

    def _add(self, db: sqlite3.Connection, thread: Thread, messages: Sequence[MessageSpec]) -> None:
        written = []
        for spec in messages:
            kind, sequence = _KINDS.get(spec.role, spec.role), self._sequence(spec.created_at)
            record = files.record(thread, spec.id, sequence, kind, spec.content, at=spec.created_at)
            sql, values = files.message(thread, record)
            written.append((sql, values, (MESSAGES_IN_ORDER, values[0], thread.id, sequence, spec.id)))
        if len(written) < _MANY:
            _run(db, [(sql, values) for sql, values, _ in written])
            return
        # The trigger that makes the rows of the index takes most of the time.
        (trigger,) = db.execute("SELECT sql FROM sqlite_schema WHERE name LIKE '%projection_v3_ai'").fetchone()
        db.execute("DROP TRIGGER rfs_ordered_projection_v3_ai")
        db.executemany(written[0][0], [values for _, values, _ in written])
        row = "INSERT INTO root_filesystem_ordered_index_rows (index_name, path, k0, k1, k2) VALUES (?, ?, ?, ?, ?)"
        db.executemany(row, [keys for *_, keys in written])
        db.execute(trigger)

    def _sequence(self, moment: datetime) -> int:
        self._written += 1
        return (moment - FIRST) // timedelta(milliseconds=1) * _A_MILLISECOND + self._written % _A_MILLISECOND

    def _change(self, path: str, indexed: dict[str, Any] | None = None, **fields: Any) -> None:
        with plain(self.path) as db:
            contents, old = db.execute(
                "SELECT contents, indexed FROM root_filesystem_entries WHERE path = ?", (path,)
            ).fetchone()
            db.execute(
                "UPDATE root_filesystem_entries SET contents = CAST(? AS BLOB), indexed = ?, version = version + 1"
                " WHERE path = ?",
                (json.dumps(json.loads(contents) | fields), json.dumps(json.loads(old) | (indexed or {})), path),
            )


def _run(db: sqlite3.Connection, statements: Any) -> None:
    for sql, parameters in statements:
        db.execute(sql, parameters)


def _thread(key: str) -> Thread:
    thread = thread_named(key)
    assert thread is not None
    return thread


def _path(message: Message) -> str:
    return f"{message.conversation_id}/messages/{message.id}.json"


def _fields(spec: ConversationSpec) -> dict[str, Any]:
    """Return what a thread says of itself: one that came from 0.x names its channel."""
    metadata: dict[str, Any] = {"legacy_v1": {"provenance": {"channel": spec.channel}}}
    given = spec.metadata if isinstance(spec.metadata, dict) else {}
    if "routine_id" in given:
        metadata |= {"source": "automation_trigger", "trigger_id": given["routine_id"]}
    return {"title": given.get("title"), "metadata_json": json.dumps(metadata)}


def _trigger(spec: RoutineSpec) -> dict[str, Any]:
    return {
        "trigger_id": spec.id,
        "tenant_id": "reborn-cli",
        "creator_user_id": spec.user_id,
        "name": spec.name,
        "source": "schedule",
        "schedule_kind": "cron",
        "schedule_expression": json.loads(spec.trigger_config).get("schedule"),
        "prompt": "",
        "state": "scheduled" if spec.enabled else "paused",
        "next_run_at": files.stamp(spec.next_fire_at, 9),
        "last_run_at": files.stamp(spec.last_run_at, 9),
        "last_status": "error" if spec.consecutive_failures else "ok",
        "created_at": files.stamp(at(), 9),
    }


def _run_row(spec: RunSpec) -> dict[str, Any]:
    return {
        "tenant_id": "reborn-cli",
        "trigger_id": spec.routine_id,
        "fire_slot": files.stamp(spec.started_at, 9),
        "run_id": spec.id,
        "status": "error" if spec.status == "failed" else spec.status,
        "submitted_at": files.stamp(spec.started_at, 9),
        "completed_at": files.stamp(spec.completed_at, 9),
    }
