"""Compare texts without regard to case and accents, in every script, and say where in the text as it is they agree.

Pure: texts in, texts and offsets out; never raises. A folded text is the NFKD of a text without its combining marks,
casefolded. Each character is folded by itself, so that the fold of a text is the folds of its pieces laid end to end.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PIECE = 8192
"""Characters of a long text that are folded at once."""


_BASIC = (range(0x80, 0x3400), range(0xA000, 0xAC00), range(0xF900, 0xFFFE))
"""Where the basic plane has marks and characters that fold to ASCII: neither among Han nor Hangul."""
_HIGH = (range(0x10000, 0x12000), range(0x16A00, 0x17000), range(0x1BC00, 0x1BD00), range(0x1D000, 0x1FC00))
"""Where the other planes have them."""
_IS_HIGH = re.compile("[\U00010000-\U0010ffff]")
_ASCII = bytes(range(128))


# One class for the basic plane is searched ten times as fast as one for all planes.
@cache
def _marks(places: tuple[range, ...]) -> re.Pattern[str]:
    return _class_of(places, lambda character: unicodedata.combining(character) != 0)


@cache
def _disguises(places: tuple[range, ...]) -> re.Pattern[str]:
    """Return the class of the characters whose fold has ASCII in it, or is nothing."""
    return _class_of(places, _is_disguise)


def _is_disguise(character: str) -> bool:
    if character.casefold() == character and not unicodedata.decomposition(character):
        return unicodedata.combining(character) != 0
    fold = folded(character)
    return not fold or any(map(str.isascii, fold))


def _class_of(places: tuple[range, ...], has: Callable[[str], bool]) -> re.Pattern[str]:
    """Return the class of the characters that pass a test, several in a row as one match."""
    codes = (code for place in places for code in place if has(chr(code)))
    parts = []
    for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        near = [code for _, code in run]
        parts.append(f"\\U{near[0]:08x}-\\U{near[-1]:08x}")
    return re.compile(f"[{''.join(parts)}]+")


def folded(text: str) -> str:
    """Return a text as it is compared."""
    if text.isascii():
        return text.lower()
    text = _marks(_BASIC).sub("", unicodedata.normalize("NFKD", text))
    if _IS_HIGH.search(text):
        text = _marks(_HIGH).sub("", text)
    return text.casefold()


def hides(text: str) -> bool:
    """Tell whether a text may have a word of ASCII that it does not show plainly: é for e, or a mark in between.

    Quicker than folding: of most texts only a few quotation marks and dashes need a look.
    """
    rare = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    if not rare:
        return False
    others = rare.decode("utf-8", "surrogatepass")
    if _disguises(_BASIC).search(others):
        return True
    return b"\xf0" in rare and _disguises(_HIGH).search(others) is not None


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
