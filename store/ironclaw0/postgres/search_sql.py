"""Read messages for a search, some blocks of the table or some conversations at a time; and titles.

Every step is one statement of some milliseconds. SQL tells which rows may match, ``core.matching`` which do. SQL
never loses a hit: ``ILIKE`` under the collation C ignores case for ASCII alone, whatever the locale of the database,
so it decides for texts of ASCII; whatever else is stored is let through. Of tool calls, which are JSON, what may be
escaped is let through, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.core.clause import Clause
from store.core.like_patterns import containing, containing_in_json, parts_of, stand_for_bytes
from store.core.matching import UNICODE_ESCAPE
from store.domain.folding import alike
from store.domain.search_results import ConversationHits, TitleHit, by_conversation
from store.domain.turns import TOOL_CALLS
from store.ironclaw0.postgres.conversations import stored, titles
from store.ironclaw0.postgres.kinds import of_kind
from store.ironclaw0.postgres.row_handles import NOTHING, equals, require, tie_of
from store.ironclaw0.postgres.times import instant_sql
from store.records import Machines, MessageCursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.core.matching import Matcher
    from store.domain.query import Query
    from store.ironclaw0.postgres.schema import Database


class Scope(NamedTuple):
    """Where a search looks."""

    conversations: Clause
    """In which conversations: a condition on their table."""
    is_one: bool
    """In one conversation alone."""


def scope_of(db: Database, query: Query, user_id: str) -> Scope:
    """Return where a search over all conversations of a user looks."""
    where = equals("user_id", user_id)
    if query.channel is not None:
        where &= _channel(db, where, query.channel)
    return Scope(where & of_kind(db.schema, query.kind, Machines.SHOWN), is_one=False)


def scope_in(db: Database, conversation_id: str, user_id: str) -> Scope:
    """Return where a search in one conversation looks.

    Raises:
        ConversationNotFound: it does not exist, or is another user's.
    """
    return Scope(Clause("id = %s::uuid", (require(db, conversation_id, user_id),)), is_one=True)


def between(low: int, high: int) -> Clause:
    """Return the condition that picks the rows of the blocks from ``low`` up to but not including ``high``."""
    return Clause("m.ctid >= %s::tid AND m.ctid < %s::tid", (f"({low},0)", f"({high},0)"))


def of_these(ids: Sequence[str]) -> Clause:
    """Return the condition that picks the messages of conversations."""
    return Clause("m.conversation_id = ANY(%s::uuid[])", (list(ids),))


def conversations_in(db: Database, scope: Scope) -> list[str]:
    """Return the conversations in which one looks, the last used first."""
    where = scope.conversations
    rows = db.rows(
        f"SELECT id::text FROM conversations WHERE {where.sql} ORDER BY last_activity DESC, conversations.id DESC",
        *where.parameters,
    )
    return [row_id for (row_id,) in rows]


def total(db: Database, scope: Scope) -> int:
    """Return how many messages the conversations have in which one looks."""
    where = scope.conversations
    return int(
        db.value(
            "SELECT count(*) FROM conversation_messages WHERE conversation_id IN"
            f" (SELECT id FROM conversations WHERE {where.sql})",
            *where.parameters,
        )
    )


class Found(NamedTuple):
    """A message that matches."""

    cursor: MessageCursor
    conversation_id: str
    text: str


def matching(db: Database, query: Query, scope: Scope, picked: Clause, matcher: Matcher) -> list[Found]:
    """Return the messages that match among picked rows, newest first.

    Args:
        db: The connection.
        query: What to look for.
        scope: Where to look.
        picked: The condition that picks the rows.
        matcher: Tells which rows match.

    Raises:
        StoppedError: the caller has had enough.
    """
    may, plainly = _prefilter(db, query)
    where = picked & may
    if query.role is not None:
        where &= Clause("lower(m.role) = %s", (query.role.lower(),))
    if query.tool is not None:
        where &= Clause(f"m.role = '{TOOL_CALLS}'")
    if not query.has_tools:
        where &= Clause(f"m.role IS DISTINCT FROM '{TOOL_CALLS}'")
    rows = db.rows(
        f"SELECT {instant_sql('m.created_at')}, m.id::text, c.id::text, m.role, m.content, {plainly.sql}"
        " FROM conversation_messages AS m JOIN (SELECT id FROM conversations"
        f" WHERE {scope.conversations.sql}) AS c ON c.id = m.conversation_id WHERE {where.sql}",
        *plainly.parameters,
        *scope.conversations.parameters,
        *where.parameters,
    )
    found = []
    for instant, row_id, conversation_id, role, content, is_plain_hit in rows:
        if matcher.is_in_time(instant):
            text = matcher.text(role, content, is_plain_hit=bool(is_plain_hit))
            if text is not None:
                found.append(Found(MessageCursor(instant, tie_of(row_id)), conversation_id, text))
    return sorted(found, key=lambda each: each.cursor, reverse=True)


def hits(db: Database, query: Query, scope: Scope, picked: Clause, matcher: Matcher) -> tuple[ConversationHits, ...]:
    """Return the conversations with messages that match among picked rows.

    Args:
        db: The connection.
        query: What to look for.
        scope: Where to look.
        picked: The condition that picks the rows.
        matcher: Tells which rows match.

    Raises:
        StoppedError: the caller has had enough.
    """
    found = matching(db, query, scope, picked, matcher)
    return by_conversation(((each.conversation_id, each.cursor, each.text) for each in found), matcher.excerpt)


def titled(db: Database, user_id: str, ids: Sequence[str]) -> dict[str, TitleHit]:
    """Return conversations of a user, as far as they exist, with their titles."""
    rows = stored(db, ids)
    named = titles(db, rows, user_id)
    return {row_id: TitleHit(row_id, row.cursor, named[row_id]) for row_id, row in rows.items()}


def _prefilter(db: Database, query: Query) -> tuple[Clause, Clause]:
    """Return whether a message ``m`` may match, and whether it has every word by ``ILIKE`` alone."""
    parts = parts_of(query)
    if not parts or stand_for_bytes(parts):
        return Clause("true"), Clause("true")
    has_sizes = db.can.encoding == "UTF8"
    is_odd = "octet_length(m.content) <> length(m.content)" if has_sizes else r"m.content ~ '[^\x01-\x7f]'"
    escaped = _like("LIKE", [containing(UNICODE_ESCAPE)])
    if not all(part.isascii() for part in parts):
        may = Clause(f"({is_odd} OR (m.role = '{TOOL_CALLS}' AND {escaped.sql}))", escaped.parameters)
        return may, Clause("false")
    patterns = [containing(part) for part in parts]
    plainly = _like("ILIKE", patterns)
    loose = [containing_in_json(part) for part in parts]
    if loose != patterns:
        loosely = _like("ILIKE", loose)
        escaped = Clause(f"({escaped.sql} OR {loosely.sql})", (*escaped.parameters, *loosely.parameters))
    sql = f"({plainly.sql} OR {is_odd} OR (m.role = '{TOOL_CALLS}' AND {escaped.sql}))"
    return Clause(sql, (*plainly.parameters, *escaped.parameters)), plainly


def _like(operator: str, patterns: Sequence[str]) -> Clause:
    sql = " AND ".join([f'm.content COLLATE "C" {operator} %s'] * len(patterns))
    return Clause(f"({sql})", tuple(patterns))


def _channel(db: Database, theirs: Clause, typed: str) -> Clause:
    """Return the condition for the channel of that name, or else for those that differ only in case or accents."""
    rows = db.rows(f"SELECT DISTINCT channel FROM conversations WHERE {theirs.sql}", *theirs.parameters)
    chosen = alike(typed, (name for (name,) in rows))
    return Clause("channel = ANY(%s)", (chosen,)) if chosen else NOTHING
