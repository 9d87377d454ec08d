"""Tell what was written since: a poll costs what changed.

The watermark is the newest file with its path: numbers of rows are used again once the newest row is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.contract.feed import News
from store.engines.sqlite.checks import data_version
from store.engines.sqlite.database import snapshot
from store.errors import ConversationNotFound
from store.ironclaw1 import automations, thread_rows
from store.ironclaw1.addresses import thread_named, thread_of
from store.ironclaw1.conversation_records import Lists
from store.ironclaw1.message_records import CALL, last_tie, message_of, message_tie, record_of, sequence_of
from store.records import HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.schema import Database
    from store.ironclaw1.thread_heads import Head
    from store.records import Conversation, Message

_MOST_ROWS = 200
"""Messages of one answer."""
_MOST_FILES = 2000
"""Files of any kind that are looked at for one answer."""
_NOTHING = News()


class _Mark(NamedTuple):
    """The newest rows that were told."""

    entry: tuple[int, str] | None
    event: int


class ThreadMemory:
    """Implements ``store.core.polled_feed.Memory``.

    Args:
        user_id: Whose conversations.
    """

    def __init__(self, user_id: str) -> None:
        self._user_id = user_id
        self._lists = Lists()
        self._version: int | None = None
        self._has_more = False
        self._mark = _Mark(None, 0)
        self._heads: dict[str, Head] = {}
        self._watched: dict[str, object] = {}

    def start(self, db: Database) -> None:
        """Take what there is for told."""
        self._version = data_version(db)
        self._lists.renew(db)
        with snapshot(db):
            self._mark = _newest(db)
        self._heads = self._now()

    def look(self, db: Database, watched: Collection[str]) -> News:
        """Return what is new."""
        version = data_version(db)
        if version == self._version and not self._has_more and self._watched.keys() >= set(watched):
            return _NOTHING
        self._lists.renew(db)
        with snapshot(db):
            sound = self._mark.entry is None or thread_rows.is_there(db, *self._mark.entry)
            mark, messages = self._messages(db) if sound else (_newest(db), [])
            for key in watched:
                if (thread := thread_named(key)) is not None:
                    self._lists.catalog.head(db, thread)
            heads = self._now()
            prints = {key: self._print(db, key, heads) for key in watched}
            gone = [key for key in watched if prints[key] is None and self._watched.get(key) is not None]
            edited = [key for key in watched if key in self._watched and prints[key] != self._watched[key]]
            moved = [key for key, head in heads.items() if self._heads.get(key) != head]
            touched = dict.fromkeys([*moved, *edited, *(each.conversation_id for each in messages)])
            described = self._describe(db, [*touched], heads)
        has_more = mark != _newest(db) if sound else False
        self._version, self._mark, self._heads, self._watched = version, mark, heads, prints
        self._has_more = has_more
        return News(tuple(messages), tuple(described), tuple(gone), is_missing_some=not sound, has_more=has_more)

    def _now(self) -> dict[str, Head]:
        return {head.thread.key: head for head in self._lists.catalog.of(self._user_id)}

    def _print(self, db: Database, key: str, heads: dict[str, Head]) -> object:
        """Return what tells whether a watched conversation changed, ``None`` for one that is not there."""
        if key.startswith(automations.KEY):
            try:
                found = automations.require(db, key, self._user_id)
            except ConversationNotFound:
                return None
            return found, tuple(automations.runs_of(db, found, 100))
        thread = thread_named(key)
        if thread is None or key not in heads:
            return None
        row = db.execute(
            "SELECT rowid, version FROM root_filesystem_entries WHERE path = ?", (f"{thread.key}/thread.json",)
        ).fetchone()
        return heads[key], row

    def _describe(self, db: Database, keys: list[str], heads: dict[str, Head]) -> list[Conversation]:
        found = self._lists.describe(db, [heads[key] for key in keys if key in heads], self._user_id)
        for key in keys:
            if key.startswith(automations.KEY):
                found.append(automations.conversation_of(db, automations.require(db, key, self._user_id), ""))
        return found

    def _messages(self, db: Database) -> tuple[_Mark, list[Message]]:
        """Return how far was read, and the new messages of this user, in the order of their rows."""
        number = self._mark.entry[0] if self._mark.entry is not None else 0
        rows = db.execute(
            "SELECT rowid, path FROM root_filesystem_entries WHERE rowid > ? ORDER BY rowid LIMIT ?",
            (number, _MOST_FILES),
        ).fetchall()
        messages: list[Message] = []
        entry = self._mark.entry
        for row, path in rows:
            if len(messages) == _MOST_ROWS:
                break
            entry = row, path
            thread = self._theirs(path, "messages")
            if thread is not None:
                messages += self._message(db, thread, row)
        event = self._mark.event
        if db.schema.has_log and len(messages) < _MOST_ROWS:
            event, logged = self._logged(db, _MOST_ROWS - len(messages))
            messages += logged
        return _Mark(entry, event), messages

    def _theirs(self, path: str, folder: str) -> Thread | None:
        found = thread_of(path)
        if found is None or found[1][:1] != [folder] or found[0].scope.user_id != self._user_id:
            return None
        return found[0]

    def _message(self, db: Database, thread: Thread, row: int) -> list[Message]:
        found = db.execute("SELECT contents FROM root_filesystem_entries WHERE rowid = ?", (row,)).fetchone()
        record = record_of(found[0])
        if record.kind == CALL:
            return []
        sequence = sequence_of(record, thread.id)
        tie = last_tie(row) if sequence is None else message_tie(sequence, 0)
        return [message_of(record, thread, tie, row=row, limit=HEAD_BYTES)]

    def _logged(self, db: Database, limit: int) -> tuple[int, list[Message]]:
        """Return how far the append logs were read, and the new messages in them that no file has."""
        rows = db.execute(
            "SELECT seq, path FROM root_filesystem_events WHERE seq > ? ORDER BY seq LIMIT ?",
            (self._mark.event, _MOST_FILES),
        ).fetchall()
        event = self._mark.event
        found: list[Message] = []
        for seq, path in rows:
            if len(found) == limit:
                break
            event = seq
            thread = self._theirs(path, "message_appends")
            if thread is None:
                continue
            (payload,) = db.execute("SELECT payload FROM root_filesystem_events WHERE seq = ?", (seq,)).fetchone()
            record = record_of(payload)
            sequence = sequence_of(record, thread.id)
            if sequence is not None and record.id and not thread_rows.has_file(db, thread, record.id):
                found.append(message_of(record, thread, message_tie(sequence, 0), row=seq, limit=HEAD_BYTES))
        return event, found


def _newest(db: Database) -> _Mark:
    event = 0
    if db.schema.has_log:
        (event,) = db.execute("SELECT coalesce(max(seq), 0) FROM root_filesystem_events").fetchone()
    return _Mark(thread_rows.newest_entry(db), event)
