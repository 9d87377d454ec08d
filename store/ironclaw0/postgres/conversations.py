"""Read what is shown of given conversations.

Only the rows of a page get here. Where a conversation is small, or an index keeps its messages in order, its newest
and its first message are exact. Of a large one without that index, rows are looked at that lie at either end of its
plain index: recent and early ones, but not surely the very newest and the very first, and the records say so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from store.core.stored_values import is_uuid, text_of
from store.domain.titles import shortened
from store.ironclaw0.describing import (
    COUNT_CAP,
    PREVIEW_LOOKS,
    SHOWN_CHARACTERS,
    TITLE_LOOK,
    ConversationRow,
    LastMessage,
    conversation_of,
    remembered_routines,
    title_of,
)
from store.ironclaw0.postgres.kinds import live_state_sql, text_in
from store.ironclaw0.postgres.list_pages import ids_of_page
from store.ironclaw0.postgres.routines import states
from store.ironclaw0.postgres.row_handles import FIRST_ID, equals, require, tie_of
from store.ironclaw0.postgres.times import order_sql, text_sql
from store.records import ConversationPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from store.core.list_filter import PageRequest
    from store.ironclaw0.postgres.schema import Database
    from store.records import Conversation, Preview

_SORTED = COUNT_CAP
"""Messages of a conversation that are sorted for its first and its newest one."""
_RECENT = 64
"""Rows at the end of a large conversation among which the newest is taken."""
_PREFIX = re.compile(r"[0-9a-f-]{1,36}", re.ASCII)


def page(db: Database, asked: PageRequest) -> ConversationPage:
    """Return a page of a list, newest first, and whether newer and older ones exist."""
    ids, has_newer, has_older = ids_of_page(db, asked)
    return ConversationPage(tuple(describe(db, ids, asked.chosen.user_id)), has_newer=has_newer, has_older=has_older)


def stored(db: Database, ids: Iterable[str]) -> dict[str, ConversationRow]:
    """Return the rows with these ids, as far as they exist."""
    schema = db.schema
    taken = [text_in(schema, key) for key in ("thread_type", "title", "routine_id", "routine_name")]
    metadata = schema.column("metadata")
    rows = db.rows(
        f"SELECT id::text, channel, user_id, {text_sql('last_activity')}, {text_sql(schema.column('started_at'))},"
        f" {schema.column('source_channel')}, {schema.column('thread_id')},"
        f" CASE jsonb_typeof({metadata}) WHEN 'object' THEN '{{}}' ELSE 'null' END,"
        f" {', '.join([*taken, live_state_sql(schema)])} FROM conversations WHERE id = ANY(%s::uuid[])",
        list(ids),
    )
    return {row[0]: ConversationRow(tie_of(row[0]), *row) for row in rows}


def describe(db: Database, ids: Sequence[str], user_id: str) -> list[Conversation]:
    """Return one user's conversations with these ids, in their order, without those that are gone."""
    if not ids:
        return []
    found = stored(db, ids)
    totals = _totals(db, found)
    ends = _ends(db, found, totals)
    routines = states(db, remembered_routines(found.values()), user_id)
    return [
        conversation_of(
            row,
            key=row.id,
            channel=row.channel,
            user_id=user_id,
            title=title_of(row, row.channel, ends.firsts.get(row.id), routines),
            total=totals[row.id],
            preview=ends.preview(row.id),
            routines=routines,
            is_first_exact=row.id not in ends.sampled,
        )
        for row in (found[each] for each in ids if each in found)
    ]


def titles(db: Database, found: Mapping[str, ConversationRow], user_id: str) -> dict[str, str]:
    """Return what to call one user's conversations, by their ids."""
    people = [each for each, row in found.items() if not row.kind.is_machine and row.title is None]
    firsts = _ends(db, people, _totals(db, people)).firsts
    routines = states(db, remembered_routines(found.values()), user_id)
    return {each: shortened(title_of(row, row.channel, firsts.get(each), routines)) for each, row in found.items()}


def one(db: Database, conversation_id: str, user_id: str) -> Conversation:
    """Return one conversation.

    Raises:
        ConversationNotFound: it does not exist, or is another user's.
    """
    return describe(db, [require(db, conversation_id, user_id)], user_id)[0]


def named(db: Database, prefix: str, user_id: str, *, limit: int) -> list[Conversation]:
    """Return conversations whose id begins so, by id, through its index; one that has it whole comes alone.

    Args:
        db: The connection.
        prefix: How the id begins.
        user_id: Whose they must be.
        limit: How many at most.
    """
    first, last = prefix + FIRST_ID[len(prefix) :], prefix + FIRST_ID[len(prefix) :].replace("0", "f")
    if not _PREFIX.fullmatch(prefix) or not is_uuid(first):
        return []
    theirs = equals("user_id", user_id)
    rows = db.rows(
        f"SELECT id::text FROM conversations WHERE id >= %s::uuid AND id <= %s::uuid AND {theirs.sql}"
        " ORDER BY conversations.id LIMIT %s",
        first,
        last,
        *theirs.parameters,
        limit,
    )
    return describe(db, [row_id for (row_id,) in rows], user_id)


class _Ends(NamedTuple):
    """The ends of conversations by their ids."""

    lasts: dict[str, tuple[LastMessage, str]]
    """The newest message and how it begins."""
    firsts: dict[str, str]
    """How the first message of a user begins."""
    sampled: frozenset[str] = frozenset()
    """Of which a recent and an early message stand for them."""

    def preview(self, key: str) -> Preview | None:
        """Return the newest message of a conversation."""
        if key not in self.lasts:
            return None
        last, text = self.lasts[key]
        return last.preview(text, is_exact=key not in self.sampled)


