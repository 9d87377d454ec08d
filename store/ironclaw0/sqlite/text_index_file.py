"""The private file of the full-text index: its tables, what it says of itself, and what it can answer.

The file lies where its owner says, never in IronClaw's database; whoever may not read that may not read this. It
holds for each message which tokens occur in it, under its row number, and every token once. A search asks which
tokens contain a word, then which messages have one of those; whether they truly match is told by their texts. So
what is left behind of rows that were deleted or rewritten costs time, never a wrong answer.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.index_tokens import LEAST, Part, parts
from store.errors import IndexFailed
from store.files.folders import make_private_folder
from store.files.paths import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from store.domain.query import Query
    from store.files.paths import Identity

VERSION = 2
"""Changes with what texts are folded to, and with what of a message is searched; a file of another version is made
anew."""
MOST_TOKENS = 200
"""A word that is part of more tokens than this does not narrow a search."""

_TRIGRAMS = 16
_PROBED = 2
"""Tokens of a message by which it is looked for in a check."""
_TABLES = (
    "CREATE TABLE state (version INTEGER, device INTEGER, inode INTEGER, is_complete INTEGER)",
    "CREATE TABLE blocks (high INTEGER PRIMARY KEY, last_id, messages INTEGER, digest BLOB)",
    "CREATE TABLE words (number INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE words_by_part USING fts5 (word, content = '', columnsize = 0, detail = none,"
    " tokenize = 'trigram case_sensitive 1')",
    "CREATE VIRTUAL TABLE messages USING fts5 (tokens, content = '', columnsize = 0, detail = none,"
    " tokenize = 'ascii')",
)


class Block(NamedTuple):
    """Messages that were indexed together: those after the block before it, up to the row ``high``."""

    high: int
    last_id: Any
    """The id of that row: a row number may be used again."""
    messages: int
    digest: bytes
    """What tells whether any of them was rewritten."""


class Entry(NamedTuple):
    """A message's tokens."""

    rowid: int
    tokens: set[str]


class State(NamedTuple):
    """What the file says of itself."""

    identity: Identity
    """The database that it was made of."""
    is_complete: bool
    """It has once reached the database's end; what came later is added in small steps."""
    messages: int
    last: Block | None


def path_in(folder: Path, database: Path) -> Path:
    """Return where the index of a database lies in a folder of indexes."""
    name = blake2b(os.fsencode(os.path.realpath(database)), digest_size=12).hexdigest()
    return folder / f"{name}.search"


