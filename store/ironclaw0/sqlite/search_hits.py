"""Read the messages of a range that match: how many each conversation has and where the newest is, or all places."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.stored_values import text_of
from store.domain.search_results import ConversationHits, is_newer
from store.domain.timestamps import instant_of
from store.domain.tool_calls import searched_text
from store.domain.turns import TOOL_CALLS
from store.engines.sqlite.database import keys_json, snapshot
from store.ironclaw0.sqlite.row_handles import NOTHING, THESE_ROWS, key_of
from store.ironclaw0.sqlite.search_common import common_hits, read_common
from store.ironclaw0.sqlite.search_packs import Pack, Picked, looks_at_all, pack_of
from store.ironclaw0.sqlite.search_prefilter import prefilter
from store.ironclaw0.sqlite.search_sql import these
from store.ironclaw0.sqlite.search_undecided import undecided_in
from store.records import UNREADABLE, MessageCursor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from store.core.matching import Matcher
    from store.ironclaw0.sqlite.remembered import Remembered
    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.sqlite.search_sql import Range, Scope

_LOOKED_UP = 1000
"""Rows that are read by their numbers at once."""


class _LookedUp(NamedTuple):
    """A message that was read by its row number and matches."""

    key: str
    cursor: MessageCursor
    text: str


class _Gathered:
    """What matches among picked rows.

    Args:
        db: The connection, in a transaction.
        scope: Where to look.
        matcher: Tells which rows match.
        memory: What is known of ranges; takes what is found out.
    """

    def __init__(self, db: Database, scope: Scope, matcher: Matcher, memory: Remembered) -> None:
        self._db = db
        self._scope = scope
        self._matcher = matcher
        self._memory = memory
        self._counts = Counter[str]()
        self._newest: dict[str, MessageCursor] = {}
        self._texts: dict[Any, str] = {}

    def take(self, picked: Picked) -> None:
        """Take in what matches among rows."""
        undecided = None
        if picked.span is not None and looks_at_all(self._matcher.query):
            undecided, has_others = self._undecided(picked.span)
            if not undecided and not has_others:
                return
            if picked.is_common and self._matcher.is_told_by_words:
                picked = self._take_common(picked, picked.span, undecided)
        self._take_pack(pack_of(self._db, self._scope, picked, self._matcher, undecided))

    def hits(self) -> list[ConversationHits]:
        """Return the conversations with messages that match."""
        unread = [cursor.tie for cursor in self._newest.values() if cursor.tie not in self._texts]
        self._texts |= _texts(self._db, unread)[0]
        return [
            ConversationHits(key, self._counts[key], newest, self._matcher.excerpt(self._texts[newest.tie]))
            for key, newest in self._newest.items()
        ]

    def _add(self, key: str, messages: int, newest: MessageCursor) -> None:
        self._counts[key] += messages
        if key not in self._newest or is_newer(newest, self._newest[key]):
            self._newest[key] = newest

    def _undecided(self, span: Range) -> tuple[Sequence[int], bool]:
        """Return which rows of a range ``LIKE`` cannot decide, and whether others may match."""
        known = self._memory.undecided.within(span)
        if known is not None:
            return known, True
        words = prefilter(self._matcher.query, is_told_by_words=False, undecided=NOTHING).may_match
        found = undecided_in(self._db, span, words)
        self._memory.undecided.note(span, found.rows)
        return found

    def _take_common(self, picked: Picked, span: Range, undecided: Sequence[int]) -> Picked:
        """Take in what can be told of a range all at once; return what is left of it."""
        if not self._memory.layouts.may_have(span):
            return picked
        words = prefilter(self._matcher.query, is_told_by_words=True).plainly
        read = read_common(self._db, picked.clause, words, self._memory.layouts.of(span), undecided)
        self._memory.layouts.note(span, read.layout)
        if read.layout is None:
            return picked
        theirs = _wanted(self._db, self._scope, read.layout.names)
        found = common_hits(read, read.layout, self._matcher, theirs)
        newest = self._read(found.newest) if found is not None else {}
        if found is None or any(cursor.instant == UNREADABLE for cursor in newest.values()):
            return picked
        for key, cursor in newest.items():
            self._add(key, found.counts[key], cursor)
        return Picked(these(found.unsure))

    def _read(self, rows: dict[str, int]) -> dict[str, MessageCursor]:
        """Read the messages with some row numbers; return their places, by the keys that are given for them."""
        texts, times = _texts(self._db, [*rows.values()])
        self._texts |= texts
        return {key: MessageCursor(instant_of(times[row]), row) for key, row in rows.items()}

    def _take_pack(self, pack: Pack) -> None:
        theirs = _wanted(self._db, self._scope, pack.names)
        found = pack.only(_matches(pack, theirs, self._matcher))
        places = _newest_places(found)
        for key, messages in Counter(found.names).items():
            if key in theirs:
                place = places[key]
                self._add(key, messages, MessageCursor(instant_of(found.times[place]), found.rows[place]))
        for each in _looked_up(self._db, self._scope, pack, self._matcher):
            self._add(each.key, 1, each.cursor)
            if self._newest[each.key] == each.cursor:
                self._texts[each.cursor.tie] = each.text


def hits(db: Database, scope: Scope, picked: Picked, matcher: Matcher, memory: Remembered) -> list[ConversationHits]:
    """Return the conversations with messages that match among picked rows.

    Args:
        db: The connection.
        scope: Where to look.
        picked: Which rows.
        matcher: Tells which rows match.
        memory: What is known of ranges; takes what is found out.

    Raises:
        StoppedError: the caller has had enough.
    """
    gathered = _Gathered(db, scope, matcher, memory)
    with snapshot(db):
        gathered.take(picked)
        return gathered.hits()


def places(db: Database, scope: Scope, picked: Picked, matcher: Matcher) -> list[MessageCursor]:
    """Return the places of the messages that match among picked rows.

    Args:
        db: The connection.
        scope: Where to look.
        picked: Which rows.
        matcher: Tells which rows match.

    Raises:
        StoppedError: the caller has had enough.
    """
    with snapshot(db):
        pack = pack_of(db, scope, picked, matcher, None)
        found = pack.only(_matches(pack, _wanted(db, scope, pack.names), matcher))
        plain = map(MessageCursor, map(instant_of, found.times), found.rows)
        return [*plain, *(each.cursor for each in _looked_up(db, scope, pack, matcher))]


def _wanted(db: Database, scope: Scope, names: Collection[str]) -> set[str]:
    """Return those of some conversations in which one looks."""
    if not names:
        return set()
    where = scope.conversations
    found = db.execute(
        "SELECT c.id FROM json_each(?) AS named CROSS JOIN"
        f" (SELECT id FROM conversations WHERE {where.sql}) AS c ON c.id = named.value",
        (keys_json(set(names)), *where.parameters),
    )
    return {name for (name,) in found}


def _matches(pack: Pack, theirs: set[str], matcher: Matcher) -> bytearray:
    """Return for each row whether it matches, 1 or 0; 0 too where it has to be read by its number."""
    matches = pack.certain
    for place, content in zip(pack.handed, pack.contents, strict=False):
        if pack.names[place] not in theirs:
            continue
        if matcher.has_time_limits and not matcher.is_in_time(instant_of(pack.times[place])):
            continue
        look = pack.looks[place]
        role = TOOL_CALLS if look in "12" else None
        matches[place] = matcher.is_hit(role, content, is_plain_hit=look in "13")
    return matches


def _newest_places(pack: Pack) -> dict[str, int]:
    """Return where in a pack the newest message of each conversation stands."""
    if pack.has_usual_times:
        # Their texts compare as the times do.
        places = _newest(pack.names, pack.times, pack.rows)
        if all(instant_of(pack.times[place]) != UNREADABLE for place in places.values()):
            return places
    return _newest(pack.names, [*map(_time_key, pack.times)], pack.rows)


def _newest(names: Sequence[str], times: Sequence[Any], rows: Sequence[int]) -> dict[str, int]:
    """Return where the newest message of each conversation stands: the one of the greatest time, and then row."""
    order: Sequence[int] = range(len(rows))
    if rows != sorted(rows) or times != sorted(times):
        order = sorted(order, key=lambda place: (times[place], rows[place]))
    return dict(zip(map(names.__getitem__, order), order, strict=True))


def _time_key(stored: str) -> tuple[bool, int]:
    """Return what orders stored times, those that cannot be read before all others."""
    instant = instant_of(stored)
    return instant != UNREADABLE, instant


def _looked_up(db: Database, scope: Scope, pack: Pack, matcher: Matcher) -> Iterator[_LookedUp]:
    """Yield the messages that match among those that have to be read by their numbers."""
    numbers = pack.by_number
    plainly = prefilter(matcher.query, is_told_by_words=False).plainly
    sql = (
        f"SELECT m.rowid, m.created_at, c.number, c.name, m.role, m.content, {plainly.sql}"
        " FROM conversation_messages AS m CROSS JOIN (SELECT rowid AS number, id AS name FROM conversations"
        f" WHERE {scope.conversations.sql}) AS c ON c.name = m.conversation_id WHERE m.{THESE_ROWS}"
    )
    for start in range(0, len(numbers), _LOOKED_UP):
        these = keys_json(numbers[start : start + _LOOKED_UP])
        with closing(db.execute(sql, (*plainly.parameters, *scope.conversations.parameters, these))) as rows:
            for row, created_at, number, name, role, content, is_plain_hit in rows:
                cursor = MessageCursor(instant_of(created_at), row)
                if matcher.is_in_time(cursor.instant):
                    text = matcher.text(role, content, is_plain_hit=bool(is_plain_hit))
                    if text is not None:
                        yield _LookedUp(key_of(name, number), cursor, text)


def _texts(db: Database, rowids: Sequence[Any]) -> tuple[dict[Any, str], dict[Any, Any]]:
    """Return what is searched of the messages with some row numbers, and their times as stored."""
    sql = f"SELECT rowid, created_at, role, content FROM conversation_messages WHERE {THESE_ROWS}"
    rows = db.execute(sql, (keys_json(rowids),)).fetchall()
    texts = {row: searched_text(role, text_of(content, set())) for row, _, role, content in rows}
    return texts, {row: at for row, at, *_ in rows}
