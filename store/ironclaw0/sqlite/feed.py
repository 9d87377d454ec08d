"""Tell what was written since: a poll costs what changed.

A watermark is the newest row that was seen, with its id: if that row is gone, or another one has its number, the last
row before it that still is what it was takes its place.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from store.contract.feed import News
from store.domain.timestamps import format_canonical
from store.engines.sqlite.checks import data_version
from store.engines.sqlite.database import keys_json, snapshot
from store.ironclaw0.sqlite.conversations import describe
from store.ironclaw0.sqlite.heads import heads
from store.ironclaw0.sqlite.list_pages import canonical_sql
from store.ironclaw0.sqlite.messages import SELECT, message_of
from store.ironclaw0.sqlite.row_handles import FIRST_ROW, THESE_ROWS, equals, find, key_of
from store.records import HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from store.ironclaw0.sqlite.schema import Database
    from store.records import Message

_MOST_ROWS = 200
"""Messages, and conversations, of one answer."""
_REMEMBERED = 500
"""Rows that may be deleted at the end without losing the thread."""
_SKEW = timedelta(hours=1)
_NOTHING = News()

Fingerprint = tuple[int, Any, Any]


class _Row(NamedTuple):
    rowid: int
    id: Any


class _Trail:
    """The newest rows of a table that were seen, oldest first."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._seen: list[_Row] = []

    def start(self, db: Database) -> None:
        """Take all rows for seen."""
        rows = db.execute(f"SELECT rowid, id FROM {self._table} ORDER BY rowid DESC LIMIT ?", (_REMEMBERED,))
        self._seen = [_Row(*row) for row in reversed(rows.fetchall())]

    def sound(self, db: Database) -> list[_Row]:
        """Return the seen rows up to the newest that still is what it was."""
        rows = self._seen
        if rows and self._stored(db, rows[-1:]) != rows[-1:]:
            stored = set(self._stored(db, rows))
            rows = rows[: max((place + 1 for place, row in enumerate(rows) if row in stored), default=0)]
        return rows

    def lost(self, sound: list[_Row]) -> list[_Row]:
        """Return the seen rows after those."""
        return self._seen[len(sound) :]

    def anew(self, db: Database) -> list[_Row]:
        """Return the newest rows there are."""
        trail = _Trail(self._table)
        trail.start(db)
        return trail.sound(db)

    def take(self, rows: list[_Row]) -> None:
        """Note which rows were seen."""
        self._seen = rows[-_REMEMBERED:]

    def _stored(self, db: Database, rows: list[_Row]) -> list[_Row]:
        found = db.execute(
            f"SELECT rowid, id FROM {self._table} WHERE {THESE_ROWS}", (keys_json([row.rowid for row in rows]),)
        )
        return [_Row(*row) for row in found.fetchall()]


class _Since(NamedTuple):
    """The latest activity that was told, as text, and the rows that had it."""

    text: str
    rowids: frozenset[int]