class IndexFile:
    """An open index. For one thread at a time; ``interrupt`` may come from any.

    Args:
        path: The file.
        is_new: Make it, and the folder it lies in, if there is none.

    Raises:
        IndexFailed: it cannot be made, or opened; so does every other call if the file cannot be read or written.
    """

    def __init__(self, path: Path, *, is_new: bool = False) -> None:
        self._path = path
        with self._failing():
            if is_new:
                make_private_folder(path.parent)
                os.close(os.open(path, os.O_CREAT | os.O_NOFOLLOW | os.O_RDWR, 0o600))
            uri = f"{path.absolute().as_uri()}?mode=rw"
            self._db = sqlite3.connect(uri, uri=True, timeout=5, isolation_level=None, check_same_thread=False)
        try:
            self._rows("PRAGMA journal_mode = WAL")
            self._rows("PRAGMA synchronous = NORMAL")
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def interrupt(self) -> None:
        """Stop what is running."""
        self._db.interrupt()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do several things to the file, or none."""
        self._rows("BEGIN IMMEDIATE")
        try:
            yield
            self._rows("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._rows("ROLLBACK")
            raise

    def state(self) -> State | None:
        """Return what the file says of itself; ``None`` if it says nothing, or is of another version."""
        if not self._rows("SELECT 1 FROM sqlite_schema WHERE name = 'state'"):
            return None
        rows = self._rows("SELECT device, inode, is_complete FROM state WHERE version = ?", (VERSION,))
        if not rows:
            return None
        ((device, inode, is_complete),) = rows
        last = self._rows("SELECT * FROM blocks ORDER BY high DESC LIMIT 1")
        ((messages,),) = self._rows("SELECT coalesce(sum(messages), 0) FROM blocks")
        return State((device, inode), bool(is_complete), messages, Block(*last[0]) if last else None)

    def is_of_other_version(self) -> bool:
        """Tell whether the file was made by a version of this program that folded or searched differently."""
        if not self._rows("SELECT 1 FROM sqlite_schema WHERE name = 'state'"):
            return False
        return bool(self._rows("SELECT 1 FROM state WHERE version <> ?", (VERSION,)))

    def begin(self, identity: Identity) -> None:
        """Make empty tables for a database."""
        with self.transaction():
            for name in ("state", "blocks", "words", "words_by_part", "messages"):
                self._rows(f"DROP TABLE IF EXISTS {name}")
            for statement in _TABLES:
                self._rows(statement)
            self._rows("INSERT INTO state VALUES (?, ?, ?, 0)", (VERSION, *identity))

    def adopt(self, identity: Identity) -> None:
        """Note which database the index belongs to from now on, and that it has to be checked against it."""
        self._rows("UPDATE state SET device = ?, inode = ?, is_complete = 0", identity)

    def complete(self) -> None:
        """Note that the index has been checked, and reaches to the end of the database."""
        self._rows("UPDATE state SET is_complete = 1 WHERE NOT is_complete")

    def blocks(self) -> list[Block]:
        """Return all blocks, oldest first."""
        return [Block(*row) for row in self._rows("SELECT * FROM blocks ORDER BY high")]

    def forget_from(self, high: int) -> None:
        """Forget a block and those after it; their messages then are indexed again."""
        self._rows("DELETE FROM blocks WHERE high >= ?", (high,))

    def add(self, block: Block, entries: Iterable[Entry]) -> None:
        """Add a block of messages, or index them again; for a transaction."""
        words: set[str] = set()
        for entry in entries:
            self._rows("INSERT INTO messages (rowid, tokens) VALUES (?, ?)", (entry.rowid, " ".join(entry.tokens)))
            words |= entry.tokens
        for word in words:
            for (number,) in self._rows("INSERT OR IGNORE INTO words (word) VALUES (?) RETURNING number", (word,)):
                self._rows("INSERT INTO words_by_part (rowid, word) VALUES (?, ?)", (number, word))
        self._rows("INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?)", block)

    def lacks_rows(self) -> bool:
        """Tell whether rows are gone: words are numbered without a gap, and each table tells how many it has."""
        ((words, newest),) = self._rows("SELECT count(*), coalesce(max(number), 0) FROM words")
        ((messages,),) = self._rows("SELECT coalesce(sum(messages), 0) FROM blocks")
        return not words == newest == self._length("words_by_part") or self._length("messages") < int(messages)

    def holds(self, entry: Entry) -> bool:
        """Tell whether a message is found by each of some of its tokens."""
        for token in sorted(entry.tokens, key=len)[-_PROBED:]:
            sql = "SELECT 1 FROM messages WHERE messages MATCH ? AND rowid = ?"
            is_known = self._rows("SELECT 1 FROM words WHERE word = ?", (token,))
            if not is_known or not self._rows(sql, (f'"{token}"', entry.rowid)):
                return False
        return True

    def expression(self, query: Query) -> str | None:
        """Return the full-text expression for messages that may match a query; ``None`` if nothing narrows it.

        An empty one says that no message can match.
        """
        groups = []
        for part in dict.fromkeys(part for word in query.words for part in parts(word)):
            tokens = self._tokens(part)
            if tokens is None:
                continue
            if not tokens:
                return ""
            groups.append(" OR ".join(f'"{token}"' for token in tokens))
        return " AND ".join(f"({group})" for group in groups) or None

    def candidates(self, expression: str, high: int, limit: int) -> list[int]:
        """Return the next rows up to ``high`` that an expression finds, newest first."""
        rows = self._rows(
            "SELECT rowid FROM messages WHERE messages MATCH ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?",
            (expression, high, limit),
        )
        return [rowid for (rowid,) in rows]

    def _tokens(self, part: Part) -> list[str] | None:
        """Return the tokens that hold a part; ``None`` if they are too many, or cannot be told."""
        if part.is_token:
            return [part.text]
        if len(part.text) < LEAST:
            return None
        trigrams = [part.text[start : start + LEAST] for start in range(len(part.text) - LEAST + 1)]
        wanted = " AND ".join(f'"{trigram}"' for trigram in dict.fromkeys(trigrams[:_TRIGRAMS]))
        rows = self._rows(
            "SELECT w.word FROM words_by_part AS p CROSS JOIN words AS w ON w.number = p.rowid"
            " WHERE p.words_by_part MATCH ? AND instr(w.word, ?) LIMIT ?",
            (wanted, part.text, MOST_TOKENS + 1),
        )
        return None if len(rows) > MOST_TOKENS else [word for (word,) in rows]

    def _length(self, table: str) -> int:
        """Return how many rows were put into a full-text table; source: FTS5's averages record."""
        found = self._rows(f"SELECT block FROM {table}_data WHERE id = 1")
        number = 0
        for byte in found[0][0] if found else b"":
            number = number << 7 | byte & 0x7F
            if byte < 0x80:
                break
        return number

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._failing():
            return self._db.execute(sql, parameters).fetchall()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Give failures their name."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            why = getattr(error, "sqlite_errorname", None) or getattr(error, "strerror", None) or "unknown failure"
            raise IndexFailed(
                f"The search index {shown(self._path)} cannot be used ({why}); drop it, then build it again."
            ) from None
