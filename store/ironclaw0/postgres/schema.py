"""Say which tables, columns, indexes and rights a database has.

What is there is looked up, never told from a version number. Tables are found by the search path, as IronClaw finds
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from store.engines.postgres import transaction
from store.errors import Ironclaw1Database, NoConversations, PermissionRefused, UnsupportedSchema

if TYPE_CHECKING:
    from collections.abc import Mapping

_MANDATORY = {
    "conversations": frozenset({"id", "channel", "user_id", "last_activity"}),
    "conversation_messages": frozenset({"id", "conversation_id", "role", "content", "created_at"}),
}
_TABLES = (*_MANDATORY, "routines", "routine_runs", "llm_calls")
_OPTIONAL = {
    "thread_id": "NULL",
    "started_at": "NULL::timestamptz",
    "metadata": "'{}'::jsonb",
    "source_channel": "NULL",
}
_NOTHING: Mapping[str, str] = {}

ORDER_INDEX = "idx_conversation_messages_order"
"""Our index: it keeps the messages of a conversation in order. Made only when asked."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What one database has of the tables that we know: their columns that may be read, with their types."""

    conversations: Mapping[str, str]
    messages: Mapping[str, str]
    routines: Mapping[str, str]
    """Empty if there is no such table, or it may not be read; so are the next two."""
    routine_runs: Mapping[str, str]
    llm_calls: Mapping[str, str]
    indexes: frozenset[str]
    """The indexes on ``conversations``."""
    has_order_index: bool
    """An index on (conversation_id, created_at, id), whoever made it."""
    may_update: bool
    """The role may change conversations and add messages."""

    def column(self, name: str) -> str:
        """Return the SQL for an optional column of ``conversations``: its name, or what to take in its place."""
        return name if name in self.conversations else _OPTIONAL[name]

    @property
    def knows_failures(self) -> bool:
        """Tell whether a failing routine can be told from a sound one."""
        return {"id", "user_id", "consecutive_failures"} <= self.routines.keys()


Database: TypeAlias = transaction.Database[Schema]
"""A transaction on a database with these tables."""


def probe(db: Database, shown: str) -> Schema:
    """Return what the database has.

    Args:
        db: A connection to it.
        shown: What to call it in a sentence.

    Raises:
        Ironclaw1Database: it holds a history of IronClaw 1.x.
        NoConversations: it has no conversation tables at all.
        PermissionRefused: the role may not read them.
        UnsupportedSchema: a conversation table is a view, or lacks a column.
    """
    kinds = {
        table: db.value("SELECT relkind::text FROM pg_class WHERE oid = to_regclass(%s)", table) for table in _TABLES
    }
    if not any(kinds[table] for table in _MANDATORY):
        if db.value("SELECT to_regclass('root_filesystem_entries')") is not None:
            raise Ironclaw1Database(f"{shown} holds a history of IronClaw 1.x; from a server those are not read yet.")
        raise NoConversations(f"{shown} has none of IronClaw's conversations; check the name of the database.")
    columns = {table: _columns(db, table) if kinds[table] else _NOTHING for table in _TABLES}
    for table, needed in _MANDATORY.items():
        if kinds[table] not in ("r", "p", "f"):
            raise UnsupportedSchema(f"{shown} has no real table {table}; open it with IronClaw itself.")
        if not columns[table]:
            raise PermissionRefused(f"This user may not read {table} of {shown}; ask for GRANT SELECT on it.")
        if missing := needed - columns[table].keys():
            raise UnsupportedSchema(f"{shown}: {table} lacks {', '.join(sorted(missing))}; use IronClaw itself.")
    indexes = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = to_regclass('conversations')"
    return Schema(
        conversations=columns["conversations"],
        messages=columns["conversation_messages"],
        routines=columns["routines"],
        routine_runs=columns["routine_runs"],
        llm_calls=columns["llm_calls"],
        indexes=frozenset(name.rpartition(".")[2] for (name,) in db.rows(indexes)),
        has_order_index=bool(db.value(HAS_ORDER_INDEX)),
        may_update=bool(db.value(_MAY_UPDATE)),
    )


HAS_ORDER_INDEX = """
    SELECT EXISTS (SELECT 1 FROM pg_index AS i
    WHERE i.indrelid = to_regclass('conversation_messages') AND i.indisvalid AND i.indpred IS NULL
    AND i.indexprs IS NULL AND i.indnkeyatts >= 3 AND (SELECT array_agg(a.attname::text ORDER BY k.place)
    FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k(number, place) JOIN pg_attribute AS a
    ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.place <= 3) =
    ARRAY['conversation_id', 'created_at', 'id'])"""
"""Whether a valid index keeps the messages of a conversation in order."""
_MAY_UPDATE = """
    SELECT has_table_privilege(to_regclass('conversations'), 'UPDATE')
    AND has_table_privilege(to_regclass('conversations'), 'INSERT')
    AND has_table_privilege(to_regclass('conversation_messages'), 'INSERT')"""


def _columns(db: Database, table: str) -> dict[str, str]:
    """Return the columns of a table that the role may read, with their types, in their order."""
    rows = db.rows(
        "SELECT a.attname::text, format_type(a.atttypid, NULL) FROM pg_attribute AS a"
        " WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped"
        " AND has_column_privilege(a.attrelid, a.attnum, 'SELECT') ORDER BY a.attnum",
        table,
    )
    return dict(rows)
