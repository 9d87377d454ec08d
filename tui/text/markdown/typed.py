"""What a person typed: taken as it is, but for fenced code, which is set apart where both of its fences are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"(?m)^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})[ \t]*([^\n]*?)[ \t]*$")


class Piece(NamedTuple):
    """A part of a text that is code, or that is none."""

    text: str
    """Without the fences, and without the line breaks at either end that set it apart."""
    line: int
    """The number of its first line in the whole text, from 0."""
    is_code: bool = False
    info: str = ""
    """What stands behind the opening fence."""


def pieces(text: str) -> Iterator[Piece]:
    """Yield the parts of a text in order; a fence that is never closed is text."""
    place = 0
    begin = _FENCE.search(text) if "```" in text or "~~~" in text else None
    while begin is not None:
        fence = begin[1]
        closing = re.compile(rf"(?m)^ {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
        end = closing.search(text, begin.end() + 1)
        if end is None:
            # No other fence of this kind and length is closed either; one of another kind may be.
            begin = _other_fence(text, begin)
            continue
        if begin.start() > place:
            yield Piece(text[place : begin.start() - 1], text.count("\n", 0, place))
        code = text[begin.end() + 1 : max(begin.end() + 1, end.start() - 1)]
        yield Piece(code, text.count("\n", 0, begin.end()) + 1, is_code=True, info=begin[2])
        place = end.end() + 1
        begin = _FENCE.search(text, place)
    if place < len(text):
        yield Piece(text[place:], text.count("\n", 0, place))


def _other_fence(text: str, unclosed: re.Match[str]) -> re.Match[str] | None:
    following = _FENCE.search(text, unclosed.end())
    while following is not None and following[1][0] == unclosed[1][0] and len(following[1]) >= len(unclosed[1]):
        following = _FENCE.search(text, following.end())
    return following
