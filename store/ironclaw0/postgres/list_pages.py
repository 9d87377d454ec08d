"""Page through conversations in their exact order, at the price of what is shown.

The order is (instant of last_activity descending, id descending), times beyond the calendar last. The index on
last_activity gives all others by keyset; those are few, found through the same index, and merged in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.domain.timestamps import parse
from store.ironclaw0.page_walk import Place, page_of, with_odd_places
from store.ironclaw0.postgres.kinds import is_folded_sql, is_machine_sql, wanted
from store.ironclaw0.postgres.row_handles import FIRST_ID, equals, id_of, tie_in, tie_of
from store.ironclaw0.postgres.times import clamped, instant_sql, odd_sql, readable_sql, text_sql
from store.records import UNREADABLE, Channel, User

if TYPE_CHECKING:
    from store.core.clause import Clause
    from store.core.list_filter import Filter, PageRequest
    from store.ironclaw0.postgres.schema import Database


def ids_of_page(db: Database, asked: PageRequest) -> tuple[list[str], bool, bool]:
    """Return the ids of a page, newest first, and whether newer and older ones exist."""
    where = wanted(db.schema, asked.chosen)
    odd_ones = _odd(db, where)

    def walk(edge: Place | None, limit: int, *, backwards: bool) -> list[Place]:
        regular = _regular(db, where, edge, limit, backwards=backwards)
        return with_odd_places(regular, odd_ones, edge, limit, backwards=backwards)

    shown, has_newer, has_older = page_of(walk, asked, lambda cursor: Place.of(cursor.instant, tie_in(cursor)))
    return [id_of(place.tie) for place in shown], has_newer, has_older


def _regular(db: Database, where: Clause, edge: Place | None, limit: int, *, backwards: bool) -> list[Place]:
    direction, beyond, parameters = ("ASC" if backwards else "DESC"), "true", where.parameters
    if edge is not None:
        beyond = f"(last_activity, id) {'>' if backwards else '<'} (%s::timestamptz, %s::uuid)"
        parameters = (*parameters, *_bound(edge, backwards=backwards))
    rows = db.rows(
        f"SELECT {instant_sql('last_activity')}, id::text FROM conversations"
        f" WHERE {where.sql} AND {beyond} AND {readable_sql('last_activity')}"
        f" ORDER BY last_activity {direction}, conversations.id {direction} LIMIT %s",
        *parameters,
        limit,
    )
    return [Place.of(instant, tie_of(row_id)) for instant, row_id in rows]


def _bound(edge: Place, *, backwards: bool) -> tuple[object, str]:
    """Return a place as a bound on (last_activity, id)."""
    if edge.unreadable:
        # Beyond every readable one: all of them are newer, none is older.
        return ("-infinity", FIRST_ID)
    if edge.tie < 0:
        return clamped(edge.instant), FIRST_ID
    return clamped(edge.instant), id_of(edge.tie)


def _odd(db: Database, where: Clause) -> list[Place]:
    """Return the places of the conversations whose time lies beyond the calendar, from the top of the list."""
    rows = db.rows(
        f"SELECT id::text FROM conversations WHERE {where.sql} AND {odd_sql('last_activity')}", *where.parameters
    )
    return sorted(Place.of(UNREADABLE, tie_of(row_id)) for (row_id,) in rows)


def count(db: Database, chosen: Filter) -> int:
    """Return exactly how many conversations a list holds."""
    where = wanted(db.schema, chosen)
    return int(db.value(f"SELECT count(*) FROM conversations WHERE {where.sql}", *where.parameters))


def channels(db: Database, user_id: str) -> list[Channel]:
    """Return the channels of a user, fullest first, then by name."""
    where = equals("user_id", user_id)
    rows = db.rows(
        f"SELECT channel, count(*), count(*) FILTER (WHERE {is_machine_sql(db.schema)}),"
        f" count(*) FILTER (WHERE {is_folded_sql(db.schema)}) FROM conversations WHERE {where.sql} GROUP BY channel",
        *where.parameters,
    )
    return sorted((Channel(*row) for row in rows), key=lambda channel: (-channel.conversations, channel.name))


def users(db: Database) -> list[User]:
    """Return everybody with a conversation, most conversations first, then by name."""
    latest = f"max(last_activity) FILTER (WHERE {readable_sql('last_activity')})"
    rows = db.rows(f"SELECT user_id, count(*), {text_sql(latest)} FROM conversations GROUP BY user_id")
    found = [User(user_id, number, parse(moment)) for user_id, number, moment in rows]
    return sorted(found, key=lambda user: (-user.conversations, user.id))
