"""Say which tables, columns and indexes a file has, and create a file of our own.

What a file holds is looked up, never told from a version number: IronClaw changed its tables without one that its
backends share. The statements below make the two tables of IronClaw 0.24 with the names of its indexes.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from store.engines.sqlite import database
from store.errors import Ironclaw1Database, NoConversations, UnsupportedSchema
from store.ironclaw0.sqlite.list_cache import ListCache

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

_NOW = "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"

ORDER_INDEX = "idx_conversation_messages_created"
"""Our index: it keeps the messages of a conversation in order. Files of our own have it, others when asked."""
ORDER_INDEX_SQL = f"CREATE INDEX {ORDER_INDEX} ON conversation_messages (conversation_id, created_at)"

CREATE_STATEMENTS: tuple[str, ...] = (
    f"""CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        channel TEXT NOT NULL,
        user_id TEXT NOT NULL,
        thread_id TEXT,
        started_at TEXT NOT NULL DEFAULT {_NOW},
        last_activity TEXT NOT NULL DEFAULT {_NOW},
        metadata TEXT NOT NULL DEFAULT '{{}}'
    )""",
    "CREATE INDEX idx_conversations_channel ON conversations (channel)",
    "CREATE INDEX idx_conversations_user ON conversations (user_id)",
    "CREATE INDEX idx_conversations_last_activity ON conversations (last_activity)",
    """CREATE UNIQUE INDEX uq_conv_routine ON conversations (user_id, json_extract(metadata, '$.routine_id'))
        WHERE json_extract(metadata, '$.routine_id') IS NOT NULL""",
    """CREATE UNIQUE INDEX uq_conv_heartbeat ON conversations (user_id)
        WHERE json_extract(metadata, '$.thread_type') = 'heartbeat'""",
    f"""CREATE TABLE conversation_messages (
        id TEXT PRIMARY KEY,
        conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        role TEXT NOT NULL,
        content TEXT NOT NULL,
        created_at TEXT NOT NULL DEFAULT {_NOW}
    )""",
    "CREATE INDEX idx_conversation_messages_conversation ON conversation_messages (conversation_id)",
    ORDER_INDEX_SQL,
)
"""IronClaw 0.24's conversation tables, and one index of ours on (conversation_id, created_at)."""

ROUTINE_STATEMENTS: tuple[str, ...] = (
    f"""CREATE TABLE routines (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        description TEXT NOT NULL DEFAULT '',
        user_id TEXT NOT NULL,
        enabled INTEGER NOT NULL DEFAULT 1,
        trigger_type TEXT NOT NULL,
        trigger_config TEXT NOT NULL DEFAULT '{{}}',
        action_type TEXT NOT NULL,
        action_config TEXT NOT NULL DEFAULT '{{}}',
        cooldown_secs INTEGER NOT NULL DEFAULT 300,
        max_concurrent INTEGER NOT NULL DEFAULT 1,
        dedup_window_secs INTEGER,
        notify_channel TEXT,
        notify_user TEXT,
        notify_on_success INTEGER NOT NULL DEFAULT 0,
        notify_on_failure INTEGER NOT NULL DEFAULT 1,
        notify_on_attention INTEGER NOT NULL DEFAULT 1,
        state TEXT NOT NULL DEFAULT '{{}}',
        last_run_at TEXT,
        next_fire_at TEXT,
        run_count INTEGER NOT NULL DEFAULT 0,
        consecutive_failures INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL DEFAULT {_NOW},
        updated_at TEXT NOT NULL DEFAULT {_NOW},
        UNIQUE (user_id, name)
    )""",
    f"""CREATE TABLE routine_runs (
        id TEXT PRIMARY KEY,
        routine_id TEXT NOT NULL REFERENCES routines (id) ON DELETE CASCADE,
        trigger_type TEXT NOT NULL,
        trigger_detail TEXT,
        started_at TEXT NOT NULL DEFAULT {_NOW},
        completed_at TEXT,
        status TEXT NOT NULL DEFAULT 'running',
        result_summary TEXT,
        tokens_used INTEGER,
        job_id TEXT,
        created_at TEXT NOT NULL DEFAULT {_NOW}
    )""",
)
"""IronClaw 0.24's routines; a file of ours has none of them until somebody asks for them."""

USAGE_STATEMENTS: tuple[str, ...] = (
    f"""CREATE TABLE llm_calls (
        id TEXT PRIMARY KEY,
        job_id TEXT,
        conversation_id TEXT REFERENCES conversations (id),
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        cost TEXT NOT NULL,
        purpose TEXT,
        created_at TEXT NOT NULL DEFAULT {_NOW}
    )""",
    "CREATE INDEX idx_llm_calls_conversation ON llm_calls (conversation_id)",
)
"""IronClaw 0.24's record of calls to language models, with their cost as decimal text."""

_MANDATORY = {
    "conversations": frozenset({"id", "channel", "user_id", "last_activity"}),
    "conversation_messages": frozenset({"id", "conversation_id", "role", "content", "created_at"}),
}
_OPTIONAL = {"thread_id": "NULL", "started_at": "NULL", "metadata": "'{}'", "source_channel": "NULL"}


