"""Which documents may stand in the column ``metadata``, whatever the engine. Pure.

An edit is refused unless what is stored, and what would be, is read alike by every reader of JSON that may meet it:
Python's, serde_json, SQLite's and libSQL's.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

from store.core.stored_values import is_clean, object_of, text_of
from store.domain.strict_json import DEEPEST, DocumentError, parse
from store.errors import DuplicateThread, MetadataConflict, MetadataRefused
from store.records import Kind, Metadata

if TYPE_CHECKING:
    from collections.abc import Callable

INDEXED = ("thread_type", "routine_id")
"""Keys on which IronClaw has unique indexes."""
LARGEST = 262_144
"""Characters of metadata that may be edited as text; IronClaw writes a few hundred, 32 KiB at the very most."""
NO_COLUMN = "The table conversations has no metadata here, so that none can be edited."
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


def require_indexed_text(document: dict[str, Any]) -> None:
    """Refuse a document whose indexed fields are neither text nor absent.

    Raises:
        MetadataRefused: one is something else.
    """
    for key in INDEXED:
        if document.get(key) is not None and not isinstance(document[key], str):
            raise MetadataRefused(f"The field {key} of the metadata must be text or absent; correct it first.")


def document_of(stored: object) -> dict[str, Any]:
    """Return stored metadata as a document.

    Raises:
        MetadataRefused: what is stored is not a JSON object.
    """
    document = object_of(stored)
    if document is None:
        raise MetadataRefused("The stored metadata is not a JSON object; correct it with another tool.")
    return document


def require_free(before: dict[str, Any], after: dict[str, Any], is_taken: Callable[[Kind, str], bool]) -> None:
    """Refuse an edit that takes another thread's place, also where the database has no unique index.

    Args:
        before: The document as it is.
        after: The document as it would be.
        is_taken: Tells whether another conversation is the thread of that kind, a routine's by the routine's id.

    Raises:
        DuplicateThread: there is one.
    """
    routine, kind = after.get("routine_id"), after.get("thread_type")
    if routine is not None and routine != before.get("routine_id") and is_taken(Kind.ROUTINE, routine):
        raise DuplicateThread("Another conversation is the thread of that routine; choose another routine_id.")
    if kind == before.get("thread_type"):
        return
    if kind == Kind.HEARTBEAT and is_taken(Kind.HEARTBEAT, ""):
        raise DuplicateThread("Another conversation is the heartbeat thread; choose another thread_type.")
    if kind == Kind.ASSISTANT and is_taken(Kind.ASSISTANT, ""):
        raise DuplicateThread(
            "Another conversation is the assistant thread of this channel; choose another thread_type."
        )


def described(stored: object, require_safe: Callable[[object], object]) -> Metadata:
    """Return what an editor is told of stored metadata, by their head if they are too large to be edited.

    Args:
        stored: The value as it is stored.
        require_safe: Raises ``MetadataRefused`` where it must not be edited.
    """
    text = text_of(stored, set())
    if len(text) > LARGEST:
        return Metadata(text[:LARGEST], TOO_LARGE)
    try:
        require_safe(stored)
    except MetadataRefused as error:
        return Metadata(text, str(error))
    return Metadata(text)


def conflict(stored: Metadata) -> MetadataConflict:
    """Return the one way to say that something else is stored than was expected."""
    return MetadataConflict("The metadata changed in the meantime; compare with what is stored now.", stored)


def require_size(new: str) -> None:
    """Refuse a document that is too large to be edited again.

    Raises:
        MetadataRefused: it is.
    """
    if len(new) > LARGEST:
        raise MetadataRefused(TOO_LARGE)


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
