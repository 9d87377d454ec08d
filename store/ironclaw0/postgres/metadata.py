"""Read and edit a conversation's metadata; every edit is for one transaction.

The server keeps what a document means, not how it was spelled: its text is compared and handed out as the server
spells it. Numbers keep every digit.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from store.errors import MetadataRefused, UnsupportedSchema
from store.ironclaw0.absent_rows import not_found
from store.ironclaw0.metadata_rules import (
    NO_COLUMN,
    conflict,
    described,
    document_of,
    require_free,
    require_indexed_text,
    require_size,
    strict,
    written,
)
from store.ironclaw0.postgres.row_handles import find, require
from store.ironclaw0.postgres.threads import find_single
from store.ironclaw0.single_threads import SingleThread
from store.records import Metadata

if TYPE_CHECKING:
    from store.ironclaw0.postgres.schema import Database

_REFUSED = "The server cannot store this document: a text or a number is beyond what it takes; change that."


def read(db: Database, conversation_id: str) -> dict[str, Any] | None:
    """Return the metadata, ``None`` if there is no such conversation.

    Raises:
        MetadataRefused: what is stored is not a JSON object.
    """
    key = find(db, conversation_id)
    return None if key is None else document_of(_stored(db, key))


def read_text(db: Database, conversation_id: str, user_id: str) -> Metadata:
    """Return the metadata as the server spells them, by their head if they are too large to be edited.

    Raises:
        ConversationNotFound: there is no such conversation, or it is another user's.
    """
    key = require(db, conversation_id, user_id)
    if "metadata" not in db.schema.conversations:
        return Metadata("{}", NO_COLUMN)
    return described(_stored(db, key), _require_safe)


def save(db: Database, conversation_id: str, user_id: str, new: str, expected: str) -> Metadata:
    """Store a document, if what is stored still says what ``expected`` says; return it as the server spells it.

    Args:
        db: The connection.
        conversation_id: Which conversation.
        user_id: Whose it must be.
        new: The document to store.
        expected: What is stored so far.

    Raises:
        ConversationNotFound: there is no such conversation, or it is another user's.
        MetadataConflict: something else is stored by now; the error has it.
        MetadataRefused: the document, before or after, is one that programs read differently.
        DuplicateThread: another conversation already is this user's thread of that kind.
    """
    key = require(db, conversation_id, user_id)
    old = _locked(db, key)
    if expected not in (old, _respelled(db, old)) and _respelled(db, expected) != old:
        raise conflict(described(old, _require_safe))
    require_size(new)
    return Metadata(_put(db, key, old, new))


def is_stored(db: Database, conversation_id: str, user_id: str, new: str, expected: str) -> bool | None:
    """Tell whether a save that was cut off is stored; ``None`` if something else is stored by now.

    The row is locked for it, so that a commit that the server is still working on ends first.

    Args:
        db: The connection.
        conversation_id: Which conversation.
        user_id: Whose it must be.
        new: The document that was to be stored.
        expected: What was stored before.

    Raises:
        ConversationNotFound: there is no such conversation any more.
    """
    stored = _locked(db, require(db, conversation_id, user_id))
    if stored == _respelled(db, new):
        return True
    return False if stored == _respelled(db, expected) else None


def update_field(db: Database, conversation_id: str, key: str, value: object) -> None:
    """Merge ``{key: value}`` into the metadata by RFC 7396.

    Args:
        db: The connection.
        conversation_id: Which conversation.
        key: The field.
        value: A JSON value; ``None`` deletes the field.

    Raises:
        ConversationNotFound: there is no such conversation.
        MetadataRefused: the document, before or after, is one that programs read differently.
        DuplicateThread: another conversation already is this user's thread of that kind.
    """
    row = require(db, conversation_id)
    patch = json.loads(written({key: value}), parse_float=Decimal)
    old = _locked(db, row)
    _require_safe(old)
    document = json.loads(old, parse_float=Decimal)
    _put(db, row, old, _spelled(_merged(document, patch)))


def _put(db: Database, key: str, old: str, new: str) -> str:
    """Write a document in the place of what is stored, if both are safe; return it as the server spells it."""
    before, after = _require_safe(old), _require_safe(new)
    user_id, channel = db.row("SELECT user_id, channel FROM conversations WHERE id = %s::uuid", key) or ("", "")
    require_free(
        before,
        after,
        lambda kind, routine_id: find_single(db, SingleThread(kind, user_id, routine_id or channel)) is not None,
    )
    spelled = _respelled(db, new)
    if spelled is None:
        raise MetadataRefused(_REFUSED)
    if spelled != old:
        db.change("UPDATE conversations SET metadata = %s::jsonb WHERE id = %s::uuid", new, key)
    return spelled


def _require_safe(stored: object) -> dict[str, Any]:
    document = strict(stored)
    require_indexed_text(document)
    return document


def _locked(db: Database, key: str) -> str:
    """Return what is stored, which nobody else changes until the transaction ends."""
    if "metadata" not in db.schema.conversations:
        raise UnsupportedSchema(NO_COLUMN)
    found = db.row("SELECT metadata::text FROM conversations WHERE id = %s::uuid FOR UPDATE", key)
    if found is None:
        raise not_found()
    return str(found[0])


def _stored(db: Database, key: str) -> str | None:
    found: str | None = db.value(
        f"SELECT {db.schema.column('metadata')}::text FROM conversations WHERE id = %s::uuid", key
    )
    return found


def _respelled(db: Database, document: str) -> str | None:
    """Return a document as the server spells it, ``None`` if it takes it for none."""
    found: str | None = db.attempt("SELECT %s::jsonb::text", document)
    return found


def _merged(target: Any, patch: Any) -> Any:
    """Return a document with a patch merged in by RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result.get(key), value)
    return result


def _spelled(value: Any) -> str:
    """Return a JSON value as text, decimals with every digit."""
    match value:
        case dict():
            return "{" + ",".join(f"{_spelled(key)}:{_spelled(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ",".join(map(_spelled, value)) + "]"
        case Decimal():
            return str(value)
    return json.dumps(value, ensure_ascii=False)
