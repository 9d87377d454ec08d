"""Write signs whose width terminals disagree about so that every terminal takes the same cells for them. Pure.

A terminal may or may not widen a sign for U+FE0F, join emoji at U+200D, and lay a skin tone over the sign before it.
What is painted has none of the three: the first sign of each group, and blanks up to the cells counted for it.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

_PICTOGRAPHS = "\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_TONES = "\U0001f3fb-\U0001f3ff"
_UNSTEADY = re.compile(f"[\ufe0e\ufe0f\u200d{_TONES}]")
_GROUP = re.compile(rf"(.?)((?:[\ufe0e\ufe0f\u20e3{_TONES}]|\u200d[{_PICTOGRAPHS}])+)", re.DOTALL)


def is_steady(text: str) -> bool:
    """Tell whether every terminal takes the same cells for a text."""
    return text.isascii() or not _UNSTEADY.search(text)


def steady(text: str) -> str:
    """Return a text that takes as many cells as before, and the same in every terminal."""
    if is_steady(text):
        return text
    return set_cell_size(_GROUP.sub(_first_sign, text), cell_len(text))


def _first_sign(match: re.Match[str]) -> str:
    sign, marks = match[1] or match[2][0], match[2]
    if sign in "\ufe0e\ufe0f":
        sign = ""
    # A keycap is a sign of its own; elsewhere its frame is kept as any other mark would be.
    kept = sign + ("\u20e3" if sign and "\u20e3" in marks else "")
    return kept + " " * (cell_len(match[0]) - cell_len(kept))
