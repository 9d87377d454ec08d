"""Find the scopes of a file and the threads in them: a few look-ups in the index of paths for each.

Contents are not read here, and nothing of what lies beside the threads but the names of folders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.ironclaw1.addresses import PathRange, below, scope_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from store.ironclaw1.addresses import ThreadScope

_FIRST = "SELECT path FROM root_filesystem_entries WHERE path >= ? AND path < ? ORDER BY path LIMIT 1"
_LEAST = "SELECT min(path) FROM root_filesystem_entries WHERE path >= {} AND path < :high"
_IDS = (
    f"WITH RECURSIVE found(path) AS ({_LEAST.format(':low')} UNION ALL SELECT ("
    f"{_LEAST.format('substr(found.path, 1, :size + instr(substr(found.path, :size + 1), :slash) - 1) || :zero')}"
    ") FROM found WHERE found.path IS NOT NULL)"
    " SELECT substr(path, :size + 1, instr(substr(path, :size + 1), :slash) - 1) FROM found WHERE path IS NOT NULL"
)
"""The folders in a folder: from each, the next look-up begins behind it."""


def scopes_in(db: sqlite3.Connection) -> list[ThreadScope]:
    """Return every scope that holds threads."""
    found: dict[ThreadScope, None] = {}
    for tenant in folders(db, "/tenants"):
        for user in folders(db, f"/tenants/{tenant}/users"):
            for path in _leaves(db, f"/tenants/{tenant}/users/{user}/threads/agents"):
                scope, rest = scope_of(path) or (None, [])
                if scope is not None and rest[0] in ("threads", "thread_index"):
                    found[scope] = None
    return [*found]


def has_threads(db: sqlite3.Connection) -> bool:
    """Tell whether a file holds a thread."""
    return any(next(folders(db, f"{scope.root}/threads"), None) is not None for scope in scopes_in(db))


def folders(db: sqlite3.Connection, folder: str) -> Iterator[str]:
    """Yield the names of the folders in a folder."""
    inside = below(folder)
    while True:
        path = _first(db, inside)
        if path is None:
            return
        name = path[len(folder) + 1 :].partition("/")[0]
        yield name
        inside = PathRange(f"{folder}/{name}0", inside.high)


def thread_ids(db: sqlite3.Connection, scope: ThreadScope) -> set[str]:
    """Return the ids of a scope's threads, whether lists know them or not."""
    folder = f"{scope.root}/threads"
    inside = below(folder)
    bound = {"low": inside.low, "high": inside.high, "size": len(inside.low), "slash": "/", "zero": "0"}
    return {name for (name,) in db.execute(_IDS, bound).fetchall() if name}


def _leaves(db: sqlite3.Connection, agents: str) -> Iterator[str]:
    """Yield a path in each folder that lies in a scope."""
    inside = below(agents)
    while (path := _first(db, inside)) is not None:
        found = scope_of(path)
        if found is None or not found[1]:
            inside = PathRange(f"{path}\0", inside.high)
            continue
        yield path
        scope, rest = found
        inside = PathRange(f"{scope.root}/{rest[0]}0", inside.high)


def _first(db: sqlite3.Connection, inside: PathRange) -> str | None:
    row = db.execute(_FIRST, inside).fetchone()
    return None if row is None else str(row[0])