def _ends(db: Database, ids: Iterable[str], totals: Mapping[str, int]) -> _Ends:
    some = [each for each in ids if totals[each]]
    if db.schema.has_order_index:
        newest = _newest_through(db, some, "conversation_id = c.id", "created_at DESC, id DESC")
        return _Ends(newest, _first_through(db, some))
    exact = _ends_of_small(db, [each for each in some if totals[each] <= _SORTED])
    large = [each for each in some if totals[each] > _SORTED]
    if not large:
        return exact
    # A range over one value turns the index backwards, where an equality would drop the order.
    between = "conversation_id BETWEEN c.id AND c.id"
    _keep_newest(exact.lasts, _last_rows(db, large, between, "conversation_id DESC", _RECENT))
    return exact._replace(firsts=exact.firsts | _first_through(db, large), sampled=frozenset(large))


def _ends_of_small(db: Database, ids: Sequence[str]) -> _Ends:
    """Return the ends of conversations that are read whole, without their contents."""
    if not ids:
        return _Ends({}, {})
    order = order_sql("created_at")
    # LIMIT keeps the planner at the primary key, however many groups it expects.
    rows = db.rows(
        f"SELECT ends.key, last.id::text, last.role, {text_sql('last.created_at')}, left(last.content, %s),"
        " (SELECT left(content, %s) FROM conversation_messages WHERE id = ends.first) FROM"
        " (SELECT conversation_id::text AS key,"
        f" (array_agg(id ORDER BY role <> 'tool_calls' DESC, {order} DESC, id DESC))[1] AS last,"
        f" (array_agg(id ORDER BY {order}, id) FILTER (WHERE role = 'user'))[1] AS first"
        " FROM conversation_messages WHERE conversation_id = ANY(%s::uuid[]) GROUP BY conversation_id) AS ends"
        " CROSS JOIN LATERAL (SELECT * FROM conversation_messages WHERE id = ends.last LIMIT 1) AS last",
        SHOWN_CHARACTERS,
        SHOWN_CHARACTERS,
        list(ids),
    )
    ends = _Ends({}, {})
    for key, row_id, role, created_at, last, first in rows:
        ends.lasts[key] = LastMessage(tie_of(row_id), role, created_at), text_of(last, set())
        if first is not None:
            ends.firsts[key] = text_of(first, set())
    return ends


def _first_through(db: Database, ids: Sequence[str]) -> dict[str, str]:
    """Return how the first user message among each conversation's first few begins, through an index."""
    if not ids:
        return {}
    order = "ORDER BY created_at, id" if db.schema.has_order_index else ""
    rows = db.rows(
        "SELECT c.id::text, left(m.content, %s) FROM unnest(%s::uuid[]) AS c(id) CROSS JOIN LATERAL"
        " (SELECT content FROM (SELECT created_at, id, role, content FROM conversation_messages"
        f" WHERE conversation_id = c.id {order} LIMIT {TITLE_LOOK}) AS few WHERE role = 'user'"
        " ORDER BY created_at, id LIMIT 1) AS m",
        SHOWN_CHARACTERS,
        list(ids),
    )
    return {row_id: text_of(text, set()) for row_id, text in rows}


def _newest_through(db: Database, ids: Sequence[str], where: str, order: str) -> dict[str, tuple[LastMessage, str]]:
    """Return the newest message of each conversation and how it begins, through an index."""
    newest: dict[str, tuple[LastMessage, str]] = {}
    for look in PREVIEW_LOOKS:
        _keep_newest(newest, _last_rows(db, ids, where, order, look))
        ids = [each for each in ids if each in newest and newest[each][0].role == "tool_calls"]
    return newest


def _last_rows(db: Database, ids: Sequence[str], where: str, order: str, limit: int) -> list[tuple[str, ...]]:
    if not ids:
        return []
    return db.rows(
        f"SELECT c.id::text, m.id::text, m.role, {text_sql('m.created_at')}, left(m.content, %s)"
        " FROM unnest(%s::uuid[]) AS c(id) CROSS JOIN LATERAL (SELECT id, role, created_at, content"
        f" FROM conversation_messages WHERE {where} ORDER BY {order} LIMIT {limit}) AS m",
        SHOWN_CHARACTERS,
        list(ids),
    )


def _keep_newest(newest: dict[str, tuple[LastMessage, str]], rows: Iterable[tuple[str, ...]]) -> None:
    for conversation, row_id, role, created_at, text in rows:
        last = LastMessage(tie_of(row_id), role, created_at)
        if conversation not in newest or last.rank > newest[conversation][0].rank:
            newest[conversation] = last, text_of(text, set())


def _totals(db: Database, ids: Iterable[str]) -> dict[str, int]:
    """Return how many messages conversations have, counted one beyond the cap."""
    rows = db.rows(
        "SELECT c.id::text, (SELECT count(*) FROM (SELECT 1 FROM conversation_messages AS m WHERE m.conversation_id"
        f" BETWEEN c.id AND c.id ORDER BY m.conversation_id LIMIT {COUNT_CAP + 1}) AS few)"
        " FROM unnest(%s::uuid[]) AS c(id)",
        list(ids),
    )
    return dict(rows)
