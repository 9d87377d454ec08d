"""The heads of the threads of one scope, brought up to date by the index of their activities."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from store.domain.timestamps import instant_of
from store.ironclaw1 import thread_rows
from store.ironclaw1.addresses import Thread, below
from store.ironclaw1.schema import THREADS_IN_ORDER
from store.ironclaw1.scopes import thread_ids
from store.ironclaw1.thread_heads import Head, head_of
from store.records import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.ironclaw1.addresses import ThreadScope
    from store.ironclaw1.schema import Database

_LATE = 64
"""Messages that were written last, among which the newest is taken where there are many."""
_TOP = 50
"""The last active threads, whose rows are looked at though their activity stayed."""


class ScopeHeads:
    """The heads of one scope."""

    def __init__(self, scope: ThreadScope) -> None:
        self.scope = scope
        self.heads: dict[str, Head] = {}
        self.strays: set[str] = set()
        """Threads that no row of the list knows: of 1.0, or left by a crash."""
        self._known: dict[str, object] = {}
        """The activities that the index had."""
        self._top: tuple[object, ...] | None = None

    def read(self, db: Database) -> None:
        """Read every head."""
        folder = f"{self.scope.root}/thread_index"
        rows = db.execute(
            "SELECT rowid, version, path, contents FROM root_filesystem_entries WHERE path >= ? AND path < ?",
            below(folder),
        ).fetchall()
        ids = thread_ids(db, self.scope)
        self.heads = {}
        for number, version, path, contents in rows:
            name = path[len(folder) + 1 :].removesuffix(".json")
            if name in ids:
                self.heads[name] = head_of(Thread(self.scope, name), (number, version), contents)
        self.strays = ids - self.heads.keys()
        for name in self.strays:
            self.heads[name] = stray(db, Thread(self.scope, name))
        self._known = self._order(db) or {}
        self._top = self._look(db)

    def renew(self, db: Database, written: Collection[str] | None) -> bool:
        """Bring the heads up to date; return whether any may have changed.

        Args:
            db: The connection.
            written: The threads in whose folders files are new; ``None`` if no file of the scope is.
        """
        top = self._look(db)
        if written is None and top is not None and top == self._top and not self.strays:
            return False
        self._take(db, written or ())
        self._top = top
        return True

    def _take(self, db: Database, written: Collection[str]) -> None:
        order = self._order(db)
        if order is None or not self.heads.keys() | order.keys() >= set(written):
            self.read(db)
            return
        listed = self.heads.keys() - self.strays
        for name in listed - order.keys():
            del self.heads[name]
        changed = {name for name, activity in order.items() if self._known.get(name) != activity}
        for name in changed | set(islice(order, _TOP)):
            self.look_again(db, Thread(self.scope, name))
        self.strays -= order.keys()
        for name in [*self.strays]:
            thread = Thread(self.scope, name)
            if name in written or not thread_rows.exists(db, thread):
                self.look_again(db, thread)
        self._known = order

    def look_again(self, db: Database, thread: Thread) -> None:
        """Read one head anew, if its row is not what it was."""
        known = self.heads.get(thread.id)
        row = db.execute(
            "SELECT rowid, version FROM root_filesystem_entries WHERE path = ?", (thread.index_path,)
        ).fetchone()
        if row is not None and (known is None or known.mark != row or thread.id in self.strays):
            (contents,) = db.execute(
                "SELECT contents FROM root_filesystem_entries WHERE rowid = ?", (row[0],)
            ).fetchone()
            self.heads[thread.id] = head_of(thread, row, contents)
        elif row is None and thread_rows.exists(db, thread):
            self.heads[thread.id] = stray(db, thread)
            self.strays.add(thread.id)
        elif row is None:
            self.heads.pop(thread.id, None)
            self.strays.discard(thread.id)

    def _look(self, db: Database) -> tuple[object, ...] | None:
        """Return what changes with every thread that is active, begun or deleted, ``None`` without an index."""
        if not db.schema.has_order:
            return None
        inside = below(f"{self.scope.root}/thread_index")
        rows = db.execute(
            "SELECT o.k1, o.k2, e.version FROM root_filesystem_ordered_index_rows AS o"
            " CROSS JOIN root_filesystem_entries AS e ON e.path = o.path"
            f" WHERE o.index_name = '{THREADS_IN_ORDER}' AND o.k0 = ? AND +o.path >= ? AND +o.path < ?"
            " ORDER BY o.k1, o.k2 LIMIT ?",
            (self.scope.index_key, *inside, _TOP),
        ).fetchall()
        return thread_rows.count_files(db, inside), *rows

    def _order(self, db: Database) -> dict[str, object] | None:
        """Return the activities of threads, the last active first, ``None`` where the index lacks some."""
        if not db.schema.has_order:
            return None
        inside = below(f"{self.scope.root}/thread_index")
        rows = db.execute(
            f"SELECT k2, k1 FROM root_filesystem_ordered_index_rows WHERE index_name = '{THREADS_IN_ORDER}'"
            " AND k0 = ? AND +path >= ? AND +path < ? ORDER BY k1, k2",
            (self.scope.index_key, *inside),
        ).fetchall()
        return dict(rows) if len(rows) == thread_rows.count_files(db, inside) else None


def stray(db: Database, thread: Thread) -> Head:
    """Return the head of a thread that no row of the list knows: active when its newest message was written."""
    row = db.execute(
        "SELECT rowid, version, contents FROM root_filesystem_entries WHERE path = ?", (f"{thread.key}/thread.json",)
    ).fetchone() or (0, 0, b"")
    if thread_rows.is_long(db, thread):
        placed = thread_rows.outer_rows(db, thread, _LATE, newest=True)
    else:
        placed = thread_rows.placed_rows(db, thread)
    times = (instant_of(each.record.fields.get("created_at")) for _, each in placed)
    active = max((each for each in times if each != UNREADABLE), default=None)
    return head_of(thread, (row[0], row[1]), row[2], active)
