"""List conversations as IronClaw 0.24 does: exact counts of user messages, the first of them as title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.core.list_filter import PageRequest
from store.domain.timestamps import instant_of, parse
from store.engines.sqlite.database import snapshot
from store.ironclaw0.describing import SUMMARY_CHARACTERS, summary_of
from store.ironclaw0.sqlite.conversations import beginnings, channel_key, stored
from store.ironclaw0.sqlite.list_pages import rows_of_page
from store.ironclaw0.sqlite.row_handles import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.core.list_filter import Filter
    from store.ironclaw0.sqlite.schema import Database
    from store.records import ConversationSummary

_FORM = "????-??-??T??:??:??.???Z"


def newest(db: Database, chosen: Filter, limit: int) -> list[ConversationSummary]:
    """Return the summaries of the newest conversations of a list, newest first."""
    with snapshot(db):
        rowids, _, _ = rows_of_page(db, PageRequest(chosen, limit))
        return summarize(db, rowids, chosen.user_id)


def summarize(db: Database, rowids: Sequence[int], user_id: str) -> list[ConversationSummary]:
    """Return the summaries of one user's conversations with these row numbers, in their order."""
    found = stored(db, rowids)
    counted = {rowid: _user_messages(db, rowid) for rowid in found}
    firsts = [first for _, first in counted.values() if first is not None]
    texts = beginnings(db, firsts, SUMMARY_CHARACTERS)
    summaries = []
    for row in (found[rowid] for rowid in rowids if rowid in found):
        count, first = counted[row.tie]
        summaries.append(
            summary_of(
                row,
                key=key_of(row.id, row.tie),
                channel=channel_key(db, row),
                user_id=user_id,
                count=count,
                first_user_text=None if first is None else texts.get(first, ""),
            )
        )
    return summaries


def _user_messages(db: Database, conversation: int) -> tuple[int, int | None]:
    """Return how many user messages a conversation has, and the row of its first by (created_at, rowid)."""
    theirs = (
        "FROM conversation_messages WHERE conversation_id = (SELECT id FROM conversations WHERE rowid = ?)"
        " AND role = 'user'"
    )
    count, in_form, earliest = db.execute(
        f"SELECT count(*), coalesce(sum(created_at GLOB '{_FORM}'), 0), min(created_at) {theirs}", (conversation,)
    ).fetchone()
    if not count:
        return 0, None
    # Texts in IronClaw's form order as times do; one that only looks like a time could still come first.
    if in_form == count and parse(earliest) is not None:
        first = db.execute(
            f"SELECT rowid {theirs} AND created_at = ? ORDER BY rowid LIMIT 1", (conversation, earliest)
        ).fetchone()
        if first is not None:
            return count, first[0]
    keys: list[tuple[Any, int]] = db.execute(f"SELECT created_at, rowid {theirs}", (conversation,)).fetchall()
    first_key = min(((instant_of(created_at), rowid) for created_at, rowid in keys), default=None)
    return len(keys), first_key and first_key[1]
