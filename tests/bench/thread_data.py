"""Make a file of IronClaw 1.x that says what a file of 0.x says, for the benchmark; kept beside it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

from store.demo import thread_files as files
from store.domain.timestamps import instant, parse
from store.ironclaw1.addresses import Thread, ThreadScope
from store.ironclaw1.schema import MESSAGES_IN_ORDER
from tests.bench.data import USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from store.demo.thread_files import Statement

_LONGEST = 200_000
"""Characters of a message: the most that 1.x keeps of an attachment."""
_EPOCH = parse("1970-01-01T00:00:00Z")
_CARD = {"version": 1, "capability_id": "http.get", "status": "completed", "title": "Fetch", "truncated": False}


def scope_of(user_id: str = USER) -> ThreadScope:
    """Return where a user's threads lie."""
    return ThreadScope("reborn-cli", user_id, "reborn-cli-agent", owner=user_id)


def thread_file(old: Path) -> Path:
    """Return the file, made now if it is not there."""
    path = old.with_name(f"threads-{old.name}")
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(draft, isolation_level=None)) as db,
            closing(sqlite3.connect(old, isolation_level=None)) as source,
        ):
            _write(db, source)
        draft.rename(path)
    return path


def _write(db: sqlite3.Connection, source: sqlite3.Connection) -> None:
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN")
    later = []
    for sql, _ in files.tables():
        if "INDEX" in sql or "TRIGGER" in sql:
            later.append(sql)
        else:
            db.execute(sql)
    threads = {
        key: (Thread(scope_of(user), key), parse(begun), parse(active))
        for key, user, begun, active in source.execute(
            "SELECT id, user_id, started_at, last_activity FROM conversations"
        )
    }
    for sql, values in _records(source, threads):
        db.execute(sql, values)
    for sql in later:
        db.execute(sql)
    for scope in {thread.scope for thread, *_ in threads.values()}:
        for sql, values in files.order(scope):
            db.execute(sql, values)
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode = WAL")


def _records(
    source: sqlite3.Connection, threads: dict[str, tuple[Thread, datetime | None, datetime | None]]
) -> Iterator[Statement]:
    """Yield what writes every thread and every message, with their rows of the indexes, in the order of writing."""
    numbers = {key: count(1) for key in threads}
    rows = source.execute(
        "SELECT id, conversation_id, role, content, created_at FROM conversation_messages ORDER BY rowid"
    )
    for message_id, key, role, content, created_at in rows:
        thread, begun, active = threads[key]
        number = next(numbers[key])
        if number == 1:
            yield from _thread(thread, begun, active, content[:60] if role == "user" else None)
        kind, text = role, content
        if role == "tool_calls":
            kind, text = "capability_display_preview", json.dumps(_CARD | {"output_preview": content})
        text = text[:_LONGEST]
        record = files.record(thread, message_id, number, kind, text, at=parse(created_at))
        sql, values = files.message(thread, record)
        yield sql, values
        yield (
            "INSERT INTO root_filesystem_ordered_index_rows (index_name, path, k0, k1, k2) VALUES (?, ?, ?, ?, ?)",
            [MESSAGES_IN_ORDER, values[0], thread.id, number, message_id],
        )


def _thread(
    thread: Thread, begun: datetime | None, active: datetime | None, title: str | None
) -> Iterator[Statement]:
    yield from files.thread(thread, active, created=begun, derived_title=title)
    yield (
        "INSERT INTO root_filesystem_ordered_index_rows (index_name, path, k0, k1, k2) VALUES (?, ?, ?, ?, ?)",
        [
            "thread_activity_v2",
            thread.index_path,
            thread.scope.index_key,
            f"{2**63 - 1 - instant(active or _EPOCH):020d}",
            thread.id,
        ],
    )
