"""Tell whether a file holds a thread of IronClaw 1.x, without opening a store over it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from store.engines.sqlite.database import connect
from store.engines.sqlite.failures import is_busy
from store.engines.sqlite.file_watch import FileWatch
from store.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from store.engines.sqlite.database import Tables

ENTRIES = "root_filesystem_entries"
"""The table of the virtual filesystem; also there, and empty, in databases of 0.28 and 0.29."""
# Rows that plain file calls wrote have no kind; their path tells.
_ANY_THREAD = (
    f"SELECT 1 FROM {ENTRIES} WHERE kind = 'session_thread'"
    " OR (kind IS NULL AND path GLOB '/tenants/*/threads/*/thread.json') LIMIT 1"
)


def holds_threads(path: Path) -> bool:
    """Tell whether a file holds a thread, also if another program has it locked; no other failure is told."""
    watch = FileWatch(path)
    try:
        watch.start()
        with closing(connect(path, "ro", _tables, at_rest=watch.is_at_rest)) as db:
            return ENTRIES in db.schema and db.execute(_ANY_THREAD).fetchone() is not None
    except StoreError:
        return False
    except sqlite3.Error as error:
        return is_busy(error)


def _tables(_db: sqlite3.Connection, _file: str, tables: Tables) -> Tables:
    return tables
