"""Read messages for a search, a range of rows at a time; SQL lets through whatever may match, never less.

A record is JSON: before some characters it may put a backslash, and any character may be written by its number. What
is not ASCII is let through as well, since ``LIKE`` knows the case of ASCII letters only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.matching import JSON_ESCAPED, UNICODE_ESCAPE
from store.domain.folding import folded
from store.domain.timestamps import instant_of
from store.ironclaw1 import thread_rows
from store.ironclaw1.addresses import Thread, below, thread_of
from store.ironclaw1.message_records import (
    CALL,
    content_of,
    last_tie,
    message_tie,
    record_of,
    role_of,
    sequence_of,
)
from store.records import MessageCursor

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from store.core.matching import Matcher
    from store.domain.query import Query
    from store.ironclaw1.addresses import PathRange, ThreadScope
    from store.ironclaw1.schema import Database
    from store.ironclaw1.thread_catalog import Opening
    from store.ironclaw1.thread_heads import Head

_JSON_SIGN = re.compile(f"[{re.escape(JSON_ESCAPED)}\\s]")
_REPLACEMENT = "\ufffd"
_SPECIAL, _ESCAPED = re.compile(r"[\\%_]"), r"\\\g<0>"


_FILES = "root_filesystem_entries", "rowid", "contents", " AND (kind = 'thread_message' OR kind IS NULL)"
_EVENTS = "root_filesystem_events", "seq", "payload", ""
"""Tables, the columns of their numbers and their records, and which rows may be messages."""


class Place(NamedTuple):
    """Where a search looks: in these ranges of paths, in the files of messages alone."""

    ranges: tuple[PathRange, ...]
    log: str = ""
    """An append log; empty for all in the ranges."""

    @classmethod
    def of_scopes(cls, scopes: Iterable[ThreadScope]) -> Place:
        """Return all threads of some scopes."""
        return cls(tuple(below(f"{scope.root}/threads") for scope in scopes))

    @classmethod
    def of_thread(cls, thread: Thread) -> Place:
        """Return one thread."""
        return cls((thread.messages,), thread.log)

    def sql(self, column: str, sign: str = "") -> tuple[str, tuple[object, ...]]:
        """Return the condition that a path lies here, and its parameters.

        Args:
            column: What has the path.
            sign: ``+`` keeps SQLite off the index on paths.
        """
        if not self.ranges:
            return "0", ()
        inside = " OR ".join([f"({sign}{column} >= ? AND {sign}{column} < ?)"] * len(self.ranges))
        return f"({inside})", tuple(edge for each in self.ranges for edge in each)


class Range(NamedTuple):
    """Rows from ``low`` to ``high``, both included."""

    is_log: bool
    low: int
    high: int


class Found(NamedTuple):
    """A message that matches."""

    key: str
    cursor: MessageCursor
    text: str
    """What is searched of it."""


def bounds(db: Database, place: Place) -> list[Range]:
    """Return the ranges of all rows: the append logs, which have the replies of 1.0, then the files."""
    found = []
    if db.schema.has_log:
        low, high = _edges(db, "root_filesystem_events", "seq")
        found += [Range(True, low, high)] if low <= high else []
    low, high = _edges(db, "root_filesystem_entries", "rowid")
    return [*found, Range(False, low, high)] if low <= high and place.ranges else found


def _edges(db: Database, table: str, key: str) -> tuple[int, int]:
    """Return the first and the last number of a table's rows; one query for both would read all of them."""
    (low,) = db.execute(f"SELECT min({key}) FROM {table}").fetchone()
    (high,) = db.execute(f"SELECT max({key}) FROM {table}").fetchone()
    return (low, high) if low is not None and high is not None else (0, -1)


def total(db: Database, place: Place) -> int:
    """Return how many messages there are in a place, from the index on paths alone."""
    where, parameters = place.sql("path")
    sql = f"SELECT count(*) FROM root_filesystem_entries WHERE {where} AND instr(path, '/messages/')"
    return int(db.execute(sql, parameters).fetchone()[0])


def of_channel(heads: Sequence[Head], begun: Mapping[str, Opening], typed: str) -> list[Head]:
    """Return the threads of the channel of that name, or else of those that differ only in case or accents."""
    names = {begun[head.thread.key].channel for head in heads}
    chosen = {typed} if typed in names else {name for name in names if folded(name) == folded(typed)}
    return [head for head in heads if begun[head.thread.key].channel in chosen]


