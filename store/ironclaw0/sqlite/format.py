"""IronClaw 0.x in a SQLite file, as a format of ``store.opening``."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from store.engines.sqlite.failures import named
from store.errors import OpenError
from store.files.paths import shown
from store.ironclaw0.sqlite.connections import DIALECT
from store.ironclaw0.sqlite.schema import create_database
from store.ironclaw0.sqlite.store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from store.engines.sqlite.database import Tables
    from store.engines.sqlite.database_file import DatabaseFile


def claims(target: str, what: Tables) -> bool:
    """Tell whether this format opens a target: any SQLite file, of which it says what is missing."""
    return True


async def open_file(
    file: DatabaseFile[Tables], *, read_only: bool, clock: Callable[[], datetime], index_folder: Path | None
) -> SqliteStore:
    """Return the store over a file that is open; closes the file if it cannot.

    Args:
        file: Open, with no format yet.
        read_only: Refuse every write.
        clock: What tells the time that a write stores.
        index_folder: Where full-text indexes lie and counts are kept; without it there are none.

    Raises:
        OpenError: the file lacks what IronClaw 0.x has.
        DatabaseBusy: another program holds it past the deadline.
    """
    try:
        known = await file.adopt(DIALECT)
        return SqliteStore(known, read_only=read_only, now=clock, index_folder=index_folder)
    except BaseException:
        await file.close()
        raise


def create(path: Path) -> None:
    """Create a file as IronClaw 0.24 would; leave an existing one as it is.

    Raises:
        OpenError: it cannot be made there.
        StoreError: SQLite cannot fill it.
    """
    try:
        create_database(path)
    except OSError as error:
        raise OpenError(f"{shown(path)} cannot be created ({error.strerror}); choose another place.") from None
    except sqlite3.Error as error:
        raise named(error, path) from None
