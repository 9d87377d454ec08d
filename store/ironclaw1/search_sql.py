"""Read messages for a search, a range of rows at a time; SQL lets through whatever may match, never less.

A record is JSON: before some characters it may put a backslash, and any character may be written by its number. What
is not ASCII is let through as well, since ``LIKE`` knows the case of ASCII letters only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.clause import Clause
from store.core.like_patterns import ESCAPE, containing_in_json, parts_of, stand_for_bytes
from store.core.matching import UNICODE_ESCAPE
from store.domain.folding import folded
from store.domain.timestamps import instant_of
from store.engines.sqlite.database import keys_json
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
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from store.core.matching import Matcher
    from store.core.search_memory import UndecidedRows
    from store.domain.query import Query
    from store.ironclaw1.addresses import PathRange, ThreadScope
    from store.ironclaw1.schema import Database
    from store.ironclaw1.thread_catalog import Opening
    from store.ironclaw1.thread_heads import Head

_UNDECIDED = (
    f"(typeof({{0}}) <> 'blob' OR length(CAST({{0}} AS TEXT)) <> length({{0}}) OR {{1}} LIKE '%{UNICODE_ESCAPE}%')"
)
"""Whether ``LIKE`` cannot tell if a record has a word; LIKE looks for a text much faster than instr does."""


class _Table(NamedTuple):
    """Where messages are."""

    name: str
    number: str
    """The column that numbers the rows."""
    record: str
    is_message: str
    """Which rows may be messages."""


_FILES = _Table("root_filesystem_entries", "rowid", "contents", "(kind = 'thread_message' OR kind IS NULL)")
_EVENTS = _Table("root_filesystem_events", "seq", "payload", "1")


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

    def condition(self, column: str, sign: str = "") -> Clause:
        """Return the condition that a path lies here.

        Args:
            column: What has the path.
            sign: ``+`` keeps SQLite off the index on paths.
        """
        if not self.ranges:
            return Clause("0")
        inside = " OR ".join([f"({sign}{column} >= ? AND {sign}{column} < ?)"] * len(self.ranges))
        return Clause(f"({inside})", tuple(edge for each in self.ranges for edge in each))


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
    where = place.condition("path")
    sql = f"SELECT count(*) FROM root_filesystem_entries WHERE {where.sql} AND instr(path, '/messages/')"
    return int(db.execute(sql, where.parameters).fetchone()[0])


def of_channel(heads: Sequence[Head], begun: Mapping[str, Opening], typed: str) -> list[Head]:
    """Return the threads of the channel of that name, or else of those that differ only in case or accents."""
    names = {begun[head.thread.key].channel for head in heads}
    chosen = {typed} if typed in names else {name for name in names if folded(name) == folded(typed)}
    return [head for head in heads if begun[head.thread.key].channel in chosen]


def matching(
    db: Database, place: Place, span: Range | None, matcher: Matcher, undecided: UndecidedRows
) -> list[Found]:
    """Return the messages that match among the rows of a range, newest row first; among all if it is ``None``.

    Args:
        db: The connection.
        place: Where.
        span: Which rows.
        matcher: Tells which rows match.
        undecided: What is known of the rows; takes what is found out.

    Raises:
        StoppedError: the caller has had enough.
    """
    found: list[Found] = []
    if db.schema.has_log and (span is None or span.is_log):
        where = Clause("path = ?", (place.log,)) if place.log else place.condition("path", "+")
        rows = _rows(db, _EVENTS, _within(_EVENTS, span) & where, matcher.query, None)
        found += _confirmed(db, ((-seq, path, record) for seq, path, record, _ in rows), matcher)
    if span is None or not span.is_log:
        where = _within(_FILES, span) & place.condition("path", "+" if span else "")
        known = undecided.within((place, span)) if span else None
        rows = _rows(db, _FILES, where, matcher.query, known)
        if span:
            undecided.note((place, span), [number for number, *_, is_undecided in rows if is_undecided])
        found += _confirmed(db, (row[:3] for row in rows), matcher)
    return found


def _within(table: _Table, span: Range | None) -> Clause:
    """Return the condition that a row lies in a range."""
    return Clause(f"{table.number} BETWEEN ? AND ?", (span.low, span.high)) if span else Clause("1")


def _rows(
    db: Database, table: _Table, where: Clause, query: Query, known: Sequence[int] | None
) -> list[tuple[int, str, Any, bool]]:
    """Return number, path and record of the messages that may match, newest row first, and whether any word may.

    Args:
        db: The connection.
        table: Where they are.
        where: Which rows.
        query: What to look for.
        known: The numbers of the undecided ones, ``None`` if they are not known.
    """
    column, record = table.record, _bytes(db, table.record)
    undecided = Clause(_UNDECIDED.format(column, record))
    if known is not None:
        undecided = Clause(f"{table.number} IN (SELECT value FROM json_each(?))", (keys_json(known),))
    condition = where & Clause(table.is_message) & _may_match(query, record, undecided)
    return db.execute(
        f"SELECT {table.number}, path, CAST({column} AS TEXT), {undecided.sql} FROM {table.name}"
        f" WHERE {condition.sql} ORDER BY {table.number} DESC",
        (*undecided.parameters, *condition.parameters),
    ).fetchall()


def _bytes(db: Database, column: str) -> str:
    """Return how ``LIKE`` takes bytes: as they are, twice as quick, unless SQLite was built to refuse it."""
    return column if db.execute("SELECT x'61' LIKE 'a'").fetchone() == (1,) else f"CAST({column} AS TEXT)"


def _may_match(query: Query, record: str, undecided: Clause) -> Clause:
    """Return the condition that a record may match."""
    parts = parts_of(query)
    if not parts or stand_for_bytes(parts):
        return Clause("1")
    if not all(part.isascii() for part in parts):
        return undecided
    patterns = tuple(map(containing_in_json, parts))
    likes = " AND ".join(f"{record} LIKE ?" + f" ESCAPE '{ESCAPE}'" * (ESCAPE in pattern) for pattern in patterns)
    return Clause(f"({likes})", patterns) | undecided


def _thread_in(folder: str) -> tuple[Thread, str] | None:
    """Return the thread, and its key, whose messages lie in a folder; ``None`` for another folder."""
    found = thread_of(folder)
    return (found[0], found[0].key) if found is not None and found[1] in (["messages"], ["message_appends"]) else None


def _confirmed(db: Database, rows: Iterable[tuple[int, str, Any]], matcher: Matcher) -> Iterator[Found]:
    """Yield what matches by what is shown of it; of a tool call, that is its card."""
    query = matcher.query
    parts = parts_of(query)
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
