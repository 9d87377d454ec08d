"""Page through conversations in their exact order, at the price of what is shown.

The order is (instant of last_activity descending, rowid descending), unreadable times last. Times in the form that
IronClaw writes order as text, so SQL pages through those rows by keyset. All other rows of the file, the *odd* ones,
are found by one scan of an index, kept until the file changes, and merged in by their instants.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from store.domain.timestamps import format_canonical, instant_of, moment_of
from store.engines.sqlite.database import keys_json
from store.ironclaw0.page_walk import Place, page_of, with_odd_places
from store.ironclaw0.sqlite.kinds import is_folded_sql, is_machine_sql, wanted
from store.ironclaw0.sqlite.row_handles import LAST_ROW, NOTHING, equals, key_of, row_of
from store.records import UNREADABLE, Channel, User

if TYPE_CHECKING:
    from store.core.clause import Clause
    from store.core.list_filter import Filter, PageRequest
    from store.ironclaw0.sqlite.list_cache import ListCache
    from store.ironclaw0.sqlite.schema import Database


def canonical_sql(column: str) -> str:
    """Return the condition that a time is a real one in the form that IronClaw writes, so that it orders as text.

    Adding no days makes SQLite put a 30 February right, which then differs from what is stored.
    """
    form = "'%Y-%m-%dT%H:%M:%fZ'"
    return f"({column} IS NOT NULL AND {column} >= '0001' AND strftime({form}, {column}, '+0 days') IS {column})"


def rows_of_page(db: Database, asked: PageRequest) -> tuple[list[int], bool, bool]:
    """Return the row numbers of a page, newest first, and whether newer and older ones exist."""
    cache, chosen = db.schema.lists, asked.chosen
    cache.renew(db)
    if cache.odd_rows or (asked.after is None and asked.before is None):
        _find_odd_rows(db, cache)
    where = condition(db, chosen)
    odd_ones = _odd(db, cache, chosen, where)

    def walk(edge: Place | None, limit: int, *, backwards: bool) -> list[Place]:
        regular = _regular(db, chosen, where, edge, limit=limit, backwards=backwards)
        return with_odd_places(regular, odd_ones, edge, limit, backwards=backwards)

    shown, has_newer, has_older = page_of(walk, asked, lambda cursor: Place.of(cursor.instant, row_of(cursor)))
    return [place.tie for place in shown], has_newer, has_older


def _regular(
    db: Database, chosen: Filter, where: Clause, edge: Place | None, *, limit: int, backwards: bool
) -> list[Place]:
    beyond, direction, parameters = "1", "ASC" if backwards else "DESC", where.parameters
    if edge is not None:
        sign = ">" if backwards else "<"
        beyond = f"(last_activity, rowid) {sign} (?, ?)"
        parameters = (*parameters, *_as_text(edge))
    rows = db.execute(
        f"SELECT last_activity, rowid FROM conversations {_hint(db, chosen, limit)}"
        f" WHERE {where.sql} AND {beyond} AND {canonical_sql('last_activity')}"
        f" ORDER BY last_activity {direction}, rowid {direction} LIMIT ?",
        (*parameters, limit),
    ).fetchall()
    return [Place.of(instant_of(text), rowid) for text, rowid in rows]


def _as_text(edge: Place) -> tuple[str, int]:
    """Return a place as a bound on (last_activity, rowid); a row in the same millisecond lies on its older side."""
    if edge.unreadable:
        return "", -1
    moment = moment_of(edge.instant)
    assert moment is not None
    return format_canonical(moment), edge.tie if edge.instant % 1000 == 0 else LAST_ROW


def _odd(db: Database, cache: ListCache, chosen: Filter, where: Clause) -> list[Place]:
    if not cache.odd_rows:
        return []
    if chosen not in cache.odd_places:
        rows = db.execute(
            f"SELECT last_activity, rowid FROM conversations WHERE rowid IN (SELECT value FROM json_each(?))"
            f" AND {where.sql} AND NOT {canonical_sql('last_activity')}",
            (keys_json(cache.odd_rows), *where.parameters),
        ).fetchall()
        cache.odd_places[chosen] = sorted(Place.of(instant_of(text), rowid) for text, rowid in rows)
    return cache.odd_places[chosen]


def _find_odd_rows(db: Database, cache: ListCache) -> None:
    if not cache.knows_odd_rows:
        name = "idx_conversations_last_activity"
        hint = f"INDEXED BY {name}" if name in db.schema.indexes else ""
        rows = db.execute(
            f"SELECT rowid FROM conversations {hint} WHERE NOT {canonical_sql('last_activity')}"
        ).fetchall()
        cache.odd_rows, cache.knows_odd_rows = [rowid for (rowid,) in rows], True


def condition(db: Database, chosen: Filter) -> Clause:
    """Return the condition that a conversation is in a list."""
    where = equals(db, "user_id", chosen.user_id)
    if chosen.channel is not None:
        where &= equals(db, "channel", chosen.channel)
    return where & wanted(db.schema, chosen.kind, chosen.machines)


def _hint(db: Database, chosen: Filter, limit: int) -> str:
    """Return which index to go through: that of a rare user or channel, else the order itself.

    Of all N rows n are wanted: sorting them costs n, walking the order until ``limit`` are met limit * N / n.
    """
    (last_row,) = db.execute("SELECT max(rowid) FROM conversations").fetchone()
    few = isqrt(limit * max(last_row or 0, 0)) + 1
    indexes = db.schema.indexes
    for column, text, index in (
        ("user_id", chosen.user_id, "idx_conversations_user"),
        ("channel", chosen.channel, "idx_conversations_channel"),
    ):
        if text is None or index not in indexes:
            continue
        where = equals(db, column, text)
        (count,) = db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM conversations WHERE {where.sql} LIMIT ?)", (*where.parameters, few)
        ).fetchone()
        if count < few and where != NOTHING:
            return f"INDEXED BY {index}"
    index = "idx_conversations_last_activity"
    return f"INDEXED BY {index}" if index in indexes else ""


def count(db: Database, chosen: Filter) -> int:
    """Return exactly how many conversations a list holds."""
    where = condition(db, chosen)
    found = db.execute(f"SELECT count(*) FROM conversations WHERE {where.sql}", where.parameters).fetchone()
    return int(found[0])


def channels(db: Database, user_id: str) -> list[Channel]:
    """Return the channels of a user, fullest first, then by name."""
    where = equals(db, "user_id", user_id)
    rows = db.execute(
        f"SELECT channel, count(*), coalesce(sum({is_machine_sql(db.schema)}), 0),"
        f" coalesce(sum({is_folded_sql(db.schema)}), 0), min(rowid)"
        f" FROM conversations WHERE {where.sql} GROUP BY channel",
        where.parameters,
    ).fetchall()
    found = [Channel(key_of(name, rowid), n, machines, folded) for name, n, machines, folded, rowid in rows]
    return sorted(found, key=lambda channel: (-channel.conversations, channel.name))


_EXACT_USER = "typeof(user_id), CAST(user_id AS BLOB)"
"""What tells users apart even where their names are no clean text."""


def users(db: Database) -> list[User]:
    """Return everybody with a conversation, most conversations first, then by name."""
    cache = db.schema.lists
    cache.renew(db)
    _find_odd_rows(db, cache)
    latest = (
        f"CASE WHEN {canonical_sql('last_activity')} THEN last_activity END" if cache.odd_rows else "last_activity"
    )
    rows = db.execute(
        f"SELECT {_EXACT_USER}, user_id, count(*), max({latest}), min(rowid) FROM conversations GROUP BY user_id"
    ).fetchall()
    instants = {tuple(row[:2]): [instant_of(row[4])] for row in rows}
    odd_rows = db.execute(
        f"SELECT {_EXACT_USER}, last_activity FROM conversations WHERE rowid IN (SELECT value FROM json_each(?))",
        (keys_json(cache.odd_rows),),
    ).fetchall()
    for *exact, text in odd_rows:
        instants.setdefault(tuple(exact), []).append(instant_of(text))
    found = []
    for kind, raw, user, n, _, rowid in rows:
        readable = (instant for instant in instants[kind, raw] if instant != UNREADABLE)
        found.append(User(key_of(user, rowid), n, moment_of(max(readable, default=UNREADABLE))))
    return sorted(found, key=lambda user: (-user.conversations, user.id))
