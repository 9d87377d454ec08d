"""Take over from one state of a file to the next what searches know that did not change.

An index answers in milliseconds; to read the titles of thousands of conversations anew because one message came would
take a hundred times as long. So what titles are made of is compared: conversations by what is stored of them, and of
messages those that came. That an old message was rewritten is found by the check of the index, which lets go of all.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from store.engines.sqlite.database import keys_json, snapshot
from store.ironclaw0.sqlite.remembered import FileState
from store.ironclaw0.sqlite.row_handles import THESE_ROWS, equals
from store.ironclaw0.sqlite.search_sql import Total

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.ironclaw0.sqlite.remembered import Remembered
    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.sqlite.search_sql import Scope

_BETWEEN = "\x1e"
_MOST_NEW = 10_000
"""Where more rows came, everything is read anew."""


def take_over(db: Database, user_id: str, scope: Scope, before: Remembered | None, known: Remembered) -> None:
    """Note the state of the file, and take over what is known of an earlier one and has not changed.

    Args:
        db: The connection.
        user_id: Whose conversations.
        scope: Where a search looks.
        before: What is known of the earlier state.
        known: What is known of this one; nothing yet of this user.
    """
    with snapshot(db):
        now = known.states[user_id] = _state(db, user_id)
        then = before.states.get(user_id) if before else None
        if before is None or then is None or now is None:
            return
        changed = _changed(db, then, now)
        if changed is None:
            return
        known.titles.take_over(user_id, before.titles, without=changed)
        if scope in before.conversations:
            _take_over_scope(db, scope, before, known, changed=changed, newest=then.newest[0])


def _take_over_scope(
    db: Database, scope: Scope, before: Remembered, known: Remembered, *, changed: Collection[int], newest: int
) -> None:
    """Take over which conversations there are in a scope, and how many messages they have.

    Args:
        db: The connection, in a transaction.
        scope: Where a search looks.
        before: What is known of the earlier state.
        known: What is known of this one.
        changed: The conversations that may be others by now.
        newest: The newest message of the earlier state.
    """
    where = scope.conversations
    rows = db.execute(
        f"SELECT rowid FROM conversations WHERE {THESE_ROWS} AND {where.sql}", (keys_json(changed), *where.parameters)
    )
    inside = {row for (row,) in rows}
    old = before.conversations[scope]
    known.conversations[scope] = dict.fromkeys(row for row in old if row not in changed) | dict.fromkeys(inside)
    total = before.totals.get(scope)
    # A conversation that came or went brings or takes messages that are older.
    if total is None or any((row in old) != (row in inside) for row in changed if row <= max(old, default=0)):
        return
    came, theirs = db.execute(
        "SELECT count(*), count(c.id) FROM conversation_messages AS m LEFT JOIN"
        f" (SELECT id FROM conversations WHERE {where.sql}) AS c ON c.id = m.conversation_id WHERE m.rowid > ?",
        (*where.parameters, newest),
    ).fetchone()
    known.totals[scope] = Total(total.messages + theirs, total.read + came)


def _state(db: Database, user_id: str) -> FileState | None:
    """Return the state of a file for a user, ``None`` if it cannot be told."""
    newest = db.execute("SELECT rowid, id FROM conversation_messages ORDER BY rowid DESC LIMIT 1").fetchone()
    theirs = equals(db, "user_id", user_id)
    conversation = f"quote(id) || quote(channel) || quote({db.schema.column('metadata')})"
    rows, stored = db.execute(
        f"SELECT group_concat(rowid), group_concat({conversation}, char(30)) FROM conversations WHERE {theirs.sql}",
        theirs.parameters,
    ).fetchone()
    if newest is None or type(stored) is not str:
        return None
    numbers, prints = array("q", map(int, rows.split(","))), array("q", map(hash, stored.split(_BETWEEN)))
    return FileState(newest, numbers, prints, _routines(db)) if len(numbers) == len(prints) else None


def _routines(db: Database) -> int:
    if not {"id", "name", "user_id"} <= db.schema.routines:
        return 0
    (found,) = db.execute("SELECT group_concat(quote(id) || quote(user_id) || quote(name)) FROM routines").fetchone()
    return hash(found)


def _changed(db: Database, then: FileState, now: FileState) -> set[int] | None:
    """Return the conversations whose titles may be others by now, ``None`` if that cannot be told."""
    row, name = then.newest
    found = db.execute("SELECT id FROM conversation_messages WHERE rowid = ?", (row,)).fetchone()
    if found != (name,) or now.routines != then.routines or now.newest[0] - row > _MOST_NEW:
        return None
    old = dict(zip(then.rows, then.prints, strict=True))
    changed = {row for row, mark in zip(now.rows, now.prints, strict=True) if old.pop(row, None) != mark}
    came = db.execute(
        "SELECT rowid FROM conversations WHERE id IN"
        " (SELECT conversation_id FROM conversation_messages WHERE rowid > ?)",
        (row,),
    )
    # What is left is gone.
    return changed | set(old) | {row for (row,) in came}
