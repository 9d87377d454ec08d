"""Find what stands beside a name such as ``password``: ``password: x``, ``"api_key": "x"``, ``| secret | x |``.

A value in quotes goes up to the quote that closes it, any other one to the end of its
word. Pure; linear, since the reading of a value goes on where the last one ended.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOIN = r"(?:\\?[_ -])?"
_SURE = (
    rf"pass(?:word|wd|phrase|code)|pwd|secret(?:{_JOIN}access)?(?:{_JOIN}key)?(?:{_JOIN}base)?|api{_JOIN}key"
    rf"|(?:access|api|auth|bot|refresh|session){_JOIN}token"
)
_LIKELY = r"token|(?-i:(?<=_)KEY)"
"""Names of much that is no secret too; what they name has to be long."""
_NAME = rf"(?:(?P<sure>{_SURE})|{_LIKELY})"
_AFTER_NAME = re.compile(
    # One look at the first letter is faster than one at every name.
    rf"(?=[abkprst]){_NAME}[\\\"'*_`]{{0,16}}\s{{0,3}}(?:=>|[:=：]{{1,2}})(?:[*_]{{1,3}}(?=\s))?\s{{0,3}}",
    re.IGNORECASE,
)
_WHOLE_NAME = re.compile(rf"{_NAME}\s{{0,3}}\Z", re.IGNORECASE)
_CELL = re.compile(
    rf"(?:{_SURE})[*_`]{{0,3}}[ \t]{{0,40}}\|[ \t]{{0,40}}+(?!\[masked: )(?=[^|\n\w]{{0,40}}\w)([^|\n]{{4,}}+)",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"(\\{0,15})([\"'`])")
_CLOSING = {quote: re.compile(rf"(?<!\\)(\\*+)[{quote}\n]") for quote in "\"'`"}
_WORD = re.compile(
    r"(?:[^\s\"'<>`,;\\|]|\\(?![\"'`nrt])|(?<=\w)'(?=\w)|\|(?!\s|\Z)|[,;](?![\s\"'\\]|[\w.-]{1,40}\s?[=:]|\Z))*+",
)
_MASKED = "[masked: "
_BRACKETS = ((")", "("), ("]", "["), ("}", "{"))


def labelled(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a name such as ``password`` has its value."""
    place = 0
    while match := _AFTER_NAME.search(text, place):
        start, end, least = _value(text, match.end())
        place = max(end, match.end())
        if end - start >= (least if match["sure"] else 2 * least) and not text.startswith(_MASKED, start):
            yield start, end
    if "|" in text:
        for match in _CELL.finditer(text):
            yield match.start(1), match.start(1) + len(match[1].rstrip())


def is_label(name: str) -> bool:
    """Tell whether a value that has this name, in JSON, is a secret."""
    return _WHOLE_NAME.search(name[-60:]) is not None


def is_labelled(name: str, value: str) -> bool:
    """Tell whether a value is long enough for a secret of this name, in JSON, and not masked yet."""
    match = _WHOLE_NAME.search(name[-60:])
    return match is not None and len(value) >= (4 if match["sure"] else 8) and not value.startswith(_MASKED)


def _value(text: str, start: int) -> tuple[int, int, int]:
    """Return where a value begins and ends, and how long it has to be."""
    if opening := _QUOTE.match(text, start):
        start = opening.end()
        if (end := _closed(text, start, len(opening[1]), opening[2])) is not None:
            return start, end, 4
    word = _WORD.match(text, start)
    end = word.end() if word else start
    opened = text[start:end]
    # Brackets around the whole are none of its own.
    end = start + len(opened.rstrip("".join(closing for closing, opening in _BRACKETS if opening not in opened)))
    return start, end, 6


def _closed(text: str, start: int, backslashes: int, quote: str) -> int | None:
    r"""Return where a quoted value ends, if it does on its line or the text is cut in it.

    Args:
        text: All of it.
        start: Where the value begins.
        backslashes: How many were before the opening quote: 1 in JSON in a JSON string (``\"``), 3 in JSON in that.
        quote: Which one.
    """
    for match in _CLOSING[quote].finditer(text, start):
        if text[match.end() - 1] == "\n":
            return None
        before, depth = len(match[1]), backslashes
        while depth and before % 2:
            before, depth = before // 2, depth // 2
        if before % 2 == 0:
            return match.end() - 1 - min(len(match[1]), backslashes)
    return len(text) if quote == '"' else None
