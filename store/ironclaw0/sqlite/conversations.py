"""Read what is shown of given conversations.

Only the rows of a page get here, so each may cost a few look-ups: the head of a title, the newest message, a count
that stops at a cap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.core.stored_values import is_clean, text_of
from store.domain.titles import shortened
from store.engines.sqlite.database import keys_json, snapshot
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
from store.ironclaw0.sqlite.heads import heads
from store.ironclaw0.sqlite.kinds import live_state_sql, text_in
from store.ironclaw0.sqlite.list_pages import rows_of_page
from store.ironclaw0.sqlite.routines import states
from store.ironclaw0.sqlite.row_handles import NOTHING, THESE_ROWS, equals, find, key_of, require, row_of
from store.records import ConversationPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from store.core.list_filter import PageRequest
    from store.ironclaw0.sqlite.schema import Database
    from store.records import Conversation, RoutineState

_DESCRIBED = 2000
"""Described conversations kept while the file stays as it is."""
_HEAD_BYTES = 16_384


def page(db: Database, asked: PageRequest) -> ConversationPage:
    """Return a page of a list, newest first, and whether newer and older ones exist."""
    with snapshot(db):
        rowids, has_newer, has_older = rows_of_page(db, asked)
        found = _remembered(db, rowids, asked.chosen.user_id)
    return ConversationPage(tuple(found), has_newer=has_newer, has_older=has_older)


def _remembered(db: Database, rowids: Sequence[int], user_id: str) -> list[Conversation]:
    """Describe conversations, those already described as they are now only once."""
    described = db.schema.lists.described
    if fresh := [rowid for rowid in rowids if (user_id, rowid) not in described]:
        if len(described) > _DESCRIBED:
            described.clear()
            fresh = list(rowids)
        described |= {(user_id, row_of(each.cursor)): each for each in describe(db, fresh, user_id)}
    return [described[user_id, rowid] for rowid in rowids if (user_id, rowid) in described]


def stored(db: Database, rowids: Iterable[int]) -> dict[int, ConversationRow]:
    """Return the rows with these numbers, as far as they exist."""
    optional = ", ".join(map(db.schema.column, ("started_at", "source_channel", "thread_id", "metadata")))
    taken = [text_in(db.schema, key) for key in ("thread_type", "title", "routine_id", "routine_name")]
    strings = ", ".join([*taken, live_state_sql(db.schema)])
    rows = db.execute(
        f"SELECT rowid, id, channel, user_id, last_activity, {optional}, {strings}"
        f" FROM conversations WHERE {THESE_ROWS}",
        (keys_json(rowids),),
    ).fetchall()
    return {row[0]: ConversationRow(*row) for row in rows}


def describe(db: Database, rowids: Sequence[int], user_id: str) -> list[Conversation]:
    """Return one user's conversations with these row numbers, in their order, without rows that are gone."""
    found = stored(db, rowids)
    lasts = _newest_rows(db, rowids)
    texts = beginnings(db, [last.tie for last in lasts.values()], SHOWN_CHARACTERS)
    totals = _totals(db, rowids)
    routines = _routines(db, found, user_id)
    named = _titles(db, found, routines)
    return [
        conversation_of(
            row,
            key=key_of(row.id, row.tie),
            channel=channel_key(db, row),
            user_id=user_id,
            title=named[row.tie],
            total=totals[row.tie],
            preview=last.preview(texts.get(last.tie, "")) if (last := lasts.get(row.tie)) else None,
            routines=routines,
        )
        for row in (found[rowid] for rowid in rowids if rowid in found)
    ]


def titles(db: Database, found: Mapping[int, ConversationRow], user_id: str) -> dict[int, str]:
    """Return what to call one user's conversations, by their row numbers."""
    named = _titles(db, found, _routines(db, found, user_id))
    return {rowid: shortened(title) for rowid, title in named.items()}


def _routines(db: Database, found: Mapping[int, ConversationRow], user_id: str) -> dict[str, RoutineState]:
    return states(db, remembered_routines(found.values()), user_id)


def _titles(
    db: Database, found: Mapping[int, ConversationRow], routines: Mapping[str, RoutineState]
) -> dict[int, str]:
    firsts = _first_user_rows(db, [row.tie for row in found.values() if not row.kind.is_machine])
    texts = beginnings(db, firsts.values(), SHOWN_CHARACTERS)
    return {
        rowid: title_of(row, channel_key(db, row), texts.get(firsts[rowid]) if rowid in firsts else None, routines)
        for rowid, row in found.items()
    }


