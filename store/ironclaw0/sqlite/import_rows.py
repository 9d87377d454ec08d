"""Make a new database of rows exactly as they were stored elsewhere: the inverse of an export.

A row comes as its values, so that nothing is read into it. A column that IronClaw 0.24 does not have is added without
a type, so that SQLite changes no value in it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.contract.stored_rows import Imported, RawText
from store.errors import DatabaseFailed, ImportRefused
from store.files.atomic_file import put_in_place, require_free
from store.files.drafts import draft_folder
from store.files.paths import BESIDE, shown
from store.ironclaw0.sqlite.schema import create_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.contract.stored_rows import ImportRow, Value

_TABLES = ("conversations", "conversation_messages")
_MOST_COLUMNS = 200
_SYNTHETIC = "rowid"
_MAY_LACK = frozenset({"thread_id", "metadata"})
"""Columns whose default says nothing that was not so."""
_LOOSE = (
    "DROP TABLE conversation_messages",
    "DROP TABLE conversations",
    "CREATE TABLE conversations (id, channel, user_id, thread_id, started_at, last_activity, metadata)",
    "CREATE TABLE conversation_messages (id, conversation_id, role, content, created_at)",
    "CREATE INDEX idx_conversations_user ON conversations (user_id)",
    "CREATE INDEX idx_conversations_last_activity ON conversations (last_activity)",
    "CREATE INDEX idx_conversation_messages_conversation ON conversation_messages (conversation_id)",
)
"""IronClaw's columns and indexes without types, rules and what must be unique."""


_FILLING = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -65536",
)
"""Nobody has the file yet: whatever goes wrong, it is thrown away."""
_TOGETHER = 500
"""Rows stored at a time."""
_TEXTS = frozenset({str, type(None)})


class _MisfitError(Exception):
    """A row breaks a rule of IronClaw's tables."""


