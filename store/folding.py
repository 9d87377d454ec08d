"""Compare texts without regard to case and accents, in every script, and say where in the text as it is they agree.

Pure: texts in, texts and offsets out; never raises. A folded text is the NFKD of a text without its combining marks,
casefolded. Each character is folded by itself, so that the fold of a text is the folds of its pieces laid end to end.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PIECE = 8192
"""Characters of a long text that are folded at once."""


def _ranges(of: Callable[[str], bool], first: int, last: int) -> str:
    """Return the inside of a character class for those of the characters that a test picks."""
    chosen = (code for code in range(first, last + 1) if of(chr(code)))
    parts = []
    for _, run in groupby(enumerate(chosen), lambda pair: pair[1] - pair[0]):
        codes = [code for _, code in run]
        parts.append(f"\\U{codes[0]:08x}-\\U{codes[-1]:08x}")
    return "".join(parts)


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0


# Two classes: one for the basic plane is searched ten times as fast as one for all planes.
_MARKS = re.compile(f"[{_ranges(_is_mark, 0x300, 0xFFFF)}]+")
_HIGH = re.compile("[\U00010000-\U0010ffff]")
_HIGH_MARKS = re.compile(f"[{_ranges(_is_mark, 0x10000, 0x1FFFF)}]+")


def folded(text: str) -> str:
    """Return a text as it is compared."""
    if text.isascii():
        return text.lower()
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    if _HIGH.search(text):
        text = _HIGH_MARKS.sub("", text)
    return text.casefold()


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    return folded(character)


def pieces(text: str) -> Iterator[str]:
    """Return a text in pieces that are folded quickly."""
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))


class Span(NamedTuple):
    """Where something stands in a text, as for a slice."""

    start: int
    end: int


def spans(text: str, terms: Iterable[str]) -> list[Span]:
    """Return where terms occur in a text, in order, those that touch as one.

    Args:
        text: Any text.
        terms: What to look for, folded; a space stands for any white space.
    """
    origins = None if text.isascii() else _origins(text)
    seen = folded(text)
    found = sorted(match.span() for term in terms for match in pattern(term).finditer(seen))
    merged: list[Span] = []
    for start, end in found:
        span = Span(start, end) if origins is None else Span(origins[start], _after(text, origins[end - 1]))
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def occurs(term: str, seen: str) -> bool:
    """Tell whether a folded term occurs in a folded text."""
    return term in seen if " " not in term else pattern(term).search(seen) is not None


@lru_cache(maxsize=256)
def pattern(term: str) -> re.Pattern[str]:
    """Return the expression that finds a folded term in a folded text."""
    return re.compile(r"\s+".join(map(re.escape, term.split(" "))))


def origin(text: str, offset: int) -> int:
    """Return which character of a text an offset in its fold comes from; its length if the offset is the end."""
    if text.isascii():
        return offset
    start = 0
    for piece in pieces(text):
        length = len(folded(piece))
        if offset < length:
            return start + _origins(piece)[offset]
        offset -= length
        start += len(piece)
    return len(text)


def _origins(text: str) -> list[int]:
    """Return for each character of a text's fold the place of the character it comes from."""
    return [place for place, character in enumerate(text) for _ in _folded_character(character)]


def _after(text: str, place: int) -> int:
    """Return the place after a character and the marks on it."""
    place += 1
    while place < len(text) and not _folded_character(text[place]):
        place += 1
    return place


def first_of(seen: str, terms: Iterable[str]) -> int | None:
    """Return where the first of some folded terms begins in a folded text."""
    starts = [match.start() for term in terms if (match := pattern(term).search(seen))]
    return min(starts, default=None)
