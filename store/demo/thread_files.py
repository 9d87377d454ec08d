"""Write files as IronClaw 1.x keeps them: its tables, its records, and the rows of its indexes.

Statements come out with their parameters, so that any engine may run them.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from store.domain.timestamps import instant
from store.ironclaw1.schema import MESSAGES_IN_ORDER, THREADS_IN_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from store.ironclaw1.addresses import Thread, ThreadScope

Statement = tuple[str, list[Any]]
"""SQL and its parameters."""

_KEYS = ", ".join(f"k{number}" for number in range(8))
_FILES = (
    """CREATE TABLE root_filesystem_entries (
        path TEXT PRIMARY KEY, contents BLOB NOT NULL DEFAULT x'', is_dir INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
        updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
        content_type TEXT NOT NULL DEFAULT 'application/json', kind TEXT, indexed TEXT NOT NULL DEFAULT '{}',
        version INTEGER NOT NULL DEFAULT 1)""",
    """CREATE TABLE root_filesystem_events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, payload BLOB NOT NULL,
        created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))""",
    "CREATE INDEX idx_root_filesystem_events_path ON root_filesystem_events (path, seq)",
    "CREATE TABLE root_filesystem_sequences (path TEXT PRIMARY KEY, next_seq INTEGER NOT NULL, updated_at TEXT)",
    """CREATE TABLE trigger_records (
        trigger_id TEXT NOT NULL, tenant_id TEXT NOT NULL, creator_user_id TEXT NOT NULL, agent_id TEXT,
        project_id TEXT, name TEXT NOT NULL, source TEXT NOT NULL, schedule_expression TEXT, schedule_timezone TEXT,
        schedule_kind TEXT, prompt TEXT NOT NULL, state TEXT NOT NULL, next_run_at TEXT, last_run_at TEXT,
        last_fired_slot TEXT, last_status TEXT, active_fire_slot TEXT, active_run_ref TEXT, created_at TEXT NOT NULL,
        schedule_at TEXT, delivery_target TEXT, execution_spec_json TEXT, PRIMARY KEY (tenant_id, trigger_id))""",
    """CREATE TABLE trigger_run_history (
        tenant_id TEXT NOT NULL, trigger_id TEXT NOT NULL, fire_slot TEXT NOT NULL, run_id TEXT, thread_id TEXT,
        status TEXT NOT NULL, submitted_at TEXT, completed_at TEXT,
        PRIMARY KEY (tenant_id, trigger_id, fire_slot))""",
)
_VALUES = ", ".join(f"json_extract(NEW.indexed, '$.' || json_extract(spec.keys, '$[{place}]'))" for place in range(3))
_PROJECT = f"""INSERT INTO root_filesystem_ordered_index_rows (index_name, path, k0, k1, k2)
    SELECT spec.name, NEW.path, {_VALUES}
    FROM root_filesystem_index_specs AS spec
    WHERE spec.kind = 'exact'
      AND (NEW.path = spec.prefix OR substr(NEW.path, 1, length(spec.prefix) + 1) = spec.prefix || '/')
      AND NOT EXISTS (SELECT 1 FROM json_each(spec.keys) AS part
                      WHERE json_type(NEW.indexed, '$.' || part.value) IS NULL)"""
_FORGET = "DELETE FROM root_filesystem_ordered_index_rows WHERE path = OLD.path"
_ON = "ON root_filesystem_entries BEGIN"
_ORDER = (
    "CREATE TABLE root_filesystem_index_specs (prefix TEXT NOT NULL, name TEXT NOT NULL, keys TEXT NOT NULL,"
    " kind TEXT NOT NULL, PRIMARY KEY (prefix, name))",
    f"CREATE TABLE root_filesystem_ordered_index_rows (index_name TEXT NOT NULL, path TEXT NOT NULL, {_KEYS},"
    " PRIMARY KEY (index_name, path))",
    "CREATE INDEX idx_root_filesystem_ordered_values_v1 ON root_filesystem_ordered_index_rows"
    f" (index_name, {_KEYS}, path)",
    "CREATE INDEX idx_root_filesystem_ordered_rows_path ON root_filesystem_ordered_index_rows (path)",
    f"CREATE TRIGGER rfs_ordered_projection_v3_ai AFTER INSERT {_ON} {_PROJECT}; END",
    f"CREATE TRIGGER rfs_ordered_projection_v3_au AFTER UPDATE {_ON} {_FORGET}; {_PROJECT}; END",
    f"CREATE TRIGGER rfs_ordered_projection_v3_ad AFTER DELETE {_ON} {_FORGET}; END",
)
_SPECS = {
    THREADS_IN_ORDER: ["scope_key", "activity_sort", "thread_id"],
    MESSAGES_IN_ORDER: ["thread_id", "sequence", "message_id"],
}


def tables(*, has_order: bool = True) -> Iterator[Statement]:
    """Yield what makes the tables, from 1.1 on with those of the ordered indexes."""
    for statement in (*_FILES, *(_ORDER if has_order else ())):
        yield statement, []


def order(scope: ThreadScope) -> Iterator[Statement]:
    """Yield what declares the indexes of a scope's user; what was written before stays out of them."""
    prefix = f"/tenants/{scope.tenant}/users/{scope.mount}/threads"
    for name, keys in _SPECS.items():
        sql = "INSERT OR IGNORE INTO root_filesystem_index_specs (prefix, name, keys, kind) VALUES (?, ?, ?, 'exact')"
        yield sql, [prefix, name, json.dumps(keys)]


