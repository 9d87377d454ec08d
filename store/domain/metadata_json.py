"""Read, compare and change a JSON object as text, so that what nobody touched keeps every character.

A document is taken only if all of its readers (Python, SQLite, libSQL, Rust's serde_json) take it for the same: no
NaN, no equal keys, no half characters, no NUL, no number without end, not too deep. Changes are splices at the top
level: the text of any other field, its numbers too, stays as it is. Pure; for editors and for the store.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

DEEPEST = 100
"""Levels of nesting that every reader bears; serde_json stops at 128."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
_BLANKS = " \t\r\n"
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


class Type(StrEnum):
    """What a JSON value is."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "true/false"
    NULL = "null"
    OBJECT = "object"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Field:
    """A top-level field of a document."""

    name: str
    type: Type
    value_text: str
    """Its value, as JSON, character for character."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a field, in JSON; ``None`` where there is no such field."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that two sides changed, each in its own way; ``None`` where there is no such field."""

    name: str
    base: str | None
    theirs: str | None
    mine: str | None


@dataclass(frozen=True, slots=True)
class Merge:
    """Two sets of changes in one document."""

    text: str
    """The document, with theirs in every field that is in conflict."""
    conflicts: tuple[FieldConflict, ...] = ()

    def resolved(self, mine: Collection[str]) -> str:
        """Return the document with my value in the named fields of those in conflict."""
        text = self.text
        for conflict in self.conflicts:
            if conflict.name in mine:
                text = with_field(text, conflict.name, conflict.mine)
        return text


def parse(text: str) -> dict[str, Any]:
    """Return the JSON object that a text is.

    Raises:
        DocumentError: it is no object, or one that programs read differently.
    """
    document = parse_value(text)
    if not isinstance(document, dict):
        raise _error("The document must be an object in braces.", text, len(text) - len(text.lstrip(_BLANKS)))
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


def quoted(text: str) -> str:
    """Return a text as a JSON value."""
    return json.dumps(text, ensure_ascii=False)


def fields(text: str) -> list[Field]:
    """Return the fields of a document in their order.

    Raises:
        DocumentError: the text is no document.
    """
    return [Field(name, _type(value), value) for name, value in _values(text).items()]


def with_field(text: str, name: str, value_text: str | None) -> str:
    """Return a document with one field set to a JSON value or, for ``None``, without it.

    A new field comes last, set off as the one before it.

    Raises:
        DocumentError: the text is no document, or the value no JSON; row and column are then those of the value.
    """
    members = _members(text)
    found = next((index for index, member in enumerate(members) if member.name == name), None)
    if value_text is None:
        return text if found is None else _without(text, members, found)
    parse_value(value_text)
    value = value_text.strip(_BLANKS)
    if found is not None:
        return text[: members[found].value] + value + text[members[found].stop :]
    key = quoted(name)
    parse_value(key)
    if not members:
        return f"{{{key}:{value}}}"
    last = members[-1]
    blanks = text[len(text[: last.start].rstrip(_BLANKS)) : last.start]
    return f"{text[: last.stop]},{blanks}{key}{text[last.colon : last.value]}{value}{text[last.stop :]}"


def respelled(text: str, like: str) -> str:
    """Return a document whose values, where they say the same as in another one, are spelled as they are there.

    Raises:
        DocumentError: a text is no document.
    """
    spelled = _values(like)
    pieces, end = [], 0
    for member in _members(text):
        value = text[member.value : member.stop]
        known = spelled.get(member.name)
        pieces += [text[end : member.value], known if known is not None and _is_same(known, value) else value]
        end = member.stop
    return "".join([*pieces, text[end:]])


def changes(before: str, after: str) -> list[Change]:
    """Return field by field what differs between two documents; how values are spaced makes no difference.

    Raises:
        DocumentError: a text is no document.
    """
    old, new = _values(before), _values(after)
    return [
        Change(name, old.get(name), new.get(name)) for name in old | new if not _is_same(old.get(name), new.get(name))
    ]


def merge(base: str, theirs: str, mine: str) -> Merge:
    """Return their document with my changes to the base taken in.

    Changes to different fields go together, and so does the same change made twice; anything else is a conflict.

    Raises:
        DocumentError: a text is no document.
    """
    mine_since = changes(base, mine)
    if theirs == base:
        return Merge(mine)
    there = _values(theirs)
    text, conflicts = theirs, []
    for change in mine_since:
        found = there.get(change.name)
        if _is_same(found, change.before):
            text = with_field(text, change.name, change.after)
        elif not _is_same(found, change.after):
            conflicts.append(FieldConflict(change.name, change.before, found, change.after))
    return Merge(text, tuple(conflicts))


class _Token(NamedTuple):
    text: str
    start: int
    stop: int
    depth: int
    """Brackets that are open after it."""
    is_key: bool


class _Member(NamedTuple):
    """Where a field stands in its document."""

    name: str
    start: int
    colon: int
    """Where its name ends and the colon, with blanks around it, begins."""
    value: int
    stop: int


class _Number(NamedTuple):
    """A number by its text: 1, 1.0 and true are three things."""

    text: str


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


def _members(text: str) -> list[_Member]:
    parse(text)
    members = []
    key: _Token | None = None
    value: int | None = None
    for token in _walk(text):
        if token.depth == 1 and token.is_key:
            key, value = token, None
        elif key is not None and token.text != ":":
            value = token.start if value is None else value
            if token.depth == 1:
                members.append(_Member(json.loads(key.text), key.start, key.stop, value, token.stop))
                key = None
    return members


def _without(text: str, members: list[_Member], index: int) -> str:
    """Return the document without a field and the comma that sets it off."""
    member = members[index]
    if index + 1 < len(members):
        return text[: member.start] + text[members[index + 1].start :]
    if index:
        return text[: members[index - 1].stop] + text[member.stop :]
    return "{}"


def _values(text: str) -> dict[str, str]:
    return {member.name: text[member.value : member.stop] for member in _members(text)}


def _type(value_text: str) -> Type:
    match value_text[0]:
        case '"':
            return Type.TEXT
        case "{":
            return Type.OBJECT
        case "[":
            return Type.LIST
        case "t" | "f":
            return Type.TRUTH
        case "n":
            return Type.NULL
    return Type.NUMBER


def _is_same(one: str | None, other: str | None) -> bool:
    """Tell whether two values say the same, numbers by their text."""
    if one is None or other is None:
        return one is other
    return bool(_sense(one) == _sense(other))


def _sense(value_text: str) -> Any:
    return json.loads(value_text, parse_int=_Number, parse_float=_Number)


def _error(sentence: str, text: str, place: int) -> DocumentError:
    return DocumentError(sentence, text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))
