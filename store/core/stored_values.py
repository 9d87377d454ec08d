"""Turn stored values into texts, times and marks. Pure: never raises, whatever a file holds."""

from __future__ import annotations

import json
import re
from typing import Any

from store.records import Flaw

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


class Replaced(str):
    """Text some of whose bytes were no UTF-8 and became U+FFFD."""

    __slots__ = ("size",)
    size: int
    """Bytes that it takes in the file."""


class Head(str):
    """The beginning of a value too large to be read at once."""

    __slots__ = ("is_blob", "is_replaced", "size")
    size: int
    """Bytes that the whole value takes in the file."""
    is_blob: bool
    is_replaced: bool


def decode(raw: bytes) -> str:
    """Return stored text, as ``Replaced`` where it is no UTF-8."""
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError:
        text = Replaced(raw.decode("utf-8", "replace"))
        text.size = len(raw)
        return text


def is_uuid(text: str) -> bool:
    """Tell whether an id has the one form that IronClaw writes and looks up: lower case, hyphens."""
    return _UUID.fullmatch(text) is not None


def is_clean(value: object) -> bool:
    """Tell whether a stored value can travel as text and be found again by it."""
    return isinstance(value, str) and not isinstance(value, Replaced)


def text_of(value: object, flaws: set[Flaw]) -> str:
    """Return a stored value as plain text and add what is wrong with it to the flaws."""
    if type(value) is str:
        if "\0" in value:
            flaws.add(Flaw.NUL)
        return value
    match value:
        case Head():
            if value.is_blob:
                flaws.add(Flaw.BLOB)
            if value.is_replaced:
                flaws.add(Flaw.UTF8)
            text = str(value)
        case Replaced():
            flaws.add(Flaw.UTF8)
            text = str(value)
        case None:
            flaws.add(Flaw.NULL)
            return ""
        case bytes():
            flaws.add(Flaw.BLOB)
            text = value.decode("utf-8", "replace")
        case _:
            text = str(value)
    if "\0" in text:
        flaws.add(Flaw.NUL)
    return text


def size_of(value: object) -> int:
    """Return how many bytes a stored value takes in the file."""
    if type(value) is str:
        return len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
    match value:
        case Head() | Replaced():
            return value.size
        case bytes():
            return len(value)
        case None:
            return 0
    return len(str(value))


def cut(text: str, limit: int) -> str:
    """Return the longest head of a text that takes at most ``limit`` bytes of UTF-8."""
    return text.encode("utf-8", "surrogatepass")[:limit].decode("utf-8", "ignore")


def object_of(stored: object) -> dict[str, Any] | None:
    """Return the JSON object that a stored text is, if it is one; the last of equal keys wins, as in serde."""
    if not isinstance(stored, str) or isinstance(stored, Replaced):
        return None
    try:
        document = json.loads(stored, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _refuse(constant: str) -> None:
    raise ValueError(constant)
