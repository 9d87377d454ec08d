"""The store of clawback: the history of an IronClaw assistant, read and edited beside the running agent.

::

    import asyncio
    from store import open_store

    async def main() -> None:
        async with open_store("~/.ironclaw/ironclaw.db", read_only=True) as store:
            page = await store.list_conversations("default", limit=10)
            for conversation in page.conversations:
                print(conversation.title, conversation.total)
                newest = await store.list_conversation_messages_paginated(conversation.id, limit=2)
                print(*(message.content for message in newest.messages))

    asyncio.run(main())

``contract`` has the calls and what they return beside ``records``: ``store`` all of them, ``searching`` those that
search and follow, ``statistics`` the one that counts a history, ``stored_rows`` rows exactly as they are stored,
``indexes`` what may be built. ``errors`` has what can go wrong, ``domain`` what is typed and shown, ``editing`` what
editors of metadata need. Nothing here knows a screen.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from store.contract.capability import Capability
from store.errors import (
    BadConfiguration,
    CommitFailed,
    CommitUnknown,
    ConversationNotFound,
    CorruptDatabase,
    DatabaseBusy,
    DatabaseFailed,
    DatabaseFull,
    DatabaseReplaced,
    DuplicateThread,
    EmptyFile,
    EncryptedDatabase,
    ImportRefused,
    IndexFailed,
    Ironclaw1Database,
    JournalFailed,
    MetadataConflict,
    MetadataRefused,
    MissingFile,
    NewerSqlite,
    NoConversations,
    NoServer,
    NotADatabase,
    NotAFile,
    NotARegularFile,
    NotUnderstood,
    OpenError,
    PermissionRefused,
    ReadOnlyDirectory,
    ReadOnlyStore,
    StoreError,
    StoreLost,
    UnsupportedBackend,
    UnsupportedSchema,
)
from store.opening import open_store
from store.records import (
    HEAD_BYTES,
    Channel,
    Conversation,
    ConversationCursor,
    ConversationPage,
    ConversationSummary,
    Count,
    Flaw,
    Kind,
    Machines,
    Message,
    MessageCursor,
    MessagePage,
    MessageSlice,
    Metadata,
    Preview,
    Routine,
    RoutineState,
    SpecialThread,
    User,
)

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from store.contract.timeline import Timeline
    from store.core.person_store import with_people

_LATE = {
    "ConversationStore": "store.contract.store",
    "Timeline": "store.contract.timeline",
    "with_people": "store.core.person_store",
}
"""What is loaded when it is asked for: few programs do, and what types are checked against none that only reads."""

__all__ = [
    "HEAD_BYTES",
    "BadConfiguration",
    "Capability",
    "Channel",
    "CommitFailed",
    "CommitUnknown",
    "Conversation",
    "ConversationCursor",
    "ConversationNotFound",
    "ConversationPage",
    "ConversationStore",
    "ConversationSummary",
    "CorruptDatabase",
    "Count",
    "DatabaseBusy",
    "DatabaseFailed",
    "DatabaseFull",
    "DatabaseReplaced",
    "DuplicateThread",
    "EmptyFile",
    "EncryptedDatabase",
    "Flaw",
    "ImportRefused",
    "IndexFailed",
    "Ironclaw1Database",
    "JournalFailed",
    "Kind",
    "Machines",
    "Message",
    "MessageCursor",
    "MessagePage",
    "MessageSlice",
    "Metadata",
    "MetadataConflict",
    "MetadataRefused",
    "MissingFile",
    "NewerSqlite",
    "NoConversations",
    "NoServer",
    "NotADatabase",
    "NotAFile",
    "NotARegularFile",
    "NotUnderstood",
    "OpenError",
    "PermissionRefused",
    "Preview",
    "ReadOnlyDirectory",
    "ReadOnlyStore",
    "Routine",
    "RoutineState",
    "SpecialThread",
    "StoreError",
    "StoreLost",
    "Timeline",
    "UnsupportedBackend",
    "UnsupportedSchema",
    "User",
    "open_store",
    "with_people",
]


def __getattr__(name: str) -> object:
    """Load what few programs ask for (PEP 562)."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)
