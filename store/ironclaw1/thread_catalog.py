"""The threads of a file as lists show them, kept in memory and brought up to date by what was written since.

A head costs some hundred bytes, so that filters, counts and pages from either end need no further reading. The rows
of the ordered index lead to the heads that changed; where it lacks threads, the heads of that scope are read anew.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from store.domain.timestamps import moment_of
from store.engines.sqlite.checks import data_version
from store.engines.sqlite.database import snapshot
from store.ironclaw1 import thread_edges, thread_rows
from store.ironclaw1.addresses import Thread, scope_of, thread_of
from store.ironclaw1.message_records import content_of, record_of
from store.ironclaw1.scope_heads import ScopeHeads
from store.ironclaw1.scopes import scopes_in
from store.ironclaw1.thread_heads import Head, channel_of
from store.records import UNREADABLE, Channel, ConversationCursor, Machines, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.core.list_filter import Filter, PageRequest
    from store.ironclaw1.addresses import ThreadScope
    from store.ironclaw1.index_proofs import Proofs
    from store.ironclaw1.schema import Database

_NEW_ROWS = 5000
"""New files that are looked at one by one; more, and everything is read anew."""
_OPENINGS = 500
"""First messages that are read at a time."""
_SHOWN_CHARACTERS = 400
_BINDINGS = "/tenants/__system__/users/__system__/conversations/state.json"


class Opening(NamedTuple):
    """How a thread began."""

    channel: str
    text: str
    """The first message of its user; empty if there is none."""
    is_exact: bool = True
    """Whether that surely is the first, not only an early one."""


class Catalog:
    """The threads of a file; for one connection.

    Args:
        proofs: What is known of the index of messages.
    """

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs
        self._version: int | None = None
        self._mark: tuple[int, str] | None = None
        self._scopes: dict[ThreadScope, ScopeHeads] = {}
        self._openings: dict[str, Opening] = {}
        self._ordered: dict[str, list[Head]] = {}

    def renew(self, db: Database) -> bool:
        """Bring it up to date; return whether anything may have changed."""
        version = data_version(db)
        if version == self._version:
            return False
        with snapshot(db):
            written = self._written(db)
            if written is None or any(scope not in self._scopes for scope in written):
                self._scopes = {scope: self._scopes.get(scope) or ScopeHeads(scope) for scope in scopes_in(db)}
                for heads in self._scopes.values():
                    heads.read(db)
                self._ordered.clear()
            else:
                for scope, heads in self._scopes.items():
                    if heads.renew(db, written.get(scope)):
                        self._ordered.pop(scope.user_id, None)
            self._mark = thread_rows.newest_entry(db)
        self._version = version
        return True

    def _written(self, db: Database) -> dict[ThreadScope, set[str]] | None:
        """Return the threads with new files by scope, ``None`` if that cannot be told."""
        if self._mark is None or not thread_rows.is_there(db, *self._mark):
            return None
        rows = db.execute(
            "SELECT path FROM root_filesystem_entries WHERE rowid > ? LIMIT ?", (self._mark[0], _NEW_ROWS)
        ).fetchall()
        if len(rows) == _NEW_ROWS:
            return None
        found: dict[ThreadScope, set[str]] = {}
        for (path,) in rows:
            if (place := thread_of(path)) is not None:
                found.setdefault(place[0].scope, set()).add(place[0].id)
            elif (scope := scope_of(path)) is not None and scope[1][0] == "thread_index":
                found.setdefault(scope[0], set())
        return found

    def of(self, user_id: str) -> list[Head]:
        """Return a user's threads, the last active first."""
        if user_id not in self._ordered:
            theirs = [heads for scope, heads in self._scopes.items() if scope.user_id == user_id]
            found = [head for heads in theirs for head in heads.heads.values()]
            self._ordered[user_id] = sorted(found, key=lambda head: head.place, reverse=True)
        return self._ordered[user_id]

    def scope_name(self, scope: ThreadScope) -> str:
        """Return the agent of a scope, if its user's list has those of several, and its mission."""
        theirs = (each for each, heads in self._scopes.items() if each.user_id == scope.user_id and heads.heads)
        agent = scope.agent if len({each.agent for each in theirs}) > 1 else ""
        mission = f"mission {scope.mission}" if scope.mission is not None else ""
        return " · ".join(filter(None, (agent, mission)))

    def head(self, db: Database, thread: Thread) -> Head | None:
        """Return the head of a thread as it is now, ``None`` if it is not there."""
        heads = self._scopes.get(thread.scope)
        if heads is None:
            return None
        known = heads.heads.get(thread.id)
        if known is not None and thread.id not in heads.strays:
            heads.look_again(db, thread)
        found = heads.heads.get(thread.id)
        if found != known:
            self._ordered.clear()
        return found

    def users(self) -> list[User]:
        """Return everybody with a thread, most threads first, then by name."""
        many: Counter[str] = Counter()
        latest: dict[str, int] = {}
        for scope, heads in self._scopes.items():
            many[scope.user_id] += len(heads.heads)
            times = [head.instant for head in heads.heads.values() if head.instant != UNREADABLE]
            latest[scope.user_id] = max([latest.get(scope.user_id, -1), *times])
        found = [
            User(name, number, moment_of(latest[name]) if latest[name] >= 0 else None)
            for name, number in many.items()
            if number
        ]
        return sorted(found, key=lambda user: (-user.conversations, user.id))

    def chosen(self, db: Database, chosen: Filter, failing: frozenset[str]) -> list[Head]:
        """Return the threads of a list, the last active first.

        Args:
            db: The connection.
            chosen: Which list.
            failing: The keys of the newest threads of automations that are failing.
        """
        found = self.of(chosen.user_id)
        if chosen.kind is not None:
            found = [head for head in found if head.kind is chosen.kind]
        if chosen.machines is Machines.ONLY:
            found = [head for head in found if head.kind.is_machine]
        elif chosen.machines is Machines.FOLDED:
            found = [head for head in found if not is_folded(head, failing)]
        if chosen.channel is not None:
            begun = self.openings(db, found)
            found = [head for head in found if begun[head.thread.key].channel == chosen.channel]
        return found

    def channels(self, db: Database, user_id: str, failing: frozenset[str]) -> list[Channel]:
        """Return the channels of a user, fullest first, then by name.

        Args:
            db: The connection.
            user_id: Whose.
            failing: The keys of the newest threads of automations that are failing.
        """
        begun = self.openings(db, self.of(user_id))
        all_of, machines, folded = Counter[str](), Counter[str](), Counter[str]()
        for head in self.of(user_id):
            name = begun[head.thread.key].channel
            all_of[name] += 1
            machines[name] += head.kind.is_machine
            folded[name] += is_folded(head, failing)
        found = [Channel(name, many, machines[name], folded[name]) for name, many in all_of.items()]
        return sorted(found, key=lambda channel: (-channel.conversations, channel.name))

    def openings(self, db: Database, heads: Sequence[Head]) -> dict[str, Opening]:
        """Return how threads began, each read once."""
        lacking = [head for head in heads if not self._knows_opening(head)]
        names = _bindings(db) if lacking else {}
        for start in range(0, len(lacking), _OPENINGS):
            some = lacking[start : start + _OPENINGS]
            self._openings.update({head.thread.key: _opening(db, self._proofs, head, names) for head in some})
        return {head.thread.key: self._openings[head.thread.key] for head in heads}

    def _knows_opening(self, head: Head) -> bool:
        known = self._openings.get(head.thread.key)
        return known is not None and (known.text != "" or known.channel != "")


