"""What can go wrong with a store, each kind under a name of its own.

::

    StoreError
    ├── OpenError                  the file cannot be opened as IronClaw's database
    │   ├── MissingFile              nothing at that path
    │   ├── NoServer                 no server answers at that address
    │   ├── EmptyFile                a file without content
    │   ├── NotAFile                 a directory
    │   ├── NotARegularFile          a FIFO, a socket or a device
    │   ├── PermissionRefused        the system does not let us read it, or its -wal
    │   ├── ReadOnlyDirectory        a WAL database whose directory cannot be written
    │   ├── NotADatabase             some other kind of file
    │   ├── EncryptedDatabase        no SQLite header, and bytes without structure
    │   ├── CorruptDatabase          a database with damaged pages
    │   ├── NewerSqlite              made by a version of SQLite that we do not have
    │   ├── NoConversations          a database without IronClaw's conversation tables
    │   ├── Ironclaw1Database        a history of IronClaw 1.x on a server, or where one of 0.x was
    │   ├── UnsupportedSchema        the tables are there, but lack what we must have
    │   ├── UnsupportedBackend       a history on PostgreSQL, without the driver
    │   └── BadConfiguration         a configuration file that cannot be read
    ├── ConversationNotFound       no such conversation, or another user's
    ├── ReadOnlyStore              this store may not write
    ├── DatabaseBusy               another program holds the file past the deadline
    ├── DatabaseFull               no room on the disk
    ├── StoreLost                  what was opened cannot be reached any more; ``reopen`` goes on
    │   ├── DatabaseReplaced         another file lies at the path by now
    │   └── CommitUnknown            the server hung up while it stored something
    ├── CommitFailed               the server hung up while it stored something, and it is not stored
    ├── MetadataConflict           the metadata is not what the caller expected
    ├── MetadataRefused            metadata that cannot be written safely
    ├── DuplicateThread            a unique thread of that kind exists already
    ├── JournalFailed              the journal of edits cannot be read or written
    ├── IndexFailed                the private search index cannot be read or written
    ├── ImportRefused              a file to import is not one that an export wrote
    ├── NotUnderstood              what was typed is no query, no time, no place
    └── DatabaseFailed             any other failure, by SQLite's own code

Every message is one plain sentence: what happened, to which file, what to do next. No message carries stored text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.records import Metadata


class StoreError(Exception):
    """Base of everything the store raises on purpose."""


class OpenError(StoreError):
    """The file cannot be opened as IronClaw's database."""


class MissingFile(OpenError):
    """Nothing lies at the path."""


class NoServer(OpenError):
    """No server answers at the address."""


class EmptyFile(OpenError):
    """The file has no content, or too little to be a database."""


class NotAFile(OpenError):
    """The path is a directory."""


class NotARegularFile(OpenError):
    """The path is a FIFO, a socket or a device."""


class PermissionRefused(OpenError):
    """The system does not let us read the file or one beside it."""


class ReadOnlyDirectory(OpenError):
    """A WAL database lies in a directory where its -shm file cannot be made."""


class NotADatabase(OpenError):
    """The file is of some other kind."""


class EncryptedDatabase(OpenError):
    """The file has no SQLite header and looks encrypted."""


class CorruptDatabase(OpenError):
    """The database has damaged pages."""


class NewerSqlite(OpenError):
    """The file was made by a SQLite newer than ours."""


class NoConversations(OpenError):
    """The database lacks IronClaw's conversation tables."""


class Ironclaw1Database(OpenError):
    """The database belongs to IronClaw 1.x, which stores threads differently."""


class UnsupportedSchema(OpenError):
    """The conversation tables lack something we cannot do without."""


class UnsupportedBackend(OpenError):
    """A history lies on PostgreSQL, and what is needed to open that is not installed."""


class BadConfiguration(OpenError):
    """A configuration file of IronClaw cannot be read."""


class ConversationNotFound(StoreError):
    """No such conversation, or one that belongs to another user."""


class ReadOnlyStore(StoreError):
    """The store was opened, or must be treated, as read-only."""


class DatabaseBusy(StoreError):
    """Another program held the file longer than the deadline."""


class DatabaseFull(StoreError):
    """The disk, or a limit on the file's size, leaves no room."""


class StoreLost(StoreError):
    """What was opened cannot be reached any more: its file was replaced, or its server hung up."""


class DatabaseReplaced(StoreLost):
    """The file at the path is not the one that was opened."""


class CommitUnknown(StoreLost):
    """The connection was lost while something was being stored: what is stored tells whether it was."""


class CommitFailed(StoreError):
    """The connection was lost while something was being stored, and a look has told that it is not stored."""


class MetadataConflict(StoreError):
    """The stored metadata is not what the caller expected.

    Args:
        sentence: What happened.
        stored: What is stored now, where the call was about the text of the whole document.
    """

    def __init__(self, sentence: str, stored: Metadata | None = None) -> None:
        super().__init__(sentence)
        self.stored = stored


class MetadataRefused(StoreError):
    """The metadata cannot be written without harm."""


class DuplicateThread(StoreError):
    """Another conversation already is this user's thread of that kind."""


class JournalFailed(StoreError):
    """The private journal of edits cannot be read or written."""


class IndexFailed(StoreError):
    """The private search index cannot be read or written."""


class ImportRefused(StoreError):
    """A file to import is not one that an export wrote, or its rows cannot be stored."""


class NotUnderstood(StoreError):
    """What a person typed is no query, no time or no place."""


class DatabaseFailed(StoreError):
    """SQLite failed in a way that has no name above."""
