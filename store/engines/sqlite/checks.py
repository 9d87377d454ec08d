"""Notice what other programs wrote, and look whether the file is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

_MOST_COMPLAINTS = 20
_LONGEST_COMPLAINT = 200


def data_version(db: sqlite3.Connection) -> int:
    """Return SQLite's number for the state of the file; it changes with every commit of another connection."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def complaints(db: sqlite3.Connection) -> list[str]:
    """Return what the quick check finds wrong, in printable ASCII; nothing if the file is sound."""
    rows = db.execute(f"PRAGMA quick_check({_MOST_COMPLAINTS})").fetchall()
    found = [line for (text,) in rows for line in str(text).splitlines()]
    return [_printable(line) for line in found if line != "ok"]


def _printable(line: str) -> str:
    return "".join(c if " " <= c <= "~" else "?" for c in line)[:_LONGEST_COMPLAINT]
