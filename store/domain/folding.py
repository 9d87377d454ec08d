"""Compare texts without regard to case and accents, in every script, and say where in the text as it is they agree.

Pure: texts in, texts and offsets out; never raises. A folded text is the NFKD of a text without its combining marks
and without what cannot be seen, casefolded, with what a plain keyboard has in place of quotes, dashes and letters
that Unicode does not take apart. Each character is folded by itself, so that the fold of a text is the folds of its
pieces laid end to end.
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


TYPED = {
    "'": "\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u02b9\u02bb\u02bc\u02bd\u05f3\ua78c",
    '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb\u05f4\u301d\u301e\u301f",
    "-": "\u2010\u2012\u2013\u2014\u2015\u2212\u058a\u05be\u2e3a\u2e3b",
    "/": "\u2044\u2215",
    "a": "ⱥ",
    "ae": "æ",
    "b": "ƀƃɓ",
    "c": "ƈȼɕ",
    "d": "đðƌɖɗȡ",
    "e": "ɇ",
    "f": "ƒ",
    "g": "ǥɠ",
    "h": "ħɦⱨ",
    "i": "ıɨ",
    "j": "ȷɉɟʝ",
    "k": "ƙⱪ",
    "l": "łƚɫɬɭȴⱡ",
    "m": "ɱ",
    "n": "ŋƞɲɳȵ",
    "o": "øɵ",
    "oe": "œ",
    "p": "ƥᵽ",
    "q": "ɋʠ",
    "r": "ɍɼɽɾ",
    "s": "ȿʂ",
    "t": "ŧƫƭʈȶⱦ",
    "th": "þ",
    "u": "ʉ",
    "v": "ʋⱱ",
    "w": "ⱳ",
    "x": "×",
    "y": "ƴɏ",
    "z": "ƶȥɀʐʑⱬ",
}
"""What is typed for characters that NFKD leaves as they are, in small letters.

Source: Latin-ASCII of Unicode's CLDR, with the hyphens and apostrophes of other scripts; guillemets as quotes.
"""

_PLAIN = {character: typed for typed, characters in TYPED.items() for character in characters}
_FORESTALLED = {"\u00b4": "'", "\u2033": '"', "\u2036": '"'}
"""What NFKD would make something else of: a space, or two quotes."""

INVISIBLE = (
    *(0x00AD, 0x034F, 0x061C, 0x0640, 0xFEFF),
    *(*range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)),
    *(*range(0xFE00, 0xFE10), *range(0xE0001, 0xE0002), *range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0)),
)
"""What is passed over, as marks are: soft hyphens, joiners and spaces of no width, directions, variants, tatweel.

Source: Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt, without fillers and musical signs.
"""

_INVISIBLE = frozenset(INVISIBLE)
_BASIC = (range(0x80, 0x3400), range(0xA000, 0xAC00), range(0xF900, 0xFFFE))
"""Where the basic plane has marks and characters that fold to ASCII: neither among Han nor Hangul."""
_HIGH = (
    *(range(0x10000, 0x12000), range(0x16A00, 0x17000), range(0x1BC00, 0x1BD00), range(0x1D000, 0x1FC00)),
    range(0xE0000, 0xE0200),
)
"""Where the other planes have them."""
_IS_HIGH = re.compile("[\U00010000-\U0010ffff]")
_ASCII = bytes(range(128))
_FEW = 64
"""Characters that are looked at one by one."""


# One class for the basic plane is searched ten times as fast as one for all planes.
@cache
def _disguises(places: tuple[range, ...], *, of_words: bool) -> re.Pattern[str]:
    """Return the class of the characters whose fold has ASCII in it, or is nothing.

    Args:
        places: Where to look for them.
        of_words: Without those whose fold has but punctuation and spaces.
    """
    return _class_of(places, lambda character: _is_disguise(character, of_words=of_words))


@lru_cache(maxsize=4096)
def _is_disguise(character: str, *, of_words: bool) -> bool:
    """Tell whether a character's fold has ASCII in it, or is nothing; see ``_disguises``."""
    fold = folded(character)
    if of_words:
        return not fold or any(each.isascii() and each.isalnum() for each in fold)
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
    for character, typed in _FORESTALLED.items():
        text = text.replace(character, typed)
    text = unicodedata.normalize("NFKD", text)
    # Few different ones occur in a text: a pass for each is quicker than a look at every character.
    for character in set(_beyond_ascii(text)):
        if _is_unseen(character):
            text = text.replace(character, "")
    text = text.casefold()
    for character in _PLAIN.keys() & _beyond_ascii(text):
        text = text.replace(character, _PLAIN[character])
    return text


def _beyond_ascii(text: str) -> str:
    """Return the characters of a text that are not ASCII."""
    rare = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return rare.decode("utf-8", "surrogatepass")


@lru_cache(maxsize=4096)
def _is_unseen(character: str) -> bool:
    """Tell whether a character is passed over."""
    return unicodedata.combining(character) != 0 or ord(character) in _INVISIBLE


def hides(text: str, *, of_words: bool = False) -> bool:
    """Tell whether a text may have a word of ASCII that it does not show plainly: é for e, or a mark in between.

    Quicker than folding: of most texts only a few quotation marks and dashes need a look.

    Args:
        text: Any text.
        of_words: Only words of letters and digits are looked for, which no quotation mark or dash hides.
    """
    others = _beyond_ascii(text)
    if len(others) <= _FEW:
        # The classes take a while to make.
        return any(_is_disguise(character, of_words=of_words) for character in set(others))
    if _disguises(_BASIC, of_words=of_words).search(others):
        return True
    return _IS_HIGH.search(others) is not None and _disguises(_HIGH, of_words=of_words).search(others) is not None


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


def alike(text: str, names: Iterable[str]) -> list[str]:
    """Return the one of some names that is a text, or else those that differ from it only in case or accents."""
    known = list(names)
    return [text] if text in known else [name for name in known if folded(name) == folded(text)]


def first_of(seen: str, terms: Iterable[str]) -> int | None:
    """Return where the first of some folded terms begins in a folded text."""
    starts = [match.start() for term in terms if (match := pattern(term).search(seen))]
    return min(starts, default=None)
