"""Read messages by their row numbers, the order of a conversation in steps, and append a message.

A conversation is named by its row number. Rowid order is what the existing index on conversation_id yields for free,
at any depth; the order that is shown comes from ``order.MessageOrder``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.message_order import order_key
from store.core.stored_values import text_of
from store.domain.timestamps import instant_of
from store.engines.sqlite.database import keys_json
from store.ironclaw0.absent_rows import not_there
from store.ironclaw0.describing import message_of as described
from store.ironclaw0.sqlite.heads import heads
from store.ironclaw0.sqlite.row_handles import FIRST_ROW, THESE_ROWS, find, key_of, require, row_of
from store.records import Count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.core.message_order import KeyRun
    from store.core.new_rows import NewMessage
    from store.ironclaw0.sqlite.schema import Database
    from store.records import Message, MessageCursor

_DISPLACED = 64
"""Rows looked at beyond a cap, since a message may lie a few rows out of order."""
_THEIRS = "conversation_id = (SELECT id FROM conversations WHERE rowid = ?)"
SELECT = "SELECT rowid, {content}, id, role, created_at FROM conversation_messages"
"""Messages as ``heads`` reads them and ``message_of`` takes them."""


class Watermark(NamedTuple):
    """The newest row that was read: a row number may be used again once its row is gone, hence the id."""

    rowid: int
    id: Any


class Below(NamedTuple):
    """The last row of a step towards the start of a conversation: the next step reads below it."""

    rowid: int
    through: str | None
    """The index that the step went through; ``None`` if it went by row number."""


class Keys(NamedTuple):
    """One step of the order: (instant, rowid) of its messages, and where the next step begins."""

    keys: list[tuple[int, int]]
    below: Below | None


class News(NamedTuple):
    """What was written to a conversation since a watermark."""

    keys: list[tuple[int, int]]
    watermark: Watermark | None
    total: int


def total(db: Database, conversation: int, *, cap: int = -1, last: int | None = None) -> int:
    """Return how many messages a conversation has, from the index alone.

    Args:
        db: The connection.
        conversation: The conversation's row number.
        cap: Count no further than this.
        last: Count rows up to this row number.
    """
    edge = "1" if last is None else "rowid <= ?"
    found = db.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM conversation_messages WHERE {_THEIRS} AND {edge} LIMIT ?)",
        (conversation, cap) if last is None else (conversation, last, cap),
    ).fetchone()
    return int(found[0])


def older_keys(db: Database, conversation: int, last: int | None, below: Below | None, limit: int) -> Keys | None:
    """Return the next ``limit`` keys of a conversation towards its start; ``None`` if the last step's way is gone.

    Through an index on (conversation_id, created_at) where the file has one: it holds all that is needed, in nearly
    the order that is sought. Else by descending row number.

    Args:
        db: The connection.
        conversation: The conversation's row number.
        last: The newest row number that counts, ``None`` if the conversation has no message.
        below: Where the step before ended; ``None`` for the first.
        limit: How many at most.
    """
    index = db.schema.order_index
    if below is not None and not (below.through == index and _is_there(db, conversation, below.rowid)):
        return None
    if index:
        source, order = f"conversation_messages INDEXED BY {index}", "created_at DESC, rowid DESC"
        # The time is compared as it is stored: bytes that are no UTF-8 would come back as others.
        time = "(SELECT created_at FROM conversation_messages WHERE rowid = ?)"
        edge = "rowid <= ?" if below is None else f"rowid <= ? AND (created_at, rowid) < ({time}, ?)"
        parameters = (last,) if below is None else (last, below.rowid, below.rowid)
    else:
        source, order = "conversation_messages", "rowid DESC"
        edge, parameters = ("rowid <= ?", (last,)) if below is None else ("rowid < ?", (below.rowid,))
    rows = db.execute(
        f"SELECT created_at, rowid FROM {source} WHERE {_THEIRS} AND {edge} ORDER BY {order} LIMIT ?",
        (conversation, *parameters, limit),
    ).fetchall()
    keys = [(instant_of(created_at), rowid) for created_at, rowid in rows]
    return Keys(keys, Below(rows[-1][1], index) if rows else below)


def _is_there(db: Database, conversation: int, rowid: int) -> bool:
    found = db.execute(
        f"SELECT 1 FROM conversation_messages WHERE rowid = ? AND {_THEIRS}", (rowid, conversation)
    ).fetchone()
    return found is not None


def watermark(db: Database, conversation: int) -> Watermark | None:
    """Return the newest row of a conversation, ``None`` if it has no message."""
    row = db.execute(
        f"SELECT rowid, id FROM conversation_messages WHERE {_THEIRS} ORDER BY rowid DESC LIMIT 1", (conversation,)
    ).fetchone()
    return row and Watermark(*row)


def news(db: Database, conversation: int, mark: Watermark | None) -> News | None:
    """Return what was written since a watermark; ``None`` if its row is not what it was."""
    if mark is not None:
        row = db.execute(
            f"SELECT rowid, id FROM conversation_messages WHERE rowid = ? AND {_THEIRS}", (mark.rowid, conversation)
        ).fetchone()
        if row is None or Watermark(*row) != mark:
            return None
    rows = db.execute(
        f"SELECT created_at, rowid, id FROM conversation_messages WHERE {_THEIRS} AND rowid > ? ORDER BY rowid",
        (conversation, mark.rowid if mark else FIRST_ROW),
    ).fetchall()
    keys = [(instant_of(created_at), rowid) for created_at, rowid, _ in rows]
    newest = Watermark(rows[-1][1], rows[-1][2]) if rows else mark
    return News(keys, newest, total(db, conversation))


def fetch(
    db: Database, conversation: int, conversation_id: str, run: KeyRun, limit: int | None
) -> list[Message] | None:
    """Return the messages of a run, contents over ``limit`` bytes by head; ``None`` if one is not what it was.

    Args:
        db: The connection.
        conversation: The conversation's row number.
        conversation_id: Its id.
        run: Which messages.
        limit: Bytes of a content that are read; ``None`` for all of it.
    """
    rows = heads(
        db,
        f"{SELECT} WHERE {THESE_ROWS} AND {_THEIRS}",
        (keys_json(run.ties), conversation),
        limit=limit,
    )
    found = {row[0]: row for row in rows}
    messages = []
    for instant, rowid in zip(run.instants, run.ties, strict=True):
        row = found.get(rowid)
        if row is None:
            return None
        message = message_of(conversation_id, row)
        if message.cursor.instant != instant:
            return None
        messages.append(message)
    return messages


def roles(db: Database, conversation: int, run: KeyRun) -> list[str] | None:
    """Return the roles of the messages of a run; ``None`` if one is not there any more."""
    rows = db.execute(
        f"SELECT rowid, role FROM conversation_messages WHERE {THESE_ROWS} AND {_THEIRS}",
        (keys_json(run.ties), conversation),
    ).fetchall()
    found = dict(rows)
    if len(found) < len(run):
        return None
    return [text_of(found[rowid], set()) for rowid in run.ties]


def again(db: Database, message: Message, limit: int | None) -> Message:
    """Return a message anew with up to ``limit`` bytes of its content.

    Raises:
        ConversationNotFound: the message, or its conversation, is gone.
    """
    conversation = find(db, message.conversation_id)
    rows = heads(
        db,
        f"{SELECT} WHERE rowid = ? AND {_THEIRS}",
        (row_of(message.cursor), conversation),
        limit=limit,
    )
    if not rows or key_of(rows[0][2], rows[0][0]) != message.id:
        rows = heads(
            db,
            f"{SELECT} WHERE id = ? AND {_THEIRS}",
            (message.id, conversation),
            limit=limit,
        )
    if not rows:
        raise not_there()
    return message_of(message.conversation_id, rows[0], limit)


def append(db: Database, new: NewMessage, now: str) -> None:
    """Append a message at a time as IronClaw writes it, and touch its conversation; for one transaction.

    Raises:
        ConversationNotFound: there is no such conversation.
    """
    conversation = require(db, new.conversation_id)
    db.execute(
        "INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
        " VALUES (?, (SELECT id FROM conversations WHERE rowid = ?), ?, ?, ?)",
        (new.id, conversation, new.role, new.content, now),
    )
    db.execute("UPDATE conversations SET last_activity = ? WHERE rowid = ?", (now, conversation))


def message_of(conversation_id: str, row: tuple[Any, ...], limit: int | None = None) -> Message:
    """Return a row of ``SELECT`` as a message of a conversation."""
    return described(conversation_id, key_of(row[2], row[0]), row, limit)


def unseen(db: Database, user_id: str, seen: Mapping[str, MessageCursor | None], cap: int) -> dict[str, Count]:
    """Count what came after the given messages, as far as a cap; rows that lie far out of order may escape.

    Args:
        db: The connection.
        user_id: Whose conversations.
        seen: For each conversation the newest message that was seen, ``None`` if none was.
        cap: Count no further than this.
    """
    counts = {}
    for conversation_id, cursor in seen.items():
        row = find(db, conversation_id, user_id)
        newest = None if row is None else watermark(db, row)
        if row is None or newest is None:
            continue
        step = older_keys(db, row, newest.rowid, None, cap + 1 + _DISPLACED)
        last = None if cursor is None else order_key(cursor)
        after = sum(last is None or key > last for key in (step.keys if step else []))
        if after:
            counts[conversation_id] = Count(min(after, cap), capped=after > cap)
    return counts
