"""Say where a search looks, range by range, newest rows first; and read titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.core.clause import Clause
from store.domain.folding import alike, folded
from store.domain.search_results import TitleHit
from store.domain.timestamps import instant_of
from store.engines.sqlite.database import keys_json, snapshot
from store.ironclaw0.sqlite.conversations import stored, titles
from store.ironclaw0.sqlite.kinds import wanted
from store.ironclaw0.sqlite.row_handles import NOTHING, THESE_ROWS, equals, key_of, require
from store.ironclaw0.title_search import TITLES, some_of
from store.records import ConversationCursor, Machines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.core.matching import Matcher
    from store.domain.query import Query
    from store.ironclaw0.known_titles import Titles
    from store.ironclaw0.sqlite.schema import Database


class Range(NamedTuple):
    """Rows from ``low`` to ``high``, both included."""

    low: int
    high: int
    rows: int
    """How many there are; where they are not counted, how many there can be."""


class Scope(NamedTuple):
    """Where a search looks."""

    conversations: Clause
    """In which conversations: a condition on their table."""
    rows: Clause
    """In which messages: a condition on theirs, called ``m``, that an index answers."""


class Total(NamedTuple):
    """Numbers of messages."""

    messages: int
    """In the conversations in which a search looks."""
    read: int
    """In the rows that it goes through."""


EVERY_ROW = Clause("1")


def scope_of(db: Database, query: Query, user_id: str) -> Scope:
    """Return where a search over all conversations of a user looks."""
    where = equals(db, "user_id", user_id)
    if query.channel is not None:
        where &= _channel(db, where, query.channel)
    return Scope(where & wanted(db.schema, query.kind, Machines.SHOWN), EVERY_ROW)


def scope_in(db: Database, conversation_id: str, user_id: str) -> Scope:
    """Return where a search in one conversation looks.

    Raises:
        ConversationNotFound: it does not exist, or is another user's.
    """
    row = require(db, conversation_id, user_id)
    theirs = "m.conversation_id = (SELECT id FROM conversations WHERE rowid = ?)"
    return Scope(Clause("rowid = ?", (row,)), Clause(theirs, (row,)))


def newest_row(db: Database, scope: Scope) -> int | None:
    """Return the newest row there is, ``None`` if there is none."""
    sql = f"SELECT max(m.rowid) FROM conversation_messages AS m WHERE {scope.rows.sql}"
    (found,) = db.execute(sql, scope.rows.parameters).fetchone()
    return None if found is None else int(found)


def total(db: Database, scope: Scope) -> Total:
    """Return how many rows there are."""
    sql = f"SELECT count(*) FROM conversation_messages AS m WHERE {scope.rows.sql}"
    read = int(db.execute(sql, scope.rows.parameters).fetchone()[0])
    return Total(read if scope.rows is not EVERY_ROW or not has_others(db, scope) else searched(db, scope), read)


def searched(db: Database, scope: Scope) -> int:
    """Return how many messages the conversations have in which one looks."""
    where = scope.conversations
    return int(
        db.execute(
            "SELECT count(*) FROM conversation_messages WHERE conversation_id IN"
            f" (SELECT id FROM conversations WHERE {where.sql})",
            where.parameters,
        ).fetchone()[0]
    )


def has_others(db: Database, scope: Scope) -> bool:
    """Tell whether there are conversations in which one does not look."""
    where = scope.conversations
    sql = f"SELECT EXISTS (SELECT 1 FROM conversations WHERE ({where.sql}) IS NOT TRUE)"
    return bool(db.execute(sql, where.parameters).fetchone()[0])


def range_below(db: Database, scope: Scope, low: int, high: int, rows: int) -> Range | None:
    """Return the range of the newest rows up to ``high``, ``None`` if there are none.

    Args:
        db: The connection.
        scope: Where to look.
        low: The first row number that counts.
        high: The last row number.
        rows: How many rows at most.
    """
    first, found = db.execute(
        "SELECT min(number), count(*) FROM (SELECT m.rowid AS number FROM conversation_messages AS m"
        f" WHERE {scope.rows.sql} AND m.rowid BETWEEN ? AND ? ORDER BY m.rowid DESC LIMIT ?)",
        (*scope.rows.parameters, low, high, rows),
    ).fetchone()
    return Range(first, high, found) if found else None


def between(span: Range) -> Clause:
    """Return the condition that picks the rows of a range."""
    return Clause("m.rowid BETWEEN ? AND ?", (span.low, span.high))


def these(rowids: Sequence[int]) -> Clause:
    """Return the condition that picks rows by their numbers."""
    return Clause(f"m.{THESE_ROWS}", (keys_json(rowids),))


def conversations_in(db: Database, scope: Scope) -> list[int]:
    """Return the rows of the conversations in which one looks, newest row first."""
    where = scope.conversations
    rows = db.execute(f"SELECT rowid FROM conversations WHERE {where.sql} ORDER BY rowid DESC", where.parameters)
    return [rowid for (rowid,) in rows.fetchall()]


def title_hits(
    db: Database, rowids: Sequence[int], user_id: str, matcher: Matcher, known: Titles[int]
) -> list[TitleHit]:
    """Return those of a user's conversations whose title matches.

    Args:
        db: The connection.
        rowids: The conversations, by their row numbers.
        user_id: Whose they are.
        matcher: Tells which titles match.
        known: Titles that were read already; takes those that are read.

    Raises:
        StoppedError: the caller has had enough.
    """
    found = []
    with snapshot(db):
        seen = _read_titles(db, known.lack(user_id, rowids), user_id, matcher, known)
        for some in some_of([rowid for rowid in rowids if matcher.accepts(seen.get(rowid, ""))], TITLES):
            matcher.go_on()
            named = _shown(db, some, user_id, known)
            rows = db.execute(
                f"SELECT rowid, id, last_activity FROM conversations WHERE {THESE_ROWS}", (keys_json(some),)
            )
            found += [
                TitleHit(key_of(name, rowid), ConversationCursor(instant_of(at), rowid), named[rowid])
                for rowid, name, at in rows.fetchall()
                if matcher.accepts(folded(named[rowid]))
            ]
    return found


def read_titles(db: Database, rowids: Sequence[int], user_id: str, matcher: Matcher, known: Titles[int]) -> None:
    """Read the titles of a user's conversations.

    Args:
        db: The connection.
        rowids: The conversations, by their row numbers.
        user_id: Whose they are.
        matcher: Tells whether the caller has had enough.
        known: Takes the titles.

    Raises:
        StoppedError: the caller has had enough.
    """
    with snapshot(db):
        _read_titles(db, rowids, user_id, matcher, known)


def _read_titles(
    db: Database, rowids: Sequence[int], user_id: str, matcher: Matcher, known: Titles[int]
) -> dict[int, str]:
    """Read titles in a transaction; return all that are known."""
    seen = known.of(user_id)
    for some in some_of(rowids, TITLES):
        matcher.go_on()
        named = titles(db, stored(db, some), user_id)
        known.shown(user_id).update(named)
        seen |= {rowid: folded(title) for rowid, title in named.items()}
    return seen


def _shown(db: Database, rowids: Sequence[int], user_id: str, known: Titles[int]) -> dict[int, str]:
    """Return titles as they are shown; those known from an earlier state of the file are read again."""
    shown = known.shown(user_id)
    if lacking := [rowid for rowid in rowids if rowid not in shown]:
        shown |= titles(db, stored(db, lacking), user_id)
    return {rowid: shown.get(rowid, "") for rowid in rowids}


def _channel(db: Database, theirs: Clause, typed: str) -> Clause:
    """Return the condition for the channel of that name, or else for those that differ only in case or accents."""
    rows = db.execute(
        f"SELECT channel, min(rowid) FROM conversations WHERE {theirs.sql} GROUP BY channel", theirs.parameters
    ).fetchall()
    names = [key_of(channel, rowid) for channel, rowid in rows]
    clauses = [equals(db, "channel", name) for name in alike(typed, names)]
    if not clauses:
        return NOTHING
    return Clause(f"({' OR '.join(c.sql for c in clauses)})", tuple(p for c in clauses for p in c.parameters))
