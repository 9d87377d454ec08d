"""Say in SQL which messages may match a query, and which of those have to be looked at to tell.

SQL never loses a hit: ``LIKE`` ignores case for ASCII only, so it decides for texts of ASCII; whatever else is stored
(other scripts, NUL, bytes) is let through. ``length`` tells the two apart: it counts characters, up to a NUL. Of tool
calls, which are JSON, what may be escaped is let through, too. Where ``LIKE`` finds a word of ASCII, folding finds it
as well, so that only tool calls and what may be a picture have to be looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.core.clause import Clause
from store.core.like_patterns import ESCAPE, containing, containing_in_json, parts_of, stand_for_bytes
from store.core.matching import UNICODE_ESCAPE
from store.domain.turns import TOOL_CALLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.domain.query import Query

_IS_ODD = "(typeof(m.content) <> 'text' OR length(m.content) <> length(CAST(m.content AS BLOB)))"
_HAS_USUAL_OWNER = "typeof(m.conversation_id) = 'text'"
HAS_ESCAPES = f"(m.role = '{TOOL_CALLS}' AND m.content LIKE '%{UNICODE_ESCAPE}%')"
"""Whether a message is of tool calls, whose JSON may have any character in place of another.

``LIKE`` looks for a text much faster than ``instr`` does; without ESCAPE a backslash is itself.
"""
MAY_HOLD_PICTURE = "(m.content GLOB '*;base64,*' OR m.content GLOB '*/9j/*' OR m.content GLOB '*G[ORg]*')"
"""Says of every text of which ``pictures.may_hold_picture`` says so; rare letters first, which is quick."""


class Prefilter(NamedTuple):
    """What SQL can tell of a query about the messages called ``m``."""

    may_match: Clause
    """Whether a message may match."""
    plainly: Clause
    """Whether a message has every word, told by ``LIKE`` alone."""
    is_certain: Clause
    """Whether a message that may match does, without a look at it."""


UNDECIDED = Clause(f"({HAS_ESCAPES} OR {_IS_ODD})")
"""Whether ``LIKE`` cannot tell if a message has a word, whatever the word."""


def prefilter(query: Query, *, is_told_by_words: bool, undecided: Clause = UNDECIDED) -> Prefilter:
    """Return what SQL can tell of a query.

    Args:
        query: The query.
        is_told_by_words: Whether every text matches that has its words.
        undecided: ``UNDECIDED``, or a quicker condition that says the same.
    """
    parts = parts_of(query)
    if not parts:
        return Prefilter(Clause("1"), Clause("1"), Clause(_HAS_USUAL_OWNER if is_told_by_words else "0"))
    if stand_for_bytes(parts):
        return Prefilter(Clause("1"), Clause("1"), Clause("0"))
    if not all(part.isascii() for part in parts):
        return Prefilter(undecided, Clause("0"), Clause("0"))
    plainly = _like([containing(part) for part in parts])
    loosely = _like([containing_in_json(part) for part in parts])
    may_match = plainly | undecided
    if loosely != plainly:
        may_match |= Clause(f"(m.role = '{TOOL_CALLS}' AND {loosely.sql})", loosely.parameters)
    if not is_told_by_words:
        return Prefilter(may_match, plainly, Clause("0"))
    usual = f"m.role <> '{TOOL_CALLS}' AND typeof(m.content) = 'text' AND {_HAS_USUAL_OWNER}"
    return Prefilter(may_match, plainly, Clause(usual) & plainly & Clause(f"NOT {MAY_HOLD_PICTURE}"))


def _like(patterns: Sequence[str]) -> Clause:
    # ESCAPE makes LIKE slower.
    sql = " AND ".join("m.content LIKE ?" + f" ESCAPE '{ESCAPE}'" * (ESCAPE in each) for each in patterns)
    return Clause(f"({sql})", tuple(patterns))