def is_folded(head: Head, failing: frozenset[str]) -> bool:
    """Tell whether a folded list leaves a thread out: a machine's, unless it is the last of a failing automation."""
    return head.kind.is_machine and head.thread.key not in failing


def page_of(heads: list[Head], asked: PageRequest) -> tuple[list[Head], bool, bool]:
    """Return a page of a list that is given with the last active first, and whether newer and older threads exist."""
    start, stop = 0, asked.limit
    if asked.after is not None:
        start = bisect_right(heads, _descending(asked.after), key=lambda head: _descending(head.cursor))
        stop = start + asked.limit
    elif asked.before is not None or asked.oldest:
        stop = len(heads)
        if asked.before is not None:
            stop = bisect_left(heads, _descending(asked.before), key=lambda head: _descending(head.cursor))
        start = max(stop - asked.limit, 0)
    return heads[start:stop], start > 0, stop < len(heads)


class _Descending(NamedTuple):
    """A place in a list, so that later ones are greater."""

    unreadable: bool
    later: int
    tie: _Reversed


class _Reversed(str):
    """A text that orders the other way round."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)

    def __gt__(self, other: str) -> bool:
        return str.__lt__(self, other)


def _descending(cursor: ConversationCursor) -> _Descending:
    tie = cursor.tie if isinstance(cursor.tie, str) else ""
    return _Descending(cursor.instant == UNREADABLE, -cursor.instant, _Reversed(tie))


def _opening(db: Database, proofs: Proofs, head: Head, names: dict[str, str]) -> Opening:
    first, is_sure = thread_edges.first_of_user(db, proofs, head.thread)
    channel = head.channel if first is None or head.channel else channel_of(first.source, names)
    text = "" if first is None else content_of(first)[:_SHOWN_CHARACTERS]
    return Opening(channel or "", text, is_sure)


def _bindings(db: Database) -> dict[str, str]:
    """Return the channels of bindings by reference, from the one file that has them."""
    row = db.execute("SELECT contents FROM root_filesystem_entries WHERE path = ?", (_BINDINGS,)).fetchone()
    state = record_of(row[0]).fields if row is not None else {}
    found: dict[str, str] = {}
    for name in ("bindings", "event_shared_bindings"):
        pairs = state.get(name)
        for pair in pairs if isinstance(pairs, list) else ():
            binding = pair[1] if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], dict) else {}
            reference, kind = binding.get("source_binding_ref"), binding.get("adapter_kind")
            if isinstance(reference, str) and isinstance(kind, str):
                found[reference] = kind
    return found
