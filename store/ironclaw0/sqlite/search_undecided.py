"""Tell which rows of a range ``LIKE`` cannot decide, and whether any other row of it may match.

To count characters, which SQL has to where it tells whether a text is ASCII, takes four times as long as to look for
a word. So one statement hands over all texts of a range as they are, and Python, which sees at a glance whether they
are ASCII, looks closer only where they are not.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from store.ironclaw0.sqlite.search_prefilter import HAS_ESCAPES, UNDECIDED

if TYPE_CHECKING:
    from store.core.clause import Clause
    from store.ironclaw0.sqlite.schema import Database

_BETWEEN = b"\x1e"
_MOST_BYTES = 32_000_000
"""Bytes of text that are handed over at once; where a range has more, SQLite counts characters."""
_IS_TEXT = "typeof(m.content) = 'text'"


class Undecided(NamedTuple):
    """What is known of a range."""

    rows: list[int]
    """The rows that ``LIKE`` cannot decide, whatever the word."""
    has_others: bool
    """Others may match."""


def undecided_in(db: Database, between: Clause, words: Clause) -> Undecided:
    """Look at all rows of a range.

    Args:
        db: The connection, in a transaction.
        between: The condition that picks the rows.
        words: What is true of every row that ``LIKE`` finds.
    """
    usual = db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    try:
        texts, odd, has_others, encoding = db.execute(
            f"SELECT CAST(group_concat(m.content, char(30)) FILTER (WHERE {_IS_TEXT}) AS BLOB),"
            f" group_concat(m.rowid) FILTER (WHERE NOT {_IS_TEXT} OR {HAS_ESCAPES}),"
            f" ifnull(max({words.sql}), 0), (SELECT encoding FROM pragma_encoding)"
            f" FROM conversation_messages AS m WHERE {between.sql}",
            (*words.parameters, *between.parameters),
        ).fetchone()
    except sqlite3.DataError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_TOOBIG:
            raise
        return Undecided(_told_by_sql(db, between), True)
    finally:
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, usual)
    if encoding != "UTF-8":
        return Undecided(_told_by_sql(db, between), True)
    if texts is None or (texts.isascii() and b"\0" not in texts):
        return Undecided(numbers(odd), bool(has_others))
    found = _told_by_bytes(db, between, texts.split(_BETWEEN))
    return Undecided(sorted({*found, *numbers(odd)}), bool(has_others))


def numbers(packed: str | None) -> list[int]:
    """Cut packed row numbers apart."""
    return [*map(int, packed.split(","))] if packed else []


def _told_by_bytes(db: Database, between: Clause, texts: list[bytes]) -> list[int]:
    """Return the rows of those texts that are not ASCII."""
    (packed,) = db.execute(
        f"SELECT group_concat(m.rowid) FROM conversation_messages AS m WHERE {between.sql} AND {_IS_TEXT}",
        between.parameters,
    ).fetchone()
    rows = numbers(packed)
    if len(rows) != len(texts):
        # A text has in it what stands between texts.
        return _told_by_sql(db, between)
    return [row for row, text in zip(rows, texts, strict=True) if not text.isascii() or b"\0" in text]


def _told_by_sql(db: Database, between: Clause) -> list[int]:
    (packed,) = db.execute(
        f"SELECT group_concat(m.rowid) FROM conversation_messages AS m WHERE {between.sql} AND {UNDECIDED.sql}",
        between.parameters,
    ).fetchone()
    return numbers(packed)
