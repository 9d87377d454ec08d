"""Count the messages of a range that have a common word.

Most of what a search has to know of a row does not depend on the word: whose it is, whether it can be decided by
``LIKE``, where it stands in time. This is the layout of a range, which is read once for a state of the file. After
that SQLite says but one digit of each row. JSON of tool calls may hide or make up a word: so the layout has, too,
what they do not show, and those that have a word there are looked at.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from store.domain.tool_calls import USUALLY_HIDDEN, hidden_text
from store.domain.turns import TOOL_CALLS
from store.ironclaw0.sqlite.search_packs import BETWEEN, BETWEEN_TEXTS, PACKED_BYTES, SIZE, are_usual
from store.ironclaw0.sqlite.search_prefilter import MAY_HOLD_PICTURE
from store.ironclaw0.sqlite.search_undecided import numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from store.core.clause import Clause
    from store.core.matching import Matcher
    from store.ironclaw0.sqlite.schema import Database

_IS_CALL = f"(m.role IS '{TOOL_CALLS}' AND {SIZE} <= {PACKED_BYTES})"
_IS_DOUBTFUL = (
    "(typeof(m.content) <> 'text' OR typeof(m.created_at) <> 'text' OR typeof(m.conversation_id) <> 'text'"
    f" OR CASE WHEN m.role IS '{TOOL_CALLS}' THEN {SIZE} > {PACKED_BYTES} ELSE {MAY_HOLD_PICTURE} END)"
)
_LAYOUT = (
    ", group_concat(m.rowid), group_concat(m.conversation_id, char(31)), group_concat(m.created_at, char(31)),"
    f" group_concat(m.rowid) FILTER (WHERE {_IS_CALL}), group_concat(m.content, char(30)) FILTER (WHERE {_IS_CALL}),"
    f" group_concat(m.rowid) FILTER (WHERE {_IS_DOUBTFUL})"
)
_MOST_NAMES = 2**16
_AS_BITS = bytes.maketrans(b"01", b"\0\1")


class Layout(NamedTuple):
    """The rows of a range by ascending number, in which no later one is older."""

    rows: Sequence[int]
    names: tuple[str, ...]
    """The ids of their conversations."""
    owners: array[int]
    """For each row the place of its conversation in ``names``."""
    calls: array[int]
    """The places of rows with tool calls of which it is known what they hide."""
    hidden: str
    """What each of them hides, see ``tool_calls.hidden_text``, with ``BETWEEN_TEXTS`` in between."""
    opaque: array[int]
    """The places of other rows with tool calls, which have to be looked at if ``LIKE`` finds a word."""
    doubtful: tuple[int, ...]
    """The places of rows that have to be looked at whether or not ``LIKE`` finds a word."""


class Common(NamedTuple):
    """What was found in a range, without the rows that have to be looked at."""

    counts: dict[str, int]
    """How many messages match, by conversation."""
    newest: dict[str, int]
    """The newest row of them."""
    unsure: list[int]
    """The rows that have to be looked at."""


class Read(NamedTuple):
    """What was read of a range for some words."""

    layout: Layout | None
    digits: str
    """For each row whether ``LIKE`` finds every word."""


def read_common(
    db: Database, between: Clause, words: Clause, layout: Layout | None, undecided: Collection[int]
) -> Read:
    """Read a range; its layout, too, if it is not given.

    There is no layout where later rows are older, or times odd.

    Args:
        db: The connection, in a transaction.
        between: The condition that picks the rows.
        words: What is true of every row in which ``LIKE`` finds every word.
        layout: What is known of the rows.
        undecided: The rows that ``LIKE`` cannot decide.
    """
    digits, *packed = db.execute(
        f"SELECT group_concat({words.sql} IS TRUE, ''){'' if layout else _LAYOUT}"
        f" FROM conversation_messages AS m WHERE {between.sql}",
        (*words.parameters, *between.parameters),
    ).fetchone()
    return Read(layout or _laid_out(packed, undecided), digits or "")


def common_hits(read: Read, layout: Layout, matcher: Matcher, theirs: Collection[str]) -> Common | None:
    """Count what matches in a range; ``None`` if that cannot be told so.

    Args:
        read: What was read of the range.
        layout: Its layout.
        matcher: Says what is told by words alone.
        theirs: The conversations that count.
    """
    is_hit = bytearray(read.digits.encode().translate(_AS_BITS))
    if len(is_hit) != len(layout.rows):
        return None
    unsure = sorted({*layout.doubtful, *(place for place in _unsure_calls(layout, matcher) if is_hit[place])})
    for place in unsure:
        is_hit[place] = False
    counts = Counter(compress(layout.owners, is_hit))
    newest = dict(zip(compress(layout.owners, is_hit), compress(layout.rows, is_hit), strict=True))
    wanted = {owner: name for owner in counts if (name := layout.names[owner]) in theirs}
    return Common(
        {name: counts[owner] for owner, name in wanted.items()},
        {name: newest[owner] for owner, name in wanted.items()},
        [layout.rows[place] for place in unsure],
    )


def _unsure_calls(layout: Layout, matcher: Matcher) -> Iterator[int]:
    """Yield the places of tool calls that may hide a word."""
    yield from layout.opaque
    words = matcher.query.words
    if not matcher.is_told_by_calls or any(word in usual for word in words for usual in USUALLY_HIDDEN):
        yield from layout.calls
    elif any(word in layout.hidden for word in words):
        hidden = layout.hidden.split(BETWEEN_TEXTS)
        yield from (
            place for place, text in zip(layout.calls, hidden, strict=True) if any(word in text for word in words)
        )


def _laid_out(packed: Sequence[Any], undecided: Collection[int]) -> Layout | None:
    """Return the layout of packed rows, if they have one."""
    rows, names, times, calls, contents, odd = packed
    if rows is None or type(names) is not str or type(times) is not str or "\0" in names:
        return None
    numbered, owned, at = numbers(rows), names.split(BETWEEN), times.split(BETWEEN)
    if not len(owned) == len(at) == len(numbered) or not are_usual(at) or at != sorted(at):
        return None
    places = {name: place for place, name in enumerate(dict.fromkeys(owned))}
    if len(places) > _MOST_NAMES:
        return None
    first, last = numbered[0], numbered[-1]
    within = range(first, last + 1) if last - first == len(numbered) - 1 else array("q", numbered)
    doubtful = {*undecided, *numbers(odd)}
    hidden = _hidden(numbers(calls), contents, doubtful)
    return Layout(
        within,
        tuple(map(sys.intern, places)),
        array("H", map(places.__getitem__, owned)),
        array("I", _places(within, [row for row, text in hidden.items() if text is not None])),
        BETWEEN_TEXTS.join(text for text in hidden.values() if text is not None),
        array("I", _places(within, [row for row, text in hidden.items() if text is None])),
        tuple(_places(within, doubtful)),
    )


def _hidden(calls: Sequence[int], contents: object, doubtful: Collection[int]) -> dict[int, str | None]:
    """Return what rows with tool calls hide, ``None`` if that is not known; nothing of those that are doubtful."""
    texts: Sequence[str | None] = contents.split(BETWEEN_TEXTS) if isinstance(contents, str) else []
    if len(texts) != len(calls):
        texts = [None] * len(calls)
    hidden = {row: text and hidden_text(text) for row, text in zip(calls, texts, strict=True)}
    return {row: text for row, text in hidden.items() if row not in doubtful}


def _places(rows: Sequence[int], some: Collection[int]) -> list[int]:
    """Return where some rows stand among ascending ones."""
    if isinstance(rows, range):
        return [row - rows.start for row in sorted(some) if row in rows]
    found = [(bisect_left(rows, row), row) for row in sorted(some)]
    return [place for place, row in found if place < len(rows) and rows[place] == row]
