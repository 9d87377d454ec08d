"""Read a text without what hides in it: characters that nobody sees, and letters in a wider or slanted form.

Whoever looks for words reads on the clear text, and is told where in the text as it is they stand.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from itertools import accumulate

_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
_FORMS = "\u2010\u2011\uff0d-\uff1a\uff1d\uff20-\uff3a\uff3f\uff41-\uff5a\U0001d400-\U0001d7ff"
"""Full-width signs that stand in names and keys, letters of mathematics, hyphens."""
_ANY = re.compile(f"[{_HIDDEN}{_FORMS}]")
_HIDDEN_RUN = re.compile(f"[{_HIDDEN}]+")
_FORM = re.compile(f"[{_FORMS}]")


class ClearText:
    """A text without what hides in it.

    Args:
        stored: The text as it is.
    """

    def __init__(self, stored: str) -> None:
        self.text = stored
        self._places: list[int] = []
        self._gone: list[int] = []
        if stored.isascii() or not _ANY.search(stored):
            return
        runs = [match.span() for match in _HIDDEN_RUN.finditer(stored)]
        if runs:
            self._gone = [0, *accumulate(end - start for start, end in runs)]
            self._places = [start - gone for (start, _), gone in zip(runs, self._gone, strict=False)]
            self.text = _HIDDEN_RUN.sub("", stored)
        self.text = _FORM.sub(_plain, self.text)

    def stored_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of the clear text, not an empty one, begins and ends in the text as it is."""
        if not self._places:
            return start, end
        before = self._gone[bisect_right(self._places, start)]
        within = self._gone[bisect_left(self._places, end)]
        return start + before, end + within


def _plain(match: re.Match[str]) -> str:
    if match[0] in "\u2010\u2011":
        return "-"
    form = unicodedata.normalize("NFKC", match[0])
    return form if len(form) == 1 else match[0]