def file(path: str, document: object, kind: str | None, indexed: Mapping[str, object] | None = None) -> Statement:
    """Return what writes a file, or writes it anew.

    Args:
        path: Where.
        document: A JSON value, or the text of the file.
        kind: What kind of record it is.
        indexed: The values that indexes may take.
    """
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    return (
        "INSERT INTO root_filesystem_entries (path, contents, kind, indexed) VALUES (?, CAST(? AS BLOB), ?, ?)"
        " ON CONFLICT (path) DO UPDATE SET contents = excluded.contents, kind = excluded.kind,"
        " indexed = excluded.indexed, version = version + 1",
        [path, text, kind, json.dumps(indexed if indexed is not None else {}, ensure_ascii=False)],
    )


def event(path: str, payload: object) -> Statement:
    """Return what appends an event."""
    sql = "INSERT INTO root_filesystem_events (path, payload) VALUES (?, CAST(? AS BLOB))"
    return sql, [path, json.dumps(payload, ensure_ascii=False)]


def thread(
    thread: Thread,
    active: datetime | None,
    *,
    created: datetime | None = None,
    is_listed: bool = True,
    derived_title: str | None = None,
    **fields: Any,
) -> Iterator[Statement]:
    """Yield what writes a thread: its record, and its row of the list.

    Args:
        thread: Which.
        active: Its last activity.
        created: When it was begun.
        is_listed: Whether lists know it.
        derived_title: What IronClaw calls it, from 1.1 on.
        fields: Further fields of the record.
    """
    scope = thread.scope
    owner = {"project_id": scope.project, "owner_user_id": scope.owner, "mission_id": scope.mission}
    record = {
        "scope": {"tenant_id": scope.tenant, "agent_id": scope.agent}
        | {name: value for name, value in owner.items() if value is not None},
        "thread_id": thread.id,
        "created_by_actor_id": scope.owner or scope.mount,
        "title": None,
        "metadata_json": None,
        "created_at": stamp(created),
        "updated_at": stamp(created),
        "next_sequence": 1,
    } | fields
    yield file(f"{thread.key}/thread.json", record, "session_thread")
    if is_listed:
        moment = 0 if active is None else instant(active)
        indexed = {
            "scope_key": scope.index_key,
            "activity_sort": f"{2**63 - 1 - moment:020d}",
            "thread_id": thread.id,
        }
        row = record | {"updated_at": stamp(active)}
        if derived_title is not None:
            row["derived_title"] = derived_title
        yield file(thread.index_path, row, "thread_index", indexed)


def message(thread: Thread, record: dict[str, Any], *, has_order: bool = True) -> Statement:
    """Return what writes the file of a message.

    Args:
        thread: In which thread.
        record: The message, see ``record``.
        has_order: Whether it is written as from 1.1 on, with the values that indexes take.
    """
    indexed = {
        "thread_id": thread.id,
        "sequence": record["sequence"],
        "message_id": record["message_id"],
        "message_kind": record["kind"],
        "message_status": record["status"],
    }
    path = f"{thread.messages.low}{record['message_id']}.json"
    return file(path, record, "thread_message", indexed if has_order else None)


def record(
    thread: Thread,
    message_id: str,
    sequence: int,
    kind: str,
    content: str | None,
    *,
    at: datetime | None,
    **fields: Any,
) -> dict[str, Any]:
    """Return a message as it is stored.

    Args:
        thread: In which thread.
        message_id: Its id.
        sequence: Its place.
        kind: What it is.
        content: What it says.
        at: When it was written.
        fields: Further fields, or others for those that it has.
    """
    status = {"user": "submitted"}.get(kind, "finalized")
    return {
        "message_id": message_id,
        "thread_id": thread.id,
        "sequence": sequence,
        "kind": kind,
        "status": status,
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "actor_id": thread.scope.owner or thread.scope.mount,
        "source_binding_id": "surface:5:webui;" if kind == "user" else None,
        "reply_target_binding_id": None,
        "turn_id": None,
        "turn_run_id": None,
        "content": content,
        "redaction_ref": None,
    } | fields


def summary(thread: Thread, summary_id: str, start: int, end: int, content: str) -> Statement:
    """Return what writes the summary of a part of a thread.

    Args:
        thread: Which thread.
        summary_id: Its id.
        start: The first sequence that it covers.
        end: The last one.
        content: What it says.
    """
    document = {
        "summary_id": summary_id,
        "thread_id": thread.id,
        "start_sequence": start,
        "end_sequence": end,
        "summary_kind": "compaction",
        "content": content,
        "model_context_policy": "replace",
    }
    return file(f"{thread.summaries.low}{summary_id}.json", document, "thread_summary")


def insert(table: str, rows: Sequence[dict[str, Any]]) -> Iterator[Statement]:
    """Yield what inserts rows into a table."""
    for row in rows:
        places = ", ".join("?" * len(row))
        yield f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", [*row.values()]


def stamp(moment: datetime | None, digits: int = 6) -> str | None:
    """Return a time as IronClaw 1.x writes it, with 6 or 9 digits behind the second."""
    if moment is None:
        return None
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}{'0' * (digits - 6)}Z".rjust(22 + digits - 1, "0")
