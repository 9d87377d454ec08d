"""Compare two texts, lines first, then words inside changed lines. Pure, bounded; texts go out as they are stored."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = 2000
"""Lines of each text that are compared."""
CHARACTERS = 60_000
"""Characters of each text that are looked at."""
WORDS = 1500
"""Words, and blanks between them, of changed lines that are compared; of more, the lines are told as they are."""
PAIRS = 50_000
"""Equal ones of two lists up to which every one is matched."""
_WORD = re.compile(r"\S+|\s+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Piece(NamedTuple):
    """A stretch of text that stayed, went or came."""

    sign: str
    """A blank, ``−`` or ``+``."""
    text: str


def word_diff(before: str, after: str) -> tuple[list[Piece], bool]:
    """Return how one text became another, and whether all of both was looked at."""
    old, is_all_old = _lines(before)
    new, is_all_new = _lines(after)
    pieces: list[Piece] = []
    for piece in _changes(old, new):
        if pieces and pieces[-1].sign == piece.sign:
            pieces[-1] = Piece(piece.sign, pieces[-1].text + piece.text)
        else:
            pieces.append(piece)
    return pieces, is_all_old and is_all_new


def _changes(old: list[str], new: list[str]) -> Iterator[Piece]:
    for is_same, gone, come in _compared(old, new):
        words, others = (_WORD.findall("".join(some)) for some in (gone, come))
        if is_same or not words or not others or max(len(words), len(others)) > WORDS:
            yield from _told(is_same, gone, come)
        else:
            for each in _compared(words, others):
                yield from _told(*each)


def _told(is_same: bool, gone: list[str], come: list[str]) -> Iterator[Piece]:
    if is_same:
        yield Piece(" ", "".join(come))
        return
    if gone:
        yield Piece("−", "".join(gone))
    if come:
        yield Piece("+", "".join(come))


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[bool, list[str], list[str]]]:
    """Yield the stretches of two lists, and whether they are the same; equal beginnings and ends cost nothing."""
    least = min(len(old), len(new))
    head = next((place for place in range(least) if old[place] != new[place]), least)
    tail = next((place for place in range(least - head) if old[-1 - place] != new[-1 - place]), least - head)
    if head:
        yield True, old[:head], new[:head]
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    # Blanks match beside words that do, never by themselves.
    counts = Counter(right)
    pairs = sum(counts[each] for each in left if not each.isspace())
    # Else frequent ones are not matched by themselves, which keeps hostile texts cheap.
    matcher = SequenceMatcher(str.isspace, left, right, autojunk=pairs > PAIRS)
    for kind, start, end, other, other_end in matcher.get_opcodes():
        yield kind == "equal", left[start:end], right[other:other_end]
    if tail:
        yield True, old[len(old) - tail :], new[len(new) - tail :]


def _lines(text: str) -> tuple[list[str], bool]:
    found = _LINE.findall(text[:CHARACTERS])
    return found[:LINES], len(text) <= CHARACTERS and len(found) <= LINES