def create_from_rows(path: Path, read: Callable[[], Iterator[ImportRow]], source: str) -> Imported:
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
        DatabaseFailed: SQLite cannot fill it.
    """
    for suffix in ("", *BESIDE):
        require_free(Path(f"{path}{suffix}"))
    with draft_folder(path.absolute().parent, "import") as beside:
        try:
            draft, imported = _draft(beside, read, source)
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", "an error")
            raise DatabaseFailed(f"SQLite could not make {shown(path)} ({name}).") from None
        put_in_place(draft, path)
    return imported


def _draft(folder: Path, read: Callable[[], Iterator[ImportRow]], source: str) -> tuple[Path, Imported]:
    """Return a new database of the rows, and what it holds; in tables without rules if rows break them."""
    draft = folder / "strict.db"
    create_database(draft)
    try:
        return draft, Imported(*_fill(draft, read(), source, is_loose=False), is_loose=False)
    except _MisfitError:
        draft = folder / "loose.db"
        create_database(draft)
        return draft, Imported(*_fill(draft, read(), source, is_loose=True), is_loose=True)


def _fill(path: Path, rows: Iterator[ImportRow], source: str, *, is_loose: bool) -> tuple[int, int]:
    """Store rows in one transaction; return how many conversations and messages they were.

    Args:
        path: A database without conversations.
        rows: What to store.
        source: What to call the file they come from in a sentence.
        is_loose: Whether to make the tables anew without rules.

    Raises:
        _MisfitError: a row breaks a rule of the tables.
        ImportRefused: a row cannot be stored in any table.
        sqlite3.Error: SQLite failed in another way.
    """
    counts = [0, 0]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in _FILLING:
            db.execute(statement)
        db.execute("BEGIN IMMEDIATE")
        for statement in _LOOSE if is_loose else ():
            db.execute(statement)
        indexes = _without_indexes(db)
        tables = [_Table(db, name, source, is_loose=is_loose) for name in _TABLES]
        for row in rows:
            tables[row.is_message].insert(row)
            counts[row.is_message] += 1
        for table in tables:
            table.finish()
        for statement in indexes:
            db.execute(statement)
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")
    # On the disk before it gets its name; not while SQLite has it open, whose locks this would drop.
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return counts[0], counts[1]


def _without_indexes(db: sqlite3.Connection) -> list[str]:
    """Drop the indexes that keep no rule; return what makes them, which is quicker when all rows are there."""
    found = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'"
    ).fetchall()
    for name, _ in found:
        db.execute(f"DROP INDEX {_quoted(name)}")
    return [sql for _, sql in found]


class _Table:
    """A table that grows the columns it lacks.

    Args:
        db: The database.
        name: What the table is called.
        source: What to call the file that rows come from in a sentence.
        is_loose: Whether it is one without rules.
    """

    def __init__(self, db: sqlite3.Connection, name: str, source: str, *, is_loose: bool) -> None:
        self._db = db
        self._name = name
        self._source = source
        self._is_loose = is_loose
        self._known: dict[tuple[object, ...], str] = {}
        """What stores rows of texts, by whether they lack a number, and their columns; the table has them all."""
        self._waiting: list[tuple[Any, ...]] = []
        self._statement_of_waiting = ""
        self._columns = {
            _folded(column) for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", (name,))
        }
        self._typed = frozenset(self._columns)

    def insert(self, row: ImportRow) -> None:
        """Store a row, maybe together with those that follow.

        Raises:
            _MisfitError: one breaks a rule of the table.
            ImportRefused: no table can have it.
        """
        columns = (row.rowid is None, *row.values)
        is_texts = _TEXTS.issuperset(map(type, row.values.values()))
        known = self._known.get(columns) if is_texts else None
        if known is not None and row.is_message and not self._is_loose:
            self._wait(row, known)
            return
        if not self._is_loose and not self._fits(row.values):
            raise _MisfitError
        statement, given = self._statement(row)
        try:
            # Rows without a number get theirs in their order.
            self.finish()
            with self._rules():
                self._grow(row)
                self._db.execute(statement, given)
        except sqlite3.IntegrityError as error:
            raise self._refused(row, "repeats the row number of another row") from error
        if is_texts:
            self._known[columns] = statement

    def _wait(self, row: ImportRow, statement: str) -> None:
        if statement is not self._statement_of_waiting or len(self._waiting) >= _TOGETHER:
            self.finish()
            self._statement_of_waiting = statement
        values = row.values.values()
        self._waiting.append(tuple(values) if row.rowid is None else (row.rowid, *values))

    def finish(self) -> None:
        """Store the rows that wait.

        Raises:
            _MisfitError: one breaks a rule of the table.
        """
        if self._waiting:
            with self._rules():
                self._db.executemany(self._statement_of_waiting, self._waiting)
            self._waiting.clear()

    @contextmanager
    def _rules(self) -> Iterator[None]:
        """Tell of rows that break a rule, if the table has any.

        Raises:
            _MisfitError: one does.
        """
        try:
            yield
        except sqlite3.IntegrityError as error:
            if self._is_loose:
                raise
            raise _MisfitError from error
        except sqlite3.OperationalError as error:
            if "malformed JSON" in str(error) and not self._is_loose:
                raise _MisfitError from error
            raise

    def _fits(self, values: dict[str, Value]) -> bool:
        """Tell whether the table stores the values as they are: a column of texts makes a number one."""
        names = {_folded(name): value for name, value in values.items()}
        if self._typed - _MAY_LACK - names.keys():
            return False
        return not any(isinstance(value, (int, float)) and name in self._typed for name, value in names.items())

    def _statement(self, row: ImportRow) -> tuple[str, list[Any]]:
        names = [_quoted(name) for name in row.values]
        places = ["CAST(? AS TEXT)" if isinstance(value, RawText) else "?" for value in row.values.values()]
        given: list[Any] = list(row.values.values())
        if row.rowid is not None:
            names, places, given = [_SYNTHETIC, *names], ["?", *places], [row.rowid, *given]
        return f"INSERT INTO {self._name} ({', '.join(names)}) VALUES ({', '.join(places)})", given

    def _grow(self, row: ImportRow) -> None:
        folded = {name: _folded(name) for name in row.values}
        if len(set(folded.values())) < len(folded):
            raise self._refused(row, "has two columns whose names differ only in case")
        for name, column in folded.items():
            if column in self._columns:
                continue
            if len(self._columns) >= _MOST_COLUMNS or column == _SYNTHETIC or "\0" in name:
                raise self._refused(row, "has a column that no table can have")
            self._db.execute(f"ALTER TABLE {self._name} ADD COLUMN {_quoted(name)}")
            self._columns.add(column)

    def _refused(self, row: ImportRow, why: str) -> ImportRefused:
        return ImportRefused(f"Line {row.line:,} of {self._source} {why}; nothing was imported.")


def _folded(name: str) -> str:
    """Return the name of a column as SQLite compares it: only ASCII letters have no case."""
    return name.encode().lower().decode()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