def one(db: Database, conversation_id: str, user_id: str) -> Conversation:
    """Return one conversation.

    Raises:
        ConversationNotFound: it does not exist, or is another user's.
    """
    return describe(db, [require(db, conversation_id, user_id)], user_id)[0]


def named(db: Database, prefix: str, user_id: str, *, limit: int) -> list[Conversation]:
    """Return conversations whose id begins so, by id, through the index on it; one that has it whole comes alone.

    Args:
        db: The connection.
        prefix: How the id begins, or a handle.
        user_id: Whose they must be.
        limit: How many at most.
    """
    row = find(db, prefix, user_id)
    if row is not None:
        return describe(db, [row], user_id)
    if not prefix or equals(db, "id", prefix) == NOTHING:
        return []
    # The plus keeps SQLite from going through every row of the user instead.
    theirs = equals(db, "user_id", user_id)
    rows = db.execute(
        f"SELECT rowid FROM conversations WHERE id >= ? AND id < ? AND +{theirs.sql} ORDER BY id LIMIT ?",
        (prefix, f"{prefix}\U0010ffff", *theirs.parameters, limit),
    ).fetchall()
    return describe(db, [rowid for (rowid,) in rows], user_id)


def beginnings(db: Database, rowids: Iterable[int], characters: int) -> dict[int, str]:
    """Return the first characters of messages by their row numbers."""
    rows = heads(
        db,
        f"SELECT rowid, {{content}} FROM conversation_messages WHERE {THESE_ROWS}",
        (keys_json(rowids),),
        limit=_HEAD_BYTES,
    )
    return {rowid: text_of(content, set())[:characters] for rowid, content in rows}


def channel_key(db: Database, row: ConversationRow) -> str:
    """Return the text that names a conversation's channel, the same that ``list_pages.channels`` gives."""
    if is_clean(row.channel):
        return str(row.channel)
    (first,) = db.execute(
        "SELECT min(rowid) FROM conversations WHERE user_id IS (SELECT user_id FROM conversations WHERE rowid = ?1)"
        " AND channel IS (SELECT channel FROM conversations WHERE rowid = ?1)",
        (row.tie,),
    ).fetchone()
    return key_of(row.channel, first)


def _first_user_rows(db: Database, rowids: Sequence[int]) -> dict[int, int]:
    """Return the row of the first user message among each conversation's first few."""
    rows = db.execute(
        "SELECT c.rowid, (SELECT m.rowid FROM (SELECT rowid, role FROM conversation_messages"
        f" WHERE conversation_id = c.id ORDER BY rowid LIMIT {TITLE_LOOK}) AS m WHERE m.role = 'user' LIMIT 1)"
        f" FROM conversations AS c WHERE c.{THESE_ROWS}",
        (keys_json(rowids),),
    ).fetchall()
    return {rowid: first for rowid, first in rows if first is not None}


def _newest_rows(db: Database, rowids: Sequence[int]) -> dict[int, LastMessage]:
    """Return the newest message among each conversation's last few, rather one that is not ``tool_calls``."""
    newest: dict[int, LastMessage] = {}
    for look in PREVIEW_LOOKS:
        rows = db.execute(
            "SELECT c.rowid, m.rowid, m.role, m.created_at FROM conversations AS c"
            " CROSS JOIN conversation_messages AS m ON m.rowid IN (SELECT rowid FROM conversation_messages"
            f" WHERE conversation_id = c.id ORDER BY rowid DESC LIMIT {look}) WHERE c.{THESE_ROWS}",
            (keys_json(rowids),),
        ).fetchall()
        for conversation, *row in rows:
            last = LastMessage(*row)
            if conversation not in newest or last.rank > newest[conversation].rank:
                newest[conversation] = last
        rowids = [conversation for conversation, last in newest.items() if last.role == "tool_calls"]
        if not rowids:
            break
    return newest


def _totals(db: Database, rowids: Sequence[int]) -> dict[int, int]:
    rows = db.execute(
        "SELECT c.rowid, (SELECT count(*) FROM (SELECT 1 FROM conversation_messages AS m"
        f" WHERE m.conversation_id = c.id LIMIT {COUNT_CAP + 1})) FROM conversations AS c WHERE c.{THESE_ROWS}",
        (keys_json(rowids),),
    ).fetchall()
    return dict(rows)
