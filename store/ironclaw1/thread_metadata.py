"""Read what is stored of a thread itself, for a look: nothing of it is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.core.stored_values import decode
from store.errors import ConversationNotFound, MetadataRefused
from store.ironclaw1 import automations, thread_rows
from store.ironclaw1.message_records import object_in, record_of
from store.records import Metadata

if TYPE_CHECKING:
    from store.ironclaw1.schema import Database

READ_ONLY = "IronClaw 1.x keeps its records in step with its running process, so that nothing is written to them."
_LARGEST = 262_144
"""Characters of a record that are shown."""


def read(db: Database, key: str) -> dict[str, Any] | None:
    """Return what a thread keeps for programs, ``None`` if there is no such conversation.

    Raises:
        MetadataRefused: it is no JSON object.
    """
    try:
        if key.startswith(automations.KEY):
            automations.require(db, key, None)
            return {}
        thread = thread_rows.require(db, key)
    except ConversationNotFound:
        return None
    metadata = record_of(_stored(db, f"{thread.key}/thread.json")).fields.get("metadata_json")
    document = {} if metadata is None else object_in(metadata if isinstance(metadata, str) else None)
    if document is None:
        raise MetadataRefused("The stored metadata is not a JSON object; correct it with another tool.")
    return document


def read_text(db: Database, key: str, user_id: str) -> Metadata:
    """Return the record of a thread and its row of the list, both as they are stored.

    Raises:
        ConversationNotFound: there is no such conversation, or it is another user's.
    """
    if key.startswith(automations.KEY):
        automations.require(db, key, user_id)
        return Metadata("{}", READ_ONLY)
    thread = thread_rows.require(db, key, user_id)
    texts = {"thread": _stored(db, f"{thread.key}/thread.json"), "list": _stored(db, thread.index_path)}
    shown = [f'"{name}": {_text(stored)}' for name, stored in texts.items() if stored is not None]
    text = "{\n" + ",\n".join(shown) + "\n}"
    return Metadata(text[:_LARGEST], READ_ONLY)


def _stored(db: Database, path: str) -> object:
    row = db.execute("SELECT contents FROM root_filesystem_entries WHERE path = ?", (path,)).fetchone()
    return None if row is None else row[0]


def _text(stored: object) -> str:
    return decode(stored) if isinstance(stored, bytes) else str(stored)
