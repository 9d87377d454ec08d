"""Read, compare and change a JSON object as text, so that what nobody touched keeps every character.

Changes are splices at the top level: the text of any other field, its numbers too, stays as it is. Pure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from store.domain.strict_json import BLANKS, members, parse_value

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.domain.strict_json import Member


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
    places = members(text)
    found = next((index for index, member in enumerate(places) if member.name == name), None)
    if value_text is None:
        return text if found is None else _without(text, places, found)
    parse_value(value_text)
    value = value_text.strip(BLANKS)
    if found is not None:
        return text[: places[found].value] + value + text[places[found].stop :]
    key = quoted(name)
    parse_value(key)
    if not places:
        return f"{{{key}:{value}}}"
    last = places[-1]
    blanks = text[len(text[: last.start].rstrip(BLANKS)) : last.start]
    return f"{text[: last.stop]},{blanks}{key}{text[last.colon : last.value]}{value}{text[last.stop :]}"


def respelled(text: str, like: str) -> str:
    """Return a document whose values, where they say the same as in another one, are spelled as they are there.

    Raises:
        DocumentError: a text is no document.
    """
    spelled = _values(like)
    pieces, end = [], 0
    for member in members(text):
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


class _Number(NamedTuple):
    """A number by its text: 1, 1.0 and true are three things."""

    text: str


def _without(text: str, places: list[Member], index: int) -> str:
    """Return the document without a field and the comma that sets it off."""
    member = places[index]
    if index + 1 < len(places):
        return text[: member.start] + text[places[index + 1].start :]
    if index:
        return text[: places[index - 1].stop] + text[member.stop :]
    return "{}"


def _values(text: str) -> dict[str, str]:
    return {member.name: text[member.value : member.stop] for member in members(text)}


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
