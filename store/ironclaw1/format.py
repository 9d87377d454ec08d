"""IronClaw 1.x in a SQLite file, as a format of ``store.opening``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.ironclaw1.schema import ENTRIES, has_files
from store.ironclaw1.scopes import has_threads

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from store.engines.sqlite.database import Tables
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw1.store import ThreadStore

_OLD = frozenset({"conversations", "conversation_messages"})


def told_apart(db: sqlite3.Connection, tables: Tables) -> Tables:
    """Return the tables of a file without those of the life of IronClaw that it holds nothing of.

    Where both have tables, 0.x it is, unless it has no message and 1.x has a thread.
    """
    if ENTRIES not in tables or not tables >= _OLD:
        return tables
    has_messages = db.execute("SELECT 1 FROM conversation_messages LIMIT 1").fetchone() is not None
    is_old = has_messages or not has_files(db) or not has_threads(db)
    return tables - ({ENTRIES} if is_old else _OLD)


def claims(target: str, what: Tables) -> bool:
    """Tell whether this format opens a target: a file with the tables of 1.x, and none of 0.x."""
    return ENTRIES in what and not what & _OLD


async def open_file(
    file: DatabaseFile[Tables], *, read_only: bool, clock: Callable[[], datetime], index_folder: Path | None
) -> ThreadStore:
    """Return the store over a file that is open; closes the file if it cannot.

    Args:
        file: Open, with no format yet.
        read_only: Nothing is written in any case.
        clock: What tells the time.
        index_folder: Where counts are kept; without it none are.

    Raises:
        OpenError: the file lacks what IronClaw 1.x has.
        DatabaseBusy: another program holds it past the deadline.
    """
    # What reads 1.x is loaded for files of 1.x alone.
    from store.ironclaw1.connections import DIALECT
    from store.ironclaw1.store import ThreadStore

    try:
        return ThreadStore(await file.adopt(DIALECT), now=clock, index_folder=index_folder)
    except BaseException:
        await file.close()
        raise
