"""List conversations as IronClaw does: exact counts of user messages, the first of them as title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.core.list_filter import PageRequest
from store.core.stored_values import text_of
from store.ironclaw0.describing import SUMMARY_CHARACTERS, summary_of
from store.ironclaw0.postgres.conversations import stored
from store.ironclaw0.postgres.list_pages import ids_of_page
from store.ironclaw0.postgres.times import instant_sql

if TYPE_CHECKING:
    from store.core.list_filter import Filter
    from store.ironclaw0.postgres.schema import Database
    from store.records import ConversationSummary


def newest(db: Database, chosen: Filter, limit: int) -> list[ConversationSummary]:
    """Return the summaries of the newest conversations of a list, newest first."""
    ids, _, _ = ids_of_page(db, PageRequest(chosen, limit))
    if not ids:
        return []
    found = stored(db, ids)
    rows = db.rows(
        "SELECT theirs.conversation_id::text, theirs.number, left(m.content, %s) FROM (SELECT conversation_id,"
        f" count(*) AS number, (array_agg(id ORDER BY {instant_sql('created_at')}, id))[1] AS first"
        " FROM conversation_messages WHERE conversation_id = ANY(%s::uuid[]) AND role = 'user'"
        " GROUP BY conversation_id) AS theirs JOIN conversation_messages AS m ON m.id = theirs.first",
        SUMMARY_CHARACTERS,
        ids,
    )
    counted = {row_id: (count, text_of(text, set())) for row_id, count, text in rows}
    return [
        summary_of(
            row,
            key=row.id,
            channel=row.channel,
            user_id=chosen.user_id,
            count=counted.get(row.id, (0, None))[0],
            first_user_text=counted.get(row.id, (0, None))[1],
        )
        for row in (found[each] for each in ids if each in found)
    ]
