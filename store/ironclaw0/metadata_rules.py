"""Which documents may stand in the column ``metadata``, whatever the engine. Pure.

An edit is refused unless what is stored, and what would be, is read alike by every reader of JSON that may meet it:
Python's, serde_json, SQLite's and libSQL's.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from store.core.stored_values import is_clean
from store.domain.strict_json import DEEPEST, DocumentError, parse
from store.errors import MetadataRefused

INDEXED = ("thread_type", "routine_id")
"""Keys on which IronClaw has unique indexes."""
LARGEST = 262_144
"""Characters of metadata that may be edited as text; IronClaw writes a few hundred, 32 KiB at the very most."""
TOO_LARGE = "The metadata has more than 262,144 characters, too many to be edited here; correct it with another tool."


def strict(text: object) -> dict[str, Any]:
    """Return the JSON object that a text is, if every reader of JSON takes it for the same.

    Raises:
        MetadataRefused: it is no such text.
    """
    if not isinstance(text, str) or not is_clean(text):
        raise MetadataRefused("The metadata is not stored as text; correct it with another tool.")
    try:
        return parse(text)
    except DocumentError as error:
        raise MetadataRefused(
            f"The metadata is not strict JSON (row {error.row}, column {error.column}): {error.sentence}"
        ) from None


def written(document: object) -> str:
    """Return a JSON value as the text to store.

    Raises:
        MetadataRefused: it is no JSON, too deep, or has text that could not be read back.
    """
    _check(document, DEEPEST)
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _check(value: object, depth: int) -> None:
    """Refuse what JSON, SQLite, libSQL and serde_json would not all read alike."""
    if depth < 0:
        _refuse(f"it nests deeper than {DEEPEST} levels")
    match value:
        case None | bool() | int():
            pass
        case str():
            _check_text(value)
        case float():
            if not math.isfinite(value):
                _refuse("a number is not finite")
        case list() | tuple():
            for item in value:
                _check(item, depth - 1)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    _refuse("a key is not text")
                _check_text(key)
                _check(item, depth - 1)
        case _:
            _refuse("a value has no form in JSON")


def _check_text(text: str) -> None:
    if "\0" in text:
        _refuse("a text contains NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        _refuse("a text contains half a character")


def _refuse(why: str) -> NoReturn:
    raise MetadataRefused(f"Such metadata cannot be stored: {why}; change that and try again.") from None
