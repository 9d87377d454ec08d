"""Say which word of a line lies at a place, as a double click takes it. Pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+(?:[-_.,:;/\\@+~&=?#%'’]+\w+)*")
"""Letters and digits with what joins them in names, paths, addresses, times, numbers; no punctuation at the ends."""
_ASKED = 1000
"""Characters before and after the place that are looked at."""


def word_at(text: str, place: int) -> tuple[int, int]:
    """Return where the word at a place begins and ends; where there is none, the character there.

    Args:
        text: A line.
        place: The position of a character, from 0.
    """
    start = max(0, place - _ASKED)
    for word in _WORD.finditer(text, start, place + _ASKED):
        if word.start() <= place < word.end():
            return word.span()
    return place, max(place, min(place + 1, len(text)))
