"""Say what a file has of the tables of IronClaw 1.x: looked up, never told from a version number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from store.engines.sqlite import database
from store.errors import UnsupportedSchema

if TYPE_CHECKING:
    import sqlite3

ENTRIES = "root_filesystem_entries"
"""The table of files."""
_ORDERED = "root_filesystem_ordered_index_rows"
_EVENTS = "root_filesystem_events"
_NEEDED = frozenset({"path", "contents", "version"})
MESSAGES_IN_ORDER = "thread_message_sequence_v3"
"""The index whose rows have (thread, sequence, message) of each message."""
THREADS_IN_ORDER = "thread_activity_v2"
"""The index whose rows have (scope, activity, thread) of each thread, the last active first."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What one file has of the tables that we know."""

    has_order: bool
    """There are rows of ordered indexes, from 1.1 on."""
    has_log: bool
    """There are events, where 1.0 kept the last replies."""
    triggers: frozenset[str]
    """The columns of the automations; empty if the file has none."""
    runs: frozenset[str]
    """The columns of their runs."""


Database: TypeAlias = database.Database[Schema]
"""A connection to a file with these tables."""


def probe(db: sqlite3.Connection, file: str, tables: database.Tables) -> Schema:
    """Return what the file has.

    Args:
        db: A connection to it.
        file: What to call it in a sentence.
        tables: The names of its tables.

    Raises:
        UnsupportedSchema: its table of files lacks a column that we must have.
    """
    if missing := _NEEDED - _columns(db, ENTRIES):
        raise UnsupportedSchema(f"{file}: {ENTRIES} lacks {', '.join(sorted(missing))}; use IronClaw itself.")
    ordered = _columns(db, _ORDERED)
    return Schema(
        has_order=_ORDERED in tables and ordered >= {"index_name", "path", "k0", "k1", "k2"},
        has_log=_EVENTS in tables and _columns(db, _EVENTS) >= {"seq", "path", "payload"},
        triggers=_columns(db, "trigger_records"),
        runs=_columns(db, "trigger_run_history"),
    )


def has_files(db: sqlite3.Connection) -> bool:
    """Tell whether a file has the table of files with all that we must have."""
    return _columns(db, ENTRIES) >= _NEEDED


def _columns(db: sqlite3.Connection, table: str) -> frozenset[str]:
    return frozenset(name.lower() for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,)))
