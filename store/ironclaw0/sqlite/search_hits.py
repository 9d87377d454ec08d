"""Read the messages of a range that match.

To hand a row from SQLite to Python takes longer than to tell whether it matches. So one statement packs what it finds
in a range into a few texts, which are cut apart here: of each message that may match its row number, its time, its
conversation, and a digit that says whether it matches for certain or has to be looked at; and the contents of those
that have to be. What cannot be packed so, such as texts that are long or no UTF-8, is read by its row number.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.clause import Clause
from store.core.stored_values import text_of
from store.domain.search_results import ConversationHits, is_newer
from store.domain.timestamps import instant_of, stored_date
from store.domain.tool_calls import searched_text
from store.domain.turns import TOOL_CALLS
from store.engines.sqlite.database import keys_json, snapshot
from store.ironclaw0.sqlite.row_handles import THESE_ROWS, key_of
from store.ironclaw0.sqlite.search_prefilter import UNDECIDED, prefilter
from store.ironclaw0.sqlite.search_sql import EVERY_ROW
from store.records import UNREADABLE, MessageCursor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.core.matching import Matcher
    from store.core.search_memory import UndecidedRows
    from store.domain.query import Query
    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.sqlite.search_sql import Range, Scope

_BETWEEN, _AFTER_TEXT = "\x1f", "\x1e"
"""What stands between packed values, and between packed contents."""
_PACKED_BYTES = 4096
"""A longer content is read by its row number, so that a pack stays small."""
_LARGE = 65_536
"""SQLite reads a content anew for every condition: a larger one is looked at by Python alone."""
_CERTAIN, _BY_NUMBER, _HANDED = "0", "5", "1234"
"""It matches; it has to be read by its number; its content is packed: a tool call (1, 2) or a text (3, 4), that has
every word plainly (1, 3) or not."""
_IS_CERTAIN = bytes(chr(byte) == _CERTAIN for byte in range(256))
_IS_HANDED = bytes(chr(byte) in _HANDED for byte in range(256))
_LOOKED_UP = 1000
"""Rows that are read by their numbers at once."""
_USUAL_TIME = b"0000-00-00T00:00:00.000Z"
_AS_ZERO = bytes.maketrans(b"123456789", b"000000000")


class Picked(NamedTuple):
    """The rows that a step reads."""

    clause: Clause
    """The condition that picks them."""
    span: Range | None = None
    """The whole range of rows that they are, if what is undecided in it is worth remembering."""


class _Pack(NamedTuple):
    """What one statement found, by ascending row number."""

    rows: list[int]
    times: list[str]
    names: list[str]
    """The ids of their conversations."""
    looks: str
    """A digit each."""
    contents: str
    """What has to be looked at, one after the other."""
    has_usual_times: bool
    """All times have the form that IronClaw writes: their texts compare as the times do."""

    def only(self, wanted: bytearray) -> _Pack:
        """Return the rows for which there is a 1."""
        rows, times = [*compress(self.rows, wanted)], [*compress(self.times, wanted)]
        return self._replace(rows=rows, times=times, names=[*compress(self.names, wanted)])


class _LookedUp(NamedTuple):
    """A message that was read by its row number and matches."""

    key: str
    cursor: MessageCursor
    text: str


def hits(
    db: Database, scope: Scope, picked: Picked, matcher: Matcher, undecided: UndecidedRows
) -> list[ConversationHits]:
    """Return the conversations with messages that match among picked rows.

    Args:
        db: The connection.
        scope: Where to look.
        picked: Which rows.
        matcher: Tells which rows match.
        undecided: What is known of the rows; takes what is found out.

    Raises:
        StoppedError: the caller has had enough.
    """
    with snapshot(db):
        pack = _packed(db, scope, picked, matcher, undecided)
        theirs = _wanted(db, scope, pack)
        numbers, newest = _counted(pack.only(_matches(pack, theirs, matcher)), theirs)
        texts: dict[str, str] = {}
        for found in _looked_up(db, scope, pack, matcher):
            numbers[found.key] += 1
            if found.key not in newest or is_newer(found.cursor, newest[found.key]):
                newest[found.key], texts[found.key] = found.cursor, found.text
        texts |= _texts(db, {cursor.tie: key for key, cursor in newest.items() if key not in texts})
    return [ConversationHits(key, numbers[key], newest[key], matcher.excerpt(texts[key])) for key in newest]


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
        pack = _packed(db, scope, picked, matcher, None)
        found = pack.only(_matches(pack, _wanted(db, scope, pack), matcher))
        certain = map(MessageCursor, map(instant_of, found.times), found.rows)
        return [*certain, *(each.cursor for each in _looked_up(db, scope, pack, matcher))]


def _packed(db: Database, scope: Scope, picked: Picked, matcher: Matcher, undecided: UndecidedRows | None) -> _Pack:
    """Read what may match among picked rows."""
    query = matcher.query
    of_role, of_time = _of_role(query), _of_time(query)
    span = picked.span if undecided and of_role is of_time is EVERY_ROW else None
    known = undecided.within(span) if undecided and span else None
    likely = prefilter(
        query,
        is_told_by_words=matcher.is_told_by_words,
        undecided=UNDECIDED if known is None else Clause(f"m.{THESE_ROWS}", (keys_json(known),)),
    )
    where = picked.clause & scope.rows & of_time & of_role & likely.may_match
    size = "length(CAST(m.content AS BLOB))"
    kind = f"1 + 2 * (m.role IS NOT '{TOOL_CALLS}') + NOT {likely.plainly.sql}"
    look = (
        f"CASE WHEN {size} > {_LARGE} THEN {_BY_NUMBER} WHEN {likely.is_certain.sql} THEN {_CERTAIN}"
        f" WHEN typeof(m.content) = 'text' AND {size} <= {_PACKED_BYTES} THEN {kind} ELSE {_BY_NUMBER} END"
    )
    is_undecided = UNDECIDED.sql if known is None and span else "0"
    found = db.execute(
        "SELECT group_concat(CASE WHEN is_undecided THEN row END), count(*), group_concat(row),"
        " group_concat(at, char(31)), group_concat(name, char(31)), group_concat(look, ''),"
        " group_concat(CASE WHEN look BETWEEN 1 AND 4 THEN content END, char(30))"
        f" FROM (SELECT {is_undecided} AS is_undecided, m.rowid AS row, ifnull(m.created_at, '') AS at,"
        f" ifnull(m.conversation_id, '') AS name, {look} AS look, m.content AS content"
        f" FROM conversation_messages AS m WHERE {where.sql} LIMIT -1)",
        (*likely.is_certain.parameters, *likely.plainly.parameters, *where.parameters),
    )
    found_undecided, *packed = found.fetchone()
    if undecided and span and known is None:
        undecided.note(span, _numbers(found_undecided))
    return _unpacked(*packed)


def _numbers(packed: str | None) -> list[int]:
    """Cut packed numbers apart."""
    return [int(number) for number in packed.split(",")] if packed else []


def _of_role(query: Query) -> Clause:
    """Return the condition that a message has the role that is looked for."""
    where = EVERY_ROW if query.role is None else Clause("m.role = ? COLLATE NOCASE", (query.role,))
    if query.tool is not None:
        where &= Clause(f"m.role = '{TOOL_CALLS}'")
    return where if query.has_tools else where & Clause(f"m.role IS NOT '{TOOL_CALLS}'")


def _of_time(query: Query) -> Clause:
    """Return the condition that spares what was written some days away from the times that are looked for.

    Stored times differ in form; those that are dates agree in how the date is written.
    """
    if query.since is None and query.until is None:
        return EVERY_ROW
    first = "" if query.since is None else stored_date(query.since, -1)
    last = ":" if query.until is None else stored_date(query.until, 2)
    is_date, is_near = "m.created_at BETWEEN '0' AND ':'", "m.created_at >= ? AND m.created_at < ?"
    return Clause(f"(({is_date}) IS NOT TRUE OR ({is_near}))", (first, last))


def _unpacked(number: int, rows: str | None, *packed: str | None) -> _Pack:
    """Cut packs apart; where one cannot be, every row is read by its number."""
    if rows is None:
        return _Pack([], [], [], "", "", True)
    times, names, looks, contents = (each or "" for each in packed)
    by_number = _numbers(rows)
    pack = _Pack(
        by_number,
        times.split(_BETWEEN),
        names.split(_BETWEEN),
        looks,
        contents,
        times.encode("utf-8", "replace").translate(_AS_ZERO) == _BETWEEN.encode().join([_USUAL_TIME] * number),
    )
    handed = number - looks.count(_CERTAIN) - looks.count(_BY_NUMBER)
    is_clean = all(type(each) is str for each in (times, names, contents)) and "\0" not in names
    has_all = len(pack.times) == len(pack.names) == number and contents.count(_AFTER_TEXT) == max(handed - 1, 0)
    if is_clean and has_all:
        return pack
    return _Pack(by_number, [""] * number, [""] * number, _BY_NUMBER * number, "", False)


def _wanted(db: Database, scope: Scope, pack: _Pack) -> set[str]:
    """Return those of the conversations in a pack in which one looks."""
    if not pack.rows:
        return set()
    where = scope.conversations
    found = db.execute(
        "SELECT c.id FROM json_each(?) AS named CROSS JOIN"
        f" (SELECT id FROM conversations WHERE {where.sql}) AS c ON c.id = named.value",
        (keys_json(set(pack.names)), *where.parameters),
    )
    return {name for (name,) in found}


def _matches(pack: _Pack, theirs: set[str], matcher: Matcher) -> bytearray:
    """Return for each row whether it matches, 1 or 0; 0 too where it has to be read by its number."""
    looks = pack.looks.encode()
    matches = bytearray(looks.translate(_IS_CERTAIN))
    contents = pack.contents.split(_AFTER_TEXT)
    handed = compress(range(len(matches)), looks.translate(_IS_HANDED))
    for place, content in zip(handed, contents, strict=False):
        if pack.names[place] not in theirs:
            continue
        if matcher.has_time_limits and not matcher.is_in_time(instant_of(pack.times[place])):
            continue
        look = looks[place]
        role = TOOL_CALLS if look in b"12" else None
        text = matcher.text(role, content, is_plain_hit=look in b"13")
        matches[place] = text is not None
    return matches


def _counted(pack: _Pack, theirs: set[str]) -> tuple[Counter[str], dict[str, MessageCursor]]:
    """Return how many messages each conversation has in a pack, and the newest of them."""
    numbers = Counter({name: number for name, number in Counter(pack.names).items() if name in theirs})
    newest: dict[str, int] = {}
    if pack.has_usual_times:
        newest = _newest(pack.names, pack.times, pack.rows)
    if any(instant_of(pack.times[place]) == UNREADABLE for place in newest.values()) or not newest:
        newest = _newest(pack.names, [*map(_time_key, pack.times)], pack.rows)
    cursors = {name: MessageCursor(instant_of(pack.times[newest[name]]), pack.rows[newest[name]]) for name in numbers}
    return numbers, cursors


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


def _looked_up(db: Database, scope: Scope, pack: _Pack, matcher: Matcher) -> Iterator[_LookedUp]:
    """Yield the messages that match among those that have to be read by their numbers."""
    numbers = [row for row, look in zip(pack.rows, pack.looks, strict=True) if look == _BY_NUMBER]
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


def _texts(db: Database, keys: dict[Any, str]) -> dict[str, str]:
    """Return what is searched of the messages of some row numbers, by the keys that are given for them."""
    sql = f"SELECT rowid, role, content FROM conversation_messages WHERE {THESE_ROWS}"
    rows = db.execute(sql, (keys_json(keys),))
    return {keys[row]: searched_text(role, text_of(content, set())) for row, role, content in rows}
