"""Name rows by their ids; ties of cursors are the ids as numbers, which compare as the server compares uuids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.core.clause import Clause
from store.core.stored_values import is_uuid
from store.ironclaw0.absent_rows import not_found

if TYPE_CHECKING:
    from store.ironclaw0.postgres.schema import Database
    from store.records import Cursor

FIRST_TIE = -1
"""A tie before every id."""
FIRST_ID = "00000000-0000-0000-0000-000000000000"
NOTHING = Clause("false")


def tie_of(row_id: str) -> int:
    """Return the tie of a row by its id."""
    return int(row_id.replace("-", ""), 16)


def id_of(tie: int) -> str:
    """Return the id of a row by its tie."""
    digits = f"{tie:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def tie_in(cursor: Cursor) -> int:
    """Return the tie that a cursor carries, one before all where it has none."""
    return cursor.tie if isinstance(cursor.tie, int) else FIRST_TIE


def equals(column: str, text: str) -> Clause:
    """Return the condition that a column of text holds a text."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return NOTHING
    return Clause(f"{column} = %s", (text,))


def handle(conversation_id: str, user_id: str | None = None) -> Clause:
    """Return the condition that picks a conversation, of a user if one is named; ``NOTHING`` for what is no id."""
    if not is_uuid(conversation_id):
        return NOTHING
    where = Clause("id = %s::uuid", (conversation_id,))
    return where if user_id is None else where & equals("user_id", user_id)


def find(db: Database, conversation_id: str, user_id: str | None = None) -> str | None:
    """Return the id of a conversation, ``None`` if there is none or it is another user's."""
    where = handle(conversation_id, user_id)
    if where is NOTHING:
        return None
    found: str | None = db.value(f"SELECT id::text FROM conversations WHERE {where.sql}", *where.parameters)
    return found


def require(db: Database, conversation_id: str, user_id: str | None = None) -> str:
    """Return the id of a conversation.

    Raises:
        ConversationNotFound: there is none, or it is another user's; the sentence is the same.
    """
    found = find(db, conversation_id, user_id)
    if found is None:
        raise not_found()
    return found
