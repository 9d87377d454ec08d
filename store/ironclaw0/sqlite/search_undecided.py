"""Tell which rows of a range ``LIKE`` cannot decide, and whether any other row of it may match.

To count characters, which SQL has to where it tells whether a text is ASCII, takes four times as long as to look for
a word. So one statement hands over all texts of some rows as they are, and Python, which sees at a glance if they
are ASCII and have a backslash, looks closer only where it has to.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from store.ironclaw0.sqlite.search_prefilter import HAS_ESCAPES, UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.core.clause import Clause
    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.sqlite.search_sql import Range

_TOO_BIG = 18
"""SQLITE_TOOBIG."""
_BETWEEN = b"\x1e"
_STEP = 1000
"""Row numbers of one statement: what it hands over stays near the processor."""
_MOST_STEPS = 100
"""Where row numbers lie so far apart that there would be more statements, one reads all."""
_MOST_BYTES = 32_000_000
"""Bytes of text that are handed over at once; where so few rows have more, SQLite counts characters."""


class Undecided(NamedTuple):
    """What is known of a range."""

    rows: Sequence[int]
    """The rows that ``LIKE`` cannot decide, whatever the word."""
    has_others: bool
    """Others may match."""


def undecided_in(db: Database, span: Range, words: Clause) -> Undecided:
    """Look at all rows of a range.

    Args:
        db: The connection, in a transaction.
        span: The range.
        words: What is true of every row that ``LIKE`` finds.
    """
    (encoding,) = db.execute("PRAGMA encoding").fetchone()
    if encoding != "UTF-8":
        return Undecided(_numbered(db, span.low, span.high, UNDECIDED.sql), True)
    step = _STEP if span.high - span.low < _MOST_STEPS * _STEP else span.high - span.low + 1
    rows: list[int] = []
    has_others = False
    for low in range(span.low, span.high + 1, step):
        found = _look(db, low, min(low + step - 1, span.high), words)
        rows += found.rows
        has_others |= found.has_others
    return Undecided(rows, has_others)


def numbers(packed: str | None) -> list[int]:
    """Cut packed row numbers apart."""
    return [*map(int, packed.split(","))] if packed else []


def _look(db: Database, low: int, high: int, words: Clause) -> Undecided:
    found = _handed(db, low, high, words)
    if found is None:
        return Undecided(_numbered(db, low, high, UNDECIDED.sql), True)
    texts, has_values, has_others = found
    odd: set[int] = set()
    texts = texts or b""
    if has_values:
        odd.update(_numbered(db, low, high, "typeof(m.content) <> 'text'"))
    if b"\\" in texts:
        odd.update(_numbered(db, low, high, HAS_ESCAPES))
    if not texts.isascii() or b"\0" in texts:
        odd.update(_told_by_bytes(db, low, high, texts.split(_BETWEEN)))
    return Undecided(sorted(odd), bool(has_others))


def _handed(db: Database, low: int, high: int, words: Clause) -> tuple[bytes | None, int | None, int | None] | None:
    """Return all texts, if there are other values, and if ``LIKE`` finds any; ``None`` if it is too much."""
    usual = db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    try:
        found: tuple[bytes | None, int | None, int | None] = db.execute(
            "SELECT CAST(group_concat(m.content, char(30)) AS BLOB), max(typeof(m.content) <> 'text'),"
            f" max({words.sql}) FROM conversation_messages AS m WHERE m.rowid BETWEEN ? AND ?",
            (*words.parameters, low, high),
        ).fetchone()
    except sqlite3.DataError as error:
        if error.sqlite_errorcode != _TOO_BIG:
            raise
        return None
    finally:
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, usual)
    return found


def _told_by_bytes(db: Database, low: int, high: int, texts: list[bytes]) -> list[int]:
    """Return the rows of those texts that are not ASCII."""
    rows = _numbered(db, low, high, "m.content IS NOT NULL")
    if len(rows) != len(texts):
        # A text has in it what stands between texts.
        return _numbered(db, low, high, UNDECIDED.sql)
    return [row for row, text in zip(rows, texts, strict=True) if not text.isascii() or b"\0" in text]


def _numbered(db: Database, low: int, high: int, where: str) -> list[int]:
    """Return the rows of a range for which a condition holds."""
    sql = f"SELECT group_concat(m.rowid) FROM conversation_messages AS m WHERE m.rowid BETWEEN ? AND ? AND {where}"
    return numbers(db.execute(sql, (low, high)).fetchone()[0])