def matching(db: Database, query: Query, place: Place, span: Range | None, matcher: Matcher) -> list[Found]:
    """Return the messages that match among the rows of a range, newest row first; among all if it is ``None``.

    Args:
        db: The connection.
        query: What to look for.
        place: Where.
        span: Which rows.
        matcher: Tells which rows match.

    Raises:
        StoppedError: the caller has had enough.
    """
    found: list[Found] = []
    if db.schema.has_log and (span is None or span.is_log):
        where = ("path = ?", (place.log,)) if place.log else place.sql("path", "+")
        rows = ((-seq, path, record) for seq, path, record in _rows(db, query, _EVENTS, where, span))
        found += _confirmed(db, rows, query, matcher)
    if span is None or not span.is_log:
        where = place.sql("path", "+" if span else "")
        found += _confirmed(db, _rows(db, query, _FILES, where, span), query, matcher)
    return found


def _rows(
    db: Database,
    query: Query,
    table: tuple[str, str, str, str],
    where: tuple[str, tuple[object, ...]],
    span: Range | None,
) -> sqlite3.Cursor:
    """Return number, path and record of the messages that may match, newest row first."""
    name, key, column, is_message = table
    limits, edges = (f"{key} BETWEEN ? AND ? AND ", (span.low, span.high)) if span else ("", ())
    condition, patterns = _may_match(query)
    # The limit keeps SQLite from turning the bytes into text anew for each condition.
    return db.execute(
        f"SELECT number, path, record FROM (SELECT {key} AS number, path, CAST({column} AS TEXT) AS record,"
        f" length({column}) AS size FROM {name} WHERE {limits}{where[0]}"
        f"{is_message} ORDER BY {key} DESC LIMIT -1)"
        f" WHERE {condition}",
        (*edges, *where[1], *patterns),
    )


def _may_match(query: Query) -> tuple[str, tuple[str, ...]]:
    """Return the condition that a record may match, and its parameters."""
    parts = list(dict.fromkeys(part for word in query.words for part in word.split(" ")))
    if not parts or any(_REPLACEMENT in part for part in parts):
        return "1", ()
    # LIKE looks for a text much faster than instr does.
    odd = f"(length(record) <> size OR record LIKE '%{UNICODE_ESCAPE}%')"
    if not all(part.isascii() for part in parts):
        return odd, ()
    pieces = ([_SPECIAL.sub(_ESCAPED, piece) for piece in _JSON_SIGN.split(part)] for part in parts)
    patterns = tuple(f"%{'%'.join(some)}%" for some in pieces)
    likes = " AND ".join("record LIKE ?" + " ESCAPE '\\'" * ("\\" in pattern) for pattern in patterns)
    return f"(({likes}) OR {odd})", patterns


def _thread_in(folder: str) -> tuple[Thread, str] | None:
    """Return the thread, and its key, whose messages lie in a folder; ``None`` for another folder."""
    found = thread_of(folder)
    return (found[0], found[0].key) if found is not None and found[1] in (["messages"], ["message_appends"]) else None


def _confirmed(db: Database, rows: Iterable[tuple[int, str, Any]], query: Query, matcher: Matcher) -> Iterator[Found]:
    """Yield what matches by what is shown of it; of a tool call, that is its card."""
    parts = [part for word in query.words for part in word.split(" ")]
    threads: dict[str, tuple[Thread, str] | None] = {}
    for number, path, contents in rows:
        folder = path.rpartition("/")[0] if number > 0 else path
        if folder not in threads:
            threads[folder] = _thread_in(folder)
        found = threads[folder]
        if found is None:
            continue
        (thread, key), record = found, record_of(contents)
        role = role_of(record)
        is_other_role = query.role is not None and role.lower() != query.role.lower()
        created = instant_of(record.fields.get("created_at"))
        if record.kind == CALL or is_other_role or not matcher.is_in_time(created):
            continue
        sequence = sequence_of(record, thread.id)
        if number < 0 and (sequence is None or thread_rows.has_file(db, thread, record.id or "")):
            continue
        content = content_of(record)
        lower = content.lower()
        text = matcher.text(role, content, is_plain_hit=all(part in lower for part in parts))
        if text is not None:
            tie = last_tie(abs(number)) if sequence is None else message_tie(sequence, 0)
            yield Found(key, MessageCursor(created, tie), text)
