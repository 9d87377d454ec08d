"""Make a new database of rows that were taken along: the way back from an export.

A row comes as its values, so that nothing is read into it on the way.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from store.files.atomic_file import BESIDE, put_in_place, require_free
from store.ironclaw0.sqlite.import_rows import MisfitError, fill
from store.ironclaw0.sqlite.schema import create_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.contract.stored_rows import Value


class Row(NamedTuple):
    """A row on its way in."""

    is_message: bool
    """Whether it belongs into ``conversation_messages``, not into ``conversations``."""
    rowid: int | None
    values: dict[str, Value]
    line: int
    """Where it stands in the file that it comes from."""


class Imported(NamedTuple):
    """What a new database holds."""

    conversations: int
    messages: int
    is_loose: bool
    """Some rows did not fit into IronClaw's own tables, so that these are made without their rules."""


def create_from_rows(path: Path, read: Callable[[], Iterator[Row]], source: str) -> Imported:
    """Create a database file with exactly the given rows, or leave nothing behind.

    The tables are IronClaw 0.24's; where a row breaks their rules (a NULL, a number where text belongs, malformed
    metadata, two heartbeats), all rows go into tables of the same columns without rules.

    Args:
        path: Where nothing lies yet.
        read: Begins to read the rows; may be called twice.
        source: What to call the file they come from in a sentence.

    Raises:
        FileExistsError: something lies at the path, or a part of a database that was there.
        ImportRefused: a row cannot be stored, or ``read`` refused one.
        OSError: the file cannot be made there.
        sqlite3.Error: it cannot be filled.
    """
    for suffix in ("", *BESIDE):
        require_free(Path(f"{path}{suffix}"))
    with TemporaryDirectory(prefix=".clawback-import-", dir=path.absolute().parent) as beside:
        draft = Path(beside, "strict.db")
        create_database(draft)
        try:
            imported = Imported(*fill(draft, read(), source, is_loose=False), is_loose=False)
        except MisfitError:
            draft = Path(beside, "loose.db")
            create_database(draft)
            imported = Imported(*fill(draft, read(), source, is_loose=True), is_loose=True)
        put_in_place(draft, path)
    return imported