class SqliteMemory:
    """Implements ``store.core.polled_feed.Memory``.

    Args:
        user_id: Whose conversations.
        clock: What tells the time.
    """

    def __init__(self, user_id: str, clock: Callable[[], datetime]) -> None:
        self._user_id = user_id
        self._clock = clock
        self._version: int | None = None
        self._has_more = False
        self._messages, self._conversations = _Trail("conversation_messages"), _Trail("conversations")
        self._since = _Since("", frozenset())
        self._watched: dict[str, Fingerprint | None] = {}

    def start(self, db: Database) -> None:
        """Take what there is for told."""
        self._version = data_version(db)
        with snapshot(db):
            self._messages.start(db)
            self._conversations.start(db)
            (latest,) = db.execute(
                "SELECT max(last_activity) FROM conversations WHERE last_activity <= ?", (self._horizon(),)
            ).fetchone()
        # Right after it, since any number of conversations may have that very time.
        self._since = _Since(f"{latest or ''} ", frozenset())

    def look(self, db: Database, watched: Collection[str]) -> News:
        """Return what is new."""
        version = data_version(db)
        if version == self._version and not self._has_more and self._watched.keys() >= set(watched):
            return _NOTHING
        with snapshot(db):
            seen, messages, is_message_lost, has_more_messages = self._new_messages(db)
            trail, fresh, is_conversation_lost = self._new_conversations(db)
            since, active = self._active(db)
            prints = self._prints(db, watched)
            gone = [each for each in watched if prints[each] is None and self._watched.get(each, ()) is not None]
            changed = [
                now[0] for each, now in prints.items() if now and each in self._watched and now != self._watched[each]
            ]
            touched = [*dict.fromkeys([*fresh, *active, *changed, *(row for row, _ in messages)])]
            some = (touched[start : start + _MOST_ROWS] for start in range(0, len(touched), _MOST_ROWS))
            described = [each for rows in some for each in describe(db, rows, self._user_id)]
        self._version, self._watched, self._since = version, prints, since
        self._messages.take(seen)
        self._conversations.take(trail)
        self._has_more = has_more_messages or len(fresh) == _MOST_ROWS or len(active) >= _MOST_ROWS
        return News(
            tuple(message for _, message in messages),
            tuple(described),
            tuple(gone),
            is_missing_some=is_message_lost or is_conversation_lost,
            has_more=self._has_more,
        )

    def _theirs(self, db: Database) -> tuple[str, tuple[object, ...]]:
        where = equals(db, "user_id", self._user_id)
        return f"(SELECT rowid AS number, id AS name FROM conversations WHERE {where.sql})", where.parameters

    def _new_messages(self, db: Database) -> tuple[list[_Row], list[tuple[int, Message]], bool, bool]:
        """Return all rows seen by now, the new messages with the rows of their conversations, and what is amiss."""
        sound = self._messages.sound(db)
        lost = self._messages.lost(sound)
        if lost and not sound:
            return self._messages.anew(db), [], True, False
        theirs, parameters = self._theirs(db)
        after, last = ("> ?", sound[-1].rowid) if sound else (">= ?", FIRST_ROW)
        rows = db.execute(
            f"SELECT m.rowid, m.id, c.number, c.name FROM conversation_messages AS m LEFT JOIN {theirs} AS c"
            f" ON c.name = m.conversation_id WHERE m.rowid {after} ORDER BY m.rowid LIMIT ?",
            (*parameters, last, _MOST_ROWS),
        ).fetchall()
        told = {row.id for row in lost}
        owners = {
            row[0]: (row[2], key_of(row[3], row[2])) for row in rows if row[2] is not None and row[1] not in told
        }
        stored = heads(db, f"{SELECT} WHERE {THESE_ROWS}", (keys_json(owners),), limit=HEAD_BYTES) if owners else []
        messages = [(owners[row[0]][0], message_of(owners[row[0]][1], row)) for row in sorted(stored, key=_rowid)]
        return [*sound, *(_Row(*row[:2]) for row in rows)], messages, bool(lost), len(rows) == _MOST_ROWS

    def _new_conversations(self, db: Database) -> tuple[list[_Row], list[int], bool]:
        """Return all rows seen by now, those of this user that are new, and whether some are gone."""
        sound = self._conversations.sound(db)
        lost = self._conversations.lost(sound)
        if lost and not sound:
            return self._conversations.anew(db), [], True
        theirs, parameters = self._theirs(db)
        after, last = ("> ?", sound[-1].rowid) if sound else (">= ?", FIRST_ROW)
        rows = db.execute(
            f"SELECT c.rowid, c.id, t.number FROM conversations AS c LEFT JOIN {theirs} AS t ON t.number = c.rowid"
            f" WHERE c.rowid {after} ORDER BY c.rowid LIMIT ?",
            (*parameters, last, _MOST_ROWS),
        ).fetchall()
        told = {row.id for row in lost}
        fresh = [row[0] for row in rows if row[2] is not None and row[1] not in told]
        return [*sound, *(_Row(*row[:2]) for row in rows)], fresh, bool(lost)

    def _active(self, db: Database) -> tuple[_Since, list[int]]:
        """Return the conversations with activity since, through the index on it; a file without one tells nothing."""
        index = "idx_conversations_last_activity"
        if index not in db.schema.indexes:
            return self._since, []
        where = equals(db, "user_id", self._user_id)
        rows = db.execute(
            f"SELECT rowid, last_activity FROM conversations INDEXED BY {index} WHERE last_activity BETWEEN ? AND ?"
            f" AND {where.sql} AND {canonical_sql('last_activity')} ORDER BY last_activity LIMIT ?",
            (self._since.text, self._horizon(), *where.parameters, _MOST_ROWS + len(self._since.rowids)),
        ).fetchall()
        if not rows:
            return self._since, []
        latest = rows[-1][1]
        told = self._since.rowids if latest == self._since.text else frozenset()
        since = _Since(latest, told | {rowid for rowid, text in rows if text == latest})
        return since, [rowid for rowid, text in rows if text != self._since.text or rowid not in self._since.rowids]

    def _prints(self, db: Database, watched: Collection[str]) -> dict[str, Fingerprint | None]:
        """Return what tells whether a watched conversation changed, ``None`` for one that is not there."""
        where = equals(db, "user_id", self._user_id)
        select = f"SELECT conversations.id, conversations.rowid, last_activity, {db.schema.column('metadata')} FROM"
        rows = db.execute(
            f"{select} (SELECT value AS sought FROM json_each(?)) CROSS JOIN conversations"
            f" ON conversations.id = sought WHERE {where.sql}",
            (keys_json(watched), *where.parameters),
        ).fetchall()
        found: dict[str, Fingerprint | None] = {key: (rowid, *rest) for key, rowid, *rest in rows}
        for each in watched:
            if each not in found and (rowid := find(db, each, self._user_id)) is not None:
                row = db.execute(f"{select} conversations WHERE rowid = ?", (rowid,)).fetchone()
                found[each] = row and tuple(row[1:])
        return {each: found.get(each) for each in watched}

    def _horizon(self) -> str:
        """Return the latest activity that may be true; a later one would hide all that comes."""
        return format_canonical(self._clock() + _SKEW)


def _rowid(row: tuple[Any, ...]) -> int:
    return int(row[0])
