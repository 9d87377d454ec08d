"""Read messages for a search, a range of rows at a time; SQL lets through whatever may match, never less.

A record is JSON: before some characters it may put a backslash, and any character may be written by its number. What
is not ASCII is let through as well, since ``LIKE`` knows the case of ASCII letters only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.core.clause import Clause
from store.core.like_patterns import ESCAPE, containing_in_json, parts_of, stand_for_bytes
from store.core.matching import UNICODE_ESCAPE
from store.domain.folding import alike
from store.domain.timestamps import instant_of
from store.engines.sqlite.database import keys_json
from store.ironclaw1 import thread_rows
from store.ironclaw1.addresses import Thread, below, thread_of
from store.ironclaw1.message_records import (
    CALL,
    SPOKEN,
    content_of,
    last_tie,
    message_tie,
    record_of,
    role_of,
    sequence_of,
)
from store.ironclaw1.scopes import thread_ids
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
    f"({{0}} < x'' OR length(CAST({{0}} AS TEXT)) <> length({{0}}) OR CAST({{0}} AS TEXT) GLOB '*{UNICODE_ESCAPE}*')"
)
"""Whether ``LIKE`` cannot tell if a record has a word: it is no BLOB, which all others come before, or not ASCII, or
has escapes. GLOB looks for a text much faster than instr does."""
_ANY = Clause("1")


class Table(NamedTuple):
    """Where messages are."""

    name: str
    number: str
    """The column that numbers the rows."""
    record: str
    is_message: str
    """Which rows may be messages."""


FILES = Table("root_filesystem_entries", "rowid", "contents", "(kind = 'thread_message' OR kind IS NULL)")
EVENTS = Table("root_filesystem_events", "seq", "payload", "1")


class Place(NamedTuple):
    """Where a search looks: in all threads of some scopes, or in one thread, in the files of messages alone."""

    scopes: tuple[ThreadScope, ...] = ()
    thread: Thread | None = None

    @property
    def ranges(self) -> tuple[PathRange, ...]:
        """Return the ranges of paths in which files of messages lie."""
        if self.thread is not None:
            return (self.thread.messages,)
        return tuple(below(f"{scope.root}/threads") for scope in self.scopes)

    @property
    def logged(self) -> Clause:
        """Return the condition that a row of an append log lies here."""
        return Clause("path = ?", (self.thread.log,)) if self.thread is not None else self.condition("path", "+")

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
    if place.thread is not None:
        return thread_rows.count_files(db, place.thread.messages)
    keys = [Thread(scope, name).key for scope in place.scopes for name in thread_ids(db, scope)]
    sql = (
        "SELECT coalesce(sum((SELECT count(*) FROM root_filesystem_entries"
        " WHERE path >= value || '/messages/' AND path < value || '/messages0')), 0) FROM json_each(?)"
    )
    return int(db.execute(sql, (keys_json(keys),)).fetchone()[0])


def of_channel(heads: Sequence[Head], begun: Mapping[str, Opening], typed: str) -> list[Head]:
    """Return the threads of the channel of that name, or else of those that differ only in case or accents."""
    chosen = alike(typed, {begun[head.thread.key].channel for head in heads})
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
        where = within(EVENTS, span) & place.logged
        rows = _candidates(db, EVENTS, where, matcher.query, None)
        found += _confirmed(db, (row._replace(number=-row.number) for row in rows), matcher)
    if span is None or not span.is_log:
        where = within(FILES, span) & place.condition("path", "+" if span else "")
        known = undecided.within((place, span)) if span else None
        rows = _candidates(db, FILES, where, matcher.query, known)
        if span and matcher.query.role is None:
            undecided.note((place, span), [row.number for row in rows if row.is_undecided])
        found += _confirmed(db, rows, matcher)
    return found


def within(table: Table, span: Range | None) -> Clause:
    """Return the condition that a row lies in a range."""
    return Clause(f"{table.number} BETWEEN ? AND ?", (span.low, span.high)) if span else _ANY


def of_role(query: Query, record: str) -> Clause:
    """Return a condition that the records have whose kind is the role looked for; tools have several kinds."""
    role = "" if query.role is None else query.role.lower()
    if role not in SPOKEN:
        return _ANY
    text = f"CAST({record} AS TEXT)"
    return Clause(f"({text} LIKE ? OR {text} GLOB '*{UNICODE_ESCAPE}*')", (f'%"{role}"%',))


class _Candidate(NamedTuple):
    """A row that may match."""

    number: int
    path: str
    record: str
    is_undecided: bool
    """SQL cannot tell whether the record has a word, whatever the word."""
    is_likely: bool
    """It has every word, as it is or as JSON escapes it."""


def _candidates(
    db: Database, table: Table, where: Clause, query: Query, known: Sequence[int] | None
) -> list[_Candidate]:
    """Return the messages that may match, newest row first.

    Args:
        db: The connection.
        table: Where they are.
        where: Which rows.
        query: What to look for.
        known: The numbers of the undecided ones, ``None`` if they are not known.
    """
    undecided, likely = Clause(_UNDECIDED.format(table.record)), _likely(query, _bytes(db, table.record))
    if known is not None:
        undecided = Clause(f"{table.number} IN (SELECT value FROM json_each(?))", (keys_json(known),))
    condition = where & Clause(table.is_message) & of_role(query, table.record) & (likely | undecided)
    rows = db.execute(
        f"SELECT {table.number}, path, CAST({table.record} AS TEXT), {undecided.sql}, {likely.sql} FROM {table.name}"
        f" WHERE {condition.sql} ORDER BY {table.number} DESC",
        (*undecided.parameters, *likely.parameters, *condition.parameters),
    ).fetchall()
    return [*map(_Candidate._make, rows)]


def _bytes(db: Database, column: str) -> str:
    """Return how ``LIKE`` takes bytes: as they are, twice as quick, unless SQLite was built to refuse it."""
    return column if db.execute("SELECT x'61' LIKE 'a'").fetchone() == (1,) else f"CAST({column} AS TEXT)"


def _likely(query: Query, record: str) -> Clause:
    """Return the condition that a record has every word, as far as that can be told; else that any may."""
    parts = parts_of(query)
    if not parts or stand_for_bytes(parts):
        return _ANY
    if not all(part.isascii() for part in parts):
        return Clause("0")
    patterns = tuple(map(containing_in_json, parts))
    likes = " AND ".join(f"{record} LIKE ?" + f" ESCAPE '{ESCAPE}'" * (ESCAPE in pattern) for pattern in patterns)
    return Clause(f"({likes})", patterns)


def thread_in(folder: str) -> tuple[Thread, str] | None:
    """Return the thread, and its key, whose messages lie in a folder; ``None`` for another folder."""
    found = thread_of(folder)
    return (found[0], found[0].key) if found is not None and found[1] in (["messages"], ["message_appends"]) else None


def _confirmed(db: Database, rows: Iterable[_Candidate], matcher: Matcher) -> Iterator[Found]:
    """Yield what matches by what is shown of it; of a tool call, that is its card."""
    query = matcher.query
    parts = parts_of(query)
    threads: dict[str, tuple[Thread, str] | None] = {}
    for number, path, stored, _, is_likely in rows:
        folder = path.rpartition("/")[0] if number > 0 else path
        if folder not in threads:
            threads[folder] = thread_in(folder)
        found = threads[folder]
        if found is None or (not is_likely and not matcher.may_be_hidden_in(stored)):
            continue
        (thread, key), record = found, record_of(stored)
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
