"""Compare two texts word by word. Pure, bounded in what it looks at; texts come in as stored and go out so."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

WORDS = 3000
"""Words of each text that are compared."""
CHARACTERS = 60_000
"""Characters of each text that are looked at."""
_WORD = re.compile(r"\S+|\s+")


class Piece(NamedTuple):
    """A stretch of text that stayed, went or came."""

    sign: str
    """A blank, ``−`` or ``+``."""
    text: str


def word_diff(before: str, after: str) -> tuple[list[Piece], bool]:
    """Return how one text became another, and whether all of both was looked at.

    Words that are frequent in a long text are not matched by themselves, which keeps hostile texts cheap.
    """
    old, is_all_old = _words(before)
    new, is_all_new = _words(after)
    pieces: list[Piece] = []
    # Blanks match beside words that do, never by themselves.
    for kind, left, left_end, right, right_end in SequenceMatcher(str.isspace, old, new).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(" ", "".join(new[right:right_end])))
            continue
        if left_end > left:
            pieces.append(Piece("−", "".join(old[left:left_end])))
        if right_end > right:
            pieces.append(Piece("+", "".join(new[right:right_end])))
    return pieces, is_all_old and is_all_new


def _words(text: str) -> tuple[list[str], bool]:
    found = _WORD.findall(text[:CHARACTERS])
    return found[:WORDS], len(text) <= CHARACTERS and len(found) <= WORDS
