"""Read what may match among the messages of a range, packed together.

To hand a row from SQLite to Python takes longer than to tell whether it matches. So one statement packs what it finds
in a range into a few texts, which are cut apart here: of each message that may match its row number, its time, its
conversation, and a digit that says whether it matches for certain or has to be looked at; and the contents of those
that have to be. What cannot be packed so, such as texts that are long or no UTF-8, is left to be read by its number.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from store.core.clause import Clause
from store.domain.timestamps import stored_date
from store.domain.turns import TOOL_CALLS
from store.ironclaw0.sqlite.search_prefilter import UNDECIDED, prefilter
from store.ironclaw0.sqlite.search_sql import EVERY_ROW, these
from store.ironclaw0.sqlite.search_undecided import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.core.matching import Matcher
    from store.domain.query import Query
    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.sqlite.search_sql import Range, Scope

BETWEEN, BETWEEN_TEXTS = "\x1f", "\x1e"
"""What stands between packed values, and between packed contents."""
PACKED_BYTES = 4096
"""A longer content is read by its row number, so that a pack stays small."""
SIZE = "length(CAST(m.content AS BLOB))"
_LARGE = 65_536
"""SQLite reads a content anew for every condition: a larger one is looked at by Python alone."""
_CERTAIN, _BY_NUMBER, _HANDED = "0", "5", "1234"
"""It matches; it has to be read by its number; its content is packed: a tool call (1, 2) or a text (3, 4), that has
every word plainly (1, 3) or not."""
_IS_CERTAIN = bytes(chr(byte) == _CERTAIN for byte in range(256))
_IS_BY_NUMBER = bytes(chr(byte) == _BY_NUMBER for byte in range(256))
_IS_HANDED = bytes(chr(byte) in _HANDED for byte in range(256))
_USUAL_TIME = b"0000-00-00T00:00:00.000Z"
_AS_ZERO = bytes.maketrans(b"123456789", b"000000000")


class Picked(NamedTuple):
    """The rows that a step reads."""

    clause: Clause
    """The condition that picks them."""
    span: Range | None = None
    """The whole range of rows that they are, if they are one."""
    is_common: bool = False
    """So many rows before these match that what is told of all of them pays."""


class Pack(NamedTuple):
    """What one statement found, by ascending row number."""

    rows: list[int]
    times: list[str]
    names: list[str]
    """The ids of their conversations."""
    looks: str
    """A digit each."""
    contents: list[str]
    """What has to be looked at."""
    has_usual_times: bool
    """All times have the form that IronClaw writes: their texts compare as the times do."""

    @property
    def handed(self) -> Iterator[int]:
        """Return the places of what has to be looked at, in the order of the contents."""
        return compress(range(len(self.rows)), self.looks.encode().translate(_IS_HANDED))

    @property
    def certain(self) -> bytearray:
        """Return for each row whether it matches without a look at it, 1 or 0."""
        return bytearray(self.looks.encode().translate(_IS_CERTAIN))

    @property
    def by_number(self) -> list[int]:
        """Return the rows that have to be read by their numbers."""
        return [*compress(self.rows, self.looks.encode().translate(_IS_BY_NUMBER))]

    def only(self, wanted: bytearray) -> Pack:
        """Return the rows for which there is a 1."""
        rows, times = [*compress(self.rows, wanted)], [*compress(self.times, wanted)]
        return self._replace(rows=rows, times=times, names=[*compress(self.names, wanted)])


def pack_of(db: Database, scope: Scope, picked: Picked, matcher: Matcher, undecided: Sequence[int] | None) -> Pack:
    """Read what may match among picked rows.

    Args:
        db: The connection, in a transaction.
        scope: Where to look.
        picked: Which rows.
        matcher: Tells which rows match.
        undecided: Those of the rows that ``LIKE`` cannot decide; ``None`` if that is not known.
    """
    query = matcher.query
    likely = prefilter(
        query,
        is_told_by_words=matcher.is_told_by_words,
        undecided=UNDECIDED if undecided is None else these(undecided),
    )
    where = picked.clause & scope.rows & _of_time(query) & _of_role(query) & likely.may_match
    kind = f"1 + 2 * (m.role IS NOT '{TOOL_CALLS}') + NOT {likely.plainly.sql}"
    look = (
        f"CASE WHEN {SIZE} > {_LARGE} THEN {_BY_NUMBER} WHEN {likely.is_certain.sql} THEN {_CERTAIN}"
        f" WHEN typeof(m.content) = 'text' AND {SIZE} <= {PACKED_BYTES} THEN {kind} ELSE {_BY_NUMBER} END"
    )
    found = db.execute(
        "SELECT count(*), group_concat(row), group_concat(at, char(31)), group_concat(name, char(31)),"
        " group_concat(look, ''), group_concat(content, char(30)) FILTER (WHERE look BETWEEN 1 AND 4)"
        " FROM (SELECT m.rowid AS row, ifnull(m.created_at, '') AS at, ifnull(m.conversation_id, '') AS name,"
        f" {look} AS look, m.content AS content FROM conversation_messages AS m WHERE {where.sql} LIMIT -1)",
        (*likely.is_certain.parameters, *likely.plainly.parameters, *where.parameters),
    )
    return _unpacked(*found.fetchone())


def looks_at_all(query: Query) -> bool:
    """Tell whether every message counts, whatever its role and its time."""
    return _of_role(query) is _of_time(query) is EVERY_ROW


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


def _unpacked(number: int, rows: str | None, *packed: str | None) -> Pack:
    """Cut packs apart; where one cannot be, every row is read by its number."""
    if rows is None:
        return Pack([], [], [], "", [], True)
    times, names, looks, contents = (each or "" for each in packed)
    by_number = numbers(rows)
    handed = number - looks.count(_CERTAIN) - looks.count(_BY_NUMBER)
    if all(type(each) is str for each in (times, names, contents)) and "\0" not in names:
        at = times.split(BETWEEN)
        pack = Pack(
            by_number,
            at,
            names.split(BETWEEN),
            looks,
            contents.split(BETWEEN_TEXTS) if handed else [],
            are_usual(at),
        )
        if len(pack.times) == len(pack.names) == len(looks) == number and len(pack.contents) == handed:
            return pack
    return Pack(by_number, [""] * number, [""] * number, _BY_NUMBER * number, [], False)


def are_usual(times: Sequence[str]) -> bool:
    """Tell whether stored times have the form that IronClaw writes."""
    usual = BETWEEN.encode().join([_USUAL_TIME] * len(times))
    return BETWEEN.join(times).encode("utf-8", "replace").translate(_AS_ZERO) == usual