@dataclass(frozen=True, slots=True)
class Schema:
    """What one file has of the tables that we know."""

    conversations: frozenset[str]
    """The columns of the table ``conversations``."""
    routines: frozenset[str]
    """The columns of the table ``routines``; empty if the file has none."""
    routine_runs: frozenset[str]
    """The columns of the table ``routine_runs``; empty if the file has none."""
    llm_calls: frozenset[str]
    """The columns of the table ``llm_calls``; empty if the file has none."""
    indexes: frozenset[str]
    """The indexes on ``conversations``."""
    order_index: str | None
    """An index on (conversation_id, created_at), the latter never NULL, if the file has one."""
    has_triggers: bool
    """Triggers hang on the conversation tables; IronClaw makes none there."""
    lists: ListCache = field(default_factory=ListCache, compare=False)
    """What the connection has read for lists."""

    def column(self, name: str) -> str:
        """Return the SQL for an optional column of ``conversations``: its name, or what to take in its place."""
        return name if name in self.conversations else _OPTIONAL[name]

    @property
    def knows_failures(self) -> bool:
        """Tell whether a failing routine can be told from a sound one."""
        return {"id", "user_id", "consecutive_failures"} <= self.routines


Database: TypeAlias = database.Database[Schema]
"""A connection to a file with these tables."""


def probe(db: sqlite3.Connection, file: str, tables: database.Tables) -> Schema:
    """Return what the file has.

    Args:
        db: A connection to it.
        file: What to call it in a sentence.
        tables: The names of its tables.

    Raises:
        Ironclaw1Database: the file keeps its threads the way IronClaw 1.x does.
        NoConversations: it has no conversation tables at all.
        UnsupportedSchema: a conversation table is a view, lacks a column or a rowid, or has a column of that name.
    """
    if "conversations" not in tables and "root_filesystem_entries" in tables:
        raise Ironclaw1Database(f"{file} holds a history of IronClaw 1.x by now; open it again.")
    if not tables & _MANDATORY.keys() and not _has_view(db):
        raise NoConversations(f"{file} is a database, but not one of IronClaw's conversations; name another file.")
    columns = {table: _columns(db, table) for table in _MANDATORY}
    for table, needed in _MANDATORY.items():
        if table not in tables:
            raise UnsupportedSchema(f"{file} has no real table {table}; open it with IronClaw itself.")
        if missing := needed - columns[table]:
            raise UnsupportedSchema(f"{file}: {table} lacks {', '.join(sorted(missing))}; use IronClaw itself.")
        if not _has_rowid(db, table):
            raise UnsupportedSchema(f"{file}: {table} has no rowid; open it with IronClaw itself.")
        if "rowid" in columns[table]:
            raise UnsupportedSchema(f"{file}: {table} has a column rowid of its own; open it with IronClaw itself.")
    return Schema(
        conversations=columns["conversations"],
        routines=_columns_if_there(db, "routines", tables),
        routine_runs=_columns_if_there(db, "routine_runs", tables),
        llm_calls=_columns_if_there(db, "llm_calls", tables),
        indexes=frozenset(name for (name,) in db.execute("SELECT name FROM pragma_index_list('conversations')")),
        order_index=_order_index(db),
        has_triggers=_has(db, "type = 'trigger' AND lower(tbl_name) IN ('conversations', 'conversation_messages')"),
    )


def _columns(db: sqlite3.Connection, table: str) -> frozenset[str]:
    return frozenset(name.lower() for (name,) in db.execute("SELECT name FROM pragma_table_xinfo(?)", (table,)))


def _columns_if_there(db: sqlite3.Connection, table: str, tables: Container[str]) -> frozenset[str]:
    return _columns(db, table) if table in tables else frozenset()


def _order_index(db: sqlite3.Connection) -> str | None:
    """Return the index that holds messages in the order of their texts of time, quoted for a query."""
    found = db.execute(
        "SELECT i.name FROM pragma_index_list('conversation_messages') AS i WHERE NOT i.partial AND ("
        " SELECT group_concat(lower(c.name)) FROM (SELECT * FROM pragma_index_xinfo(i.name) WHERE key ORDER BY seqno)"
        " AS c WHERE c.coll = 'BINARY' AND NOT c.desc) = 'conversation_id,created_at' AND EXISTS ("
        " SELECT 1 FROM pragma_table_xinfo('conversation_messages') AS t"
        " WHERE lower(t.name) = 'created_at' AND t.\"notnull\") LIMIT 1"
    ).fetchone()
    return None if found is None else '"' + str(found[0]).replace('"', '""') + '"'


def _has(db: sqlite3.Connection, condition: str) -> bool:
    return db.execute(f"SELECT 1 FROM sqlite_schema WHERE {condition} LIMIT 1").fetchone() is not None


def _has_view(db: sqlite3.Connection) -> bool:
    return _has(db, "type = 'view' AND lower(name) IN ('conversations', 'conversation_messages')")


def _has_rowid(db: sqlite3.Connection, table: str) -> bool:
    try:
        db.execute(f"SELECT rowid FROM {table} LIMIT 0").fetchall()
    except sqlite3.OperationalError:
        return False
    return True


def create_database(path: Path) -> None:
    """Create a file that IronClaw 0.24 could use, private to its owner; leave an existing one as it is.

    Raises:
        OSError: the file cannot be made there.
        sqlite3.Error: it cannot be filled.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("BEGIN IMMEDIATE")
            for statement in CREATE_STATEMENTS:
                db.execute(statement)
            db.execute("COMMIT")
    except BaseException:
        path.unlink()
        raise
