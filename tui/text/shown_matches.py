"""Find what was looked for in text as it is shown: a stand-in for an unseen character does not part a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.domain.folding import INVISIBLE, Span
from store.domain.query import LONGEST, matches

if TYPE_CHECKING:
    from store.domain.query import Query

_STAND_IN = re.compile("<U\\+([0-9A-F]{4,6})>")
_UNSEEN = frozenset(INVISIBLE)
_STRETCH, _OVERLAP = 65_536, 2 * LONGEST
"""Characters looked through at once, and how long a match may be."""


def shown_matches(text: str, query: Query) -> list[Span]:
    """Return where a text that went through ``visible`` has the words and phrases of a query, in order and apart."""
    gaps = [gap.span() for gap in _STAND_IN.finditer(text) if int(gap[1], 16) in _UNSEEN] if "<U+" in text else []
    if not gaps:
        return matches(text, query)
    kept: list[int] = []
    at = 0
    for start, end in (*gaps, (len(text), len(text))):
        kept += range(at, start)
        at = end
    bare = "".join(text[place] for place in kept)
    return [Span(kept[start], kept[end - 1] + 1) for start, end in matches(bare, query)]


def end_of_match(text: str, query: Query, after: int, *, is_last: bool) -> int | None:
    """Return where the first match of a stored text ends that reaches beyond a place; ``None`` if none does.

    Args:
        text: The text as it is stored.
        query: What is sought.
        after: The place.
        is_last: Whether the last match is meant instead.
    """
    starts = range(max(0, after - _OVERLAP), len(text), _STRETCH)
    for start in reversed(starts) if is_last else starts:
        found = matches(text[start : start + _STRETCH + _OVERLAP], query)
        ends = [start + span.end for span in found if start + span.end > after]
        if ends:
            return ends[-1 if is_last else 0]
    return None
