"""For which threads the ordered index has every message, so that it may be read in their place."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from store.engines.sqlite.checks import data_version
from store.ironclaw1 import thread_rows
from store.ironclaw1.schema import MESSAGES_IN_ORDER

if TYPE_CHECKING:
    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.schema import Database

_PROOFS = 512


class _Counted(NamedTuple):
    """How many messages a thread had when a file was the newest of all."""

    row: int
    path: str
    files: int


class Proofs:
    """For which threads the index is complete: counted once, then held to it by what was written since."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._now: dict[str, bool] = {}
        """What is known as long as nothing is written."""
        self._counted: OrderedDict[str, _Counted] = OrderedDict()

    def is_complete(self, db: Database, thread: Thread) -> bool:
        """Tell whether the index has every message of a thread."""
        if not db.schema.has_order:
            return False
        version = data_version(db)
        if version != self._version:
            self._version = version
            self._now.clear()
        if thread.key not in self._now:
            self._now[thread.key] = self._counts(db, thread) and not thread_rows.has_logged_only(db, thread)
        return self._now[thread.key]

    def is_large(self, db: Database, thread: Thread) -> bool:
        """Tell whether a thread is read by the index: it has many messages, and the index has all of them."""
        counted = self._counted.get(thread.key)
        if counted is None or counted.files <= thread_rows.FEW:
            return thread_rows.is_long(db, thread) and self.is_complete(db, thread)
        return self.is_complete(db, thread) and self.messages(thread) > thread_rows.FEW

    def is_doubtful(self, db: Database, thread: Thread) -> bool:
        """Tell whether a thread has many messages, and the index not all of them."""
        return not self.is_complete(db, thread) and thread_rows.is_long(db, thread)

    def messages(self, thread: Thread) -> int:
        """Return how many messages a thread has whose index was found complete, as long as nothing is written."""
        return self._counted[thread.key].files

    def _counts(self, db: Database, thread: Thread) -> bool:
        """Count the messages of a thread, or those that came since; tell whether the index has all of them."""
        mark = thread_rows.newest_entry(db)
        files = self._late(db, thread) or 0
        if not files:
            files = thread_rows.count_files(db, thread.messages)
            if thread_rows.count_indexed(db, thread) != files:
                return False
        if mark is not None:
            self._counted[thread.key] = _Counted(*mark, files)
            self._counted.move_to_end(thread.key)
            if len(self._counted) > _PROOFS:
                forgotten, _ = self._counted.popitem(last=False)
                self._now.pop(forgotten, None)
        return mark is not None

    def _late(self, db: Database, thread: Thread) -> int | None:
        """Return how many messages there are by now; ``None`` if the index lacks some, or all must be counted."""
        counted = self._counted.get(thread.key)
        if counted is None or not thread_rows.is_there(db, counted.row, counted.path):
            return None
        late, lacking = db.execute(
            "SELECT count(*), count(*) FILTER"
            " (WHERE NOT EXISTS (SELECT 1 FROM root_filesystem_ordered_index_rows AS o"
            f" WHERE o.index_name = '{MESSAGES_IN_ORDER}' AND o.path = e.path))"
            " FROM root_filesystem_entries AS e WHERE rowid > ? AND +path >= ? AND +path < ?",
            (counted.row, *thread.messages),
        ).fetchone()
        return None if lacking else counted.files + late
