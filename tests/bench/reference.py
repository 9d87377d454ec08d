"""What IronClaw 0.24 asks its libSQL file, written down anew from what its calls return.

The queries keep the reference's shape (subqueries a row, a sort a page), since that shape is what is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

_LIST = """
    SELECT c.id, c.started_at, c.last_activity, c.metadata, c.channel,
        (SELECT count(*) FROM conversation_messages m WHERE m.conversation_id = c.id AND m.role = 'user') AS messages,
        (SELECT substr(m.content, 1, 100) FROM conversation_messages m
            WHERE m.conversation_id = c.id AND m.role = 'user' ORDER BY m.created_at, m.rowid LIMIT 1) AS title
    FROM conversations c WHERE {where} ORDER BY datetime(c.last_activity) DESC LIMIT ?
"""
_PAGE = """
    SELECT id, role, content, created_at FROM conversation_messages
    WHERE conversation_id = ? {before} ORDER BY created_at DESC, rowid DESC LIMIT ?
"""


def list_all(db: sqlite3.Connection, user: str, limit: int) -> list[Any]:
    """Return the newest conversations of a user."""
    return db.execute(_LIST.format(where="c.user_id = ?"), (user, limit)).fetchall()


def list_channel(db: sqlite3.Connection, user: str, channel: str, limit: int) -> list[Any]:
    """Return the newest conversations of a user on one channel."""
    return db.execute(_LIST.format(where="c.user_id = ? AND c.channel = ?"), (user, channel, limit)).fetchall()


def page(db: sqlite3.Connection, conversation: str, before: str | None, limit: int) -> list[Any]:
    """Return the newest messages of a conversation before a time, as text."""
    edge = "" if before is None else "AND created_at < ?"
    parameters = (conversation, limit + 1) if before is None else (conversation, before, limit + 1)
    return db.execute(_PAGE.format(before=edge), parameters).fetchall()


def floor_list(db: sqlite3.Connection, user: str, limit: int) -> list[Any]:
    """Return heads only, the least that a list can cost."""
    return db.execute(
        "SELECT rowid, id, channel, started_at, last_activity, metadata FROM conversations"
        " INDEXED BY idx_conversations_last_activity WHERE user_id = ? ORDER BY last_activity DESC LIMIT ?",
        (user, limit),
    ).fetchall()


def floor_page(db: sqlite3.Connection, conversation: str, below: int, limit: int) -> list[Any]:
    """Return messages by their rows, the least that a page can cost."""
    return db.execute(
        "SELECT rowid, id, role, content, created_at FROM conversation_messages"
        " WHERE conversation_id = ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
        (conversation, below, limit),
    ).fetchall()
