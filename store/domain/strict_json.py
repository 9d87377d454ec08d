"""Read JSON as all of its readers do (Python, SQLite, libSQL, Rust's serde_json), or refuse it with the place.

Refused are NaN, equal keys, half characters, NUL, a number without end, and what nests too deep. Pure.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 100
"""Levels of nesting that every reader bears; serde_json stops at 128."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
BLANKS = " \t\r\n"
_COMPLAINTS = {
    "Expecting value": "A value is missing here.",
    "Expecting property name enclosed in double quotes": "The name of a field, in double quotes, is missing here.",
    "Expecting ':' delimiter": "A colon is missing here.",
    "Expecting ',' delimiter": "A comma, or a closing bracket, is missing here.",
    "Extra data": "The document has ended before this place.",
    "Unterminated string starting at": "The text that begins here has no closing quote.",
    "Invalid control character at": "A text holds a line break or another control character; write \\n instead.",
}


class DocumentError(ValueError):
    """A text is no strict JSON; the message is a sentence without any of it.

    Args:
        sentence: What is wrong.
        row: The line where it is, counted from 1.
        column: The character in that line, counted from 1.
    """

    def __init__(self, sentence: str, row: int, column: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.row = row
        self.column = column


class _Token(NamedTuple):
    text: str
    start: int
    stop: int
    depth: int
    """Brackets that are open after it."""
    is_key: bool


class Member(NamedTuple):
    """Where a field stands in its document."""

    name: str
    start: int
    colon: int
    """Where its name ends and the colon, with blanks around it, begins."""
    value: int
    stop: int


def parse(text: str) -> dict[str, Any]:
    """Return the JSON object that a text is.

    Raises:
        DocumentError: it is no object, or one that programs read differently.
    """
    document = parse_value(text)
    if not isinstance(document, dict):
        raise _error("The document must be an object in braces.", text, len(text) - len(text.lstrip(BLANKS)))
    return document


def parse_value(text: str) -> Any:
    """Return the JSON value that a text is.

    Raises:
        DocumentError: it is none, or one that programs read differently.
    """
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        sentence = _COMPLAINTS.get(error.msg, "Nothing of JSON can stand here.")
        raise _error(sentence, text, error.pos) from None
    except RecursionError:
        # The walk tells where it got too deep.
        pass
    for _ in _walk(text):
        pass
    return json.loads(text)


def _walk(text: str) -> Iterator[_Token]:
    """Go through what is known to be JSON, and refuse what its readers take differently."""
    names: list[set[str] | None] = []
    previous = ""
    for match in _TOKEN.finditer(text):
        token, start = match[0], match.start()
        is_key = False
        match token[0]:
            case "{" | "[":
                names.append(set() if token == "{" else None)
                if len(names) > DEEPEST:
                    raise _error(f"The document nests deeper than {DEEPEST} levels.", text, start)
            case "}" | "]":
                names.pop()
            case '"':
                written = _string(text, token, start)
                around = names[-1] if names else None
                is_key = around is not None and previous in ("{", ",")
                if around is not None and is_key:
                    if written in around:
                        raise _error("Two fields of one object have the same name.", text, start)
                    around.add(written)
            case first if first in "-0123456789NI" and not math.isfinite(float(token)):
                raise _error("A number is infinite, too large, or none at all.", text, start)
        yield _Token(token, start, match.end(), len(names), is_key)
        previous = token


def _string(text: str, token: str, start: int) -> str:
    written: str = json.loads(token)
    if "\0" in written:
        raise _error("A text contains NUL.", text, start)
    try:
        written.encode()
    except UnicodeEncodeError:
        raise _error("A text contains half a character (a lone surrogate).", text, start) from None
    return written


def members(text: str) -> list[Member]:
    """Return where the fields of a document stand, in their order.

    Raises:
        DocumentError: the text is no document.
    """
    parse(text)
    found = []
    key: _Token | None = None
    value: int | None = None
    for token in _walk(text):
        if token.depth == 1 and token.is_key:
            key, value = token, None
        elif key is not None and token.text != ":":
            value = token.start if value is None else value
            if token.depth == 1:
                found.append(Member(json.loads(key.text), key.start, key.stop, value, token.stop))
                key = None
    return found


def _error(sentence: str, text: str, place: int) -> DocumentError:
    return DocumentError(sentence, text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))
