"""Read and edit a conversation's metadata without harm to the agent's indexes.

IronClaw's unique indexes are built on ``json_extract(metadata, …)``. A text that stock SQLite and libSQL read
differently leaves such an index stale, and the agent then fails on it. So an edit is refused unless what is stored,
and what would be, reads the same everywhere.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

from store.errors import MetadataConflict, MetadataRefused, UnsupportedSchema
from store.sqlite.keys import find, is_clean, require
from store.sqlite.rows import object_of

if TYPE_CHECKING:
    from store.sqlite.database import Database

DEEPEST = 100
"""Levels of nesting that every reader of the file bears; serde_json stops at 128."""
_INDEXED = ("thread_type", "routine_id")


def read(db: Database, conversation_id: str) -> dict[str, Any] | None:
    """Return the metadata, ``None`` if there is no such conversation.

    Raises:
        MetadataRefused: what is stored is not a JSON object.
    """
    rowid = find(db, conversation_id)
    if rowid is None:
        return None
    document = object_of(_stored(db, rowid))
    if document is None:
        raise MetadataRefused("The stored metadata is not a JSON object; correct it with another tool.")
    return document


def update_field(db: Database, conversation_id: str, key: str, value: object) -> None:
    """Merge ``{key: value}`` into the metadata by RFC 7396; for one transaction.

    SQLite merges, so that numbers elsewhere in the document keep every digit.

    Raises:
        ConversationNotFound: there is no such conversation.
        MetadataRefused: the document, before or after, is one that two engines might read differently.
    """
    rowid = _require_column(db, conversation_id)
    patch = written({key: value})
    old = _stored(db, rowid)
    _require_safe(db, old)
    (new,) = db.execute("SELECT json_patch(?, ?)", (old, patch)).fetchone()
    _require_safe(db, new)
    db.execute("UPDATE conversations SET metadata = ? WHERE rowid = ?", (new, rowid))


def replace(db: Database, conversation_id: str, new: dict[str, Any], expected: dict[str, Any]) -> None:
    """Replace the metadata if it still equals ``expected``; for one transaction.

    Raises:
        ConversationNotFound: there is no such conversation.
        MetadataConflict: something else is stored by now.
        MetadataRefused: the document, before or after, is one that two engines might read differently.
    """
    rowid = _require_column(db, conversation_id)
    text = written(new)
    old = _stored(db, rowid)
    if _sorted(_require_safe(db, old)) != _sorted(expected):
        raise MetadataConflict("The metadata changed in the meantime; read it again and repeat the edit.")
    _require_safe(db, text)
    db.execute("UPDATE conversations SET metadata = ? WHERE rowid = ? AND metadata = ?", (text, rowid, old))


def written(document: object) -> str:
    """Return a JSON value as the text to store.

    Raises:
        MetadataRefused: it is no JSON, too deep, or has text that could not be read back.
    """
    _check(document, DEEPEST)
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def strict(text: object) -> dict[str, Any]:
    """Return the JSON object that a stored text is, if every reader of JSON takes it for the same.

    Raises:
        MetadataRefused: it is no object, has equal keys, NaN, NUL, lone surrogates, or nests too deep.
    """
    if not isinstance(text, str) or not is_clean(text):
        raise MetadataRefused("The stored metadata is not text; correct it with another tool.")
    try:
        document = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise MetadataRefused("The stored metadata is not strict JSON; correct it with another tool.") from None
    if not isinstance(document, dict):
        raise MetadataRefused("The stored metadata is not a JSON object; correct it with another tool.")
    _check(document, DEEPEST)
    return document


def _require_safe(db: Database, text: object) -> dict[str, Any]:
    """Return a document, if SQLite sees under the indexed keys what Python sees: text, or nothing."""
    document = strict(text)
    for key in _INDEXED:
        value = document.get(key)
        if value is not None and not isinstance(value, str):
            raise MetadataRefused(f"The key {key} of the metadata must be text or absent; correct it first.")
        (seen,) = db.execute(f"SELECT json_extract(?, '$.{key}')", (text,)).fetchone()
        if seen != value:
            raise MetadataRefused(f"The key {key} of the metadata is written so that programs read it differently.")
    return document


def _require_column(db: Database, conversation_id: str) -> int:
    rowid = require(db, conversation_id)
    if "metadata" not in db.schema.conversations:
        raise UnsupportedSchema("The table conversations has no metadata in this file, so that none can be edited.")
    return rowid


def _stored(db: Database, rowid: int) -> object:
    column = db.schema.column("metadata")
    found = db.execute(f"SELECT {column} FROM conversations WHERE rowid = ?", (rowid,)).fetchone()
    return found and found[0]


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


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("equal keys")
    return document


def _sorted(document: dict[str, Any]) -> str:
    """Return a text by which 1, 1.0 and true differ, as they do in JSON."""
    return json.dumps(document, sort_keys=True)
