"""Tell whether a file holds a thread of IronClaw 1.x, without opening a store over it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from store.engines.sqlite.database import connect
from store.engines.sqlite.failures import is_busy
from store.engines.sqlite.file_watch import FileWatch
from store.errors import StoreError
from store.ironclaw1.format import told_apart
from store.ironclaw1.schema import ENTRIES, has_files
from store.ironclaw1.scopes import has_threads

if TYPE_CHECKING:
    from pathlib import Path

    from store.engines.sqlite.database import Tables


def holds_threads(path: Path) -> bool:
    """Tell whether a file holds a thread, also if another program has it locked; no other failure is told."""
    watch = FileWatch(path)
    try:
        watch.start()
        with closing(connect(path, "ro", _tables, at_rest=watch.is_at_rest)) as db:
            return ENTRIES in told_apart(db, db.schema) and has_files(db) and has_threads(db)
    except StoreError:
        return False
    except sqlite3.Error as error:
        return is_busy(error)


def _tables(_db: sqlite3.Connection, _file: str, tables: Tables) -> Tables:
    return tables
