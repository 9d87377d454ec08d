"""Read and edit a conversation's metadata; every edit is for one transaction.

IronClaw's unique indexes are built on ``json_extract(metadata, …)``. A text that stock SQLite and libSQL read
differently leaves such an index stale, and the agent then fails on it. So an edit is refused unless what is stored,
and what would be, reads the same everywhere (``require_safe``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.errors import MetadataRefused, UnsupportedSchema
from store.ironclaw0.metadata_rules import (
    INDEXED,
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
from store.ironclaw0.single_threads import SingleThread
from store.ironclaw0.sqlite.row_handles import find, key_of, require
from store.ironclaw0.sqlite.threads import find_single
from store.records import Kind, Metadata

if TYPE_CHECKING:
    from store.ironclaw0.sqlite.schema import Database


def read(db: Database, conversation_id: str) -> dict[str, Any] | None:
    """Return the metadata, ``None`` if there is no such conversation.

    Raises:
        MetadataRefused: what is stored is not a JSON object.
    """
    rowid = find(db, conversation_id)
    return None if rowid is None else document_of(_stored(db, rowid))


def read_text(db: Database, conversation_id: str, user_id: str) -> Metadata:
    """Return the metadata as they are stored, by their head if they are too large to be edited.

    Raises:
        ConversationNotFound: there is no such conversation, or it is another user's.
    """
    rowid = require(db, conversation_id, user_id)
    if "metadata" not in db.schema.conversations:
        return Metadata("{}", NO_COLUMN)
    return _described(db, _stored(db, rowid))


def save(db: Database, conversation_id: str, user_id: str, new: str, expected: str) -> Metadata:
    """Store a document as it is written, if what is stored still is ``expected``.

    Args:
        db: The connection.
        conversation_id: Which conversation.
        user_id: Whose it must be.
        new: The document to store.
        expected: What is stored so far.

    Raises:
        ConversationNotFound: there is no such conversation, or it is another user's.
        MetadataConflict: something else is stored by now; the error has it.
        MetadataRefused: the document, before or after, is one that two engines might read differently.
        DuplicateThread: another conversation already is this user's thread of that kind.
    """
    rowid = _require_column(db, require(db, conversation_id, user_id))
    old = _stored(db, rowid)
    if old != expected:
        raise conflict(_described(db, old))
    require_size(new)
    _put(db, rowid, old, new)
    return Metadata(new)


def update_field(db: Database, conversation_id: str, key: str, value: object) -> None:
    """Merge ``{key: value}`` into the metadata by RFC 7396.

    SQLite merges, so that numbers elsewhere in the document keep every digit.

    Args:
        db: The connection.
        conversation_id: Which conversation.
        key: The field.
        value: A JSON value; ``None`` deletes the field.

    Raises:
        ConversationNotFound: there is no such conversation.
        MetadataRefused: the document, before or after, is one that two engines might read differently.
        DuplicateThread: another conversation already is this user's thread of that kind.
    """
    rowid = _require_column(db, require(db, conversation_id))
    patch = written({key: value})
    old = _stored(db, rowid)
    require_safe(db, old)
    (new,) = db.execute("SELECT json_patch(?, ?)", (old, patch)).fetchone()
    _put(db, rowid, old, new)


def require_safe(db: Database, text: object) -> dict[str, Any]:
    """Return a document, if SQLite sees under the indexed keys what Python sees: text, or nothing.

    Raises:
        MetadataRefused: it does not, or the text is no strict JSON.
    """
    document = strict(text)
    require_indexed_text(document)
    for key in INDEXED:
        (seen,) = db.execute(f"SELECT json_extract(?, '$.{key}')", (text,)).fetchone()
        if seen != document.get(key):
            raise MetadataRefused(f"The field {key} of the metadata is written so that programs read it differently.")
    return document


def _put(db: Database, rowid: int, old: object, new: str) -> None:
    """Write a document in the place of what is stored, if both are safe and the thread stays the only one."""
    before, after = require_safe(db, old), require_safe(db, new)
    require_free(before, after, lambda kind, routine_id: _is_taken(db, rowid, kind, routine_id))
    if new != old:
        db.execute("UPDATE conversations SET metadata = ? WHERE rowid = ?", (new, rowid))


def _is_taken(db: Database, rowid: int, kind: Kind, routine_id: str) -> bool:
    channel, user = db.execute("SELECT channel, user_id FROM conversations WHERE rowid = ?", (rowid,)).fetchone()
    sought = SingleThread(kind, key_of(user, rowid), routine_id or key_of(channel, rowid))
    return find_single(db, sought) is not None


def _described(db: Database, stored: object) -> Metadata:
    return described(stored, lambda text: require_safe(db, text))


def _require_column(db: Database, rowid: int) -> int:
    if "metadata" not in db.schema.conversations:
        raise UnsupportedSchema(NO_COLUMN)
    return rowid


def _stored(db: Database, rowid: int) -> object:
    column = db.schema.column("metadata")
    found = db.execute(f"SELECT {column} FROM conversations WHERE rowid = ?", (rowid,)).fetchone()
    return found and found[0]
