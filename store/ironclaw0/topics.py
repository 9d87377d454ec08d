"""What the store of IronClaw 0.x asks of a dialect: each protocol is filled by the dialect's module of that name.

Every function is run whole, as one transaction of a connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from store.core import reading_topics

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import tzinfo

    from store.contract.usage import Usage as Sums
    from store.core.new_rows import NewConversation, NewMessage
    from store.core.step_search import Lane
    from store.ironclaw0.single_threads import SingleThread
    from store.records import Message, SpecialThread
    from store.records import Metadata as StoredMetadata

Db_contra = TypeVar("Db_contra", contravariant=True)
Now_contra = TypeVar("Now_contra", contravariant=True)
"""How a dialect takes a time that it stores."""


class Threads(Protocol[Db_contra, Now_contra]):
    """Creates conversations, finds and makes the special ones."""

    def create(self, db: Db_contra, new: NewConversation, now: Now_contra, /) -> str:
        """Insert a conversation, begun at a time, and return its id."""
        ...

    def ensure(self, db: Db_contra, new: NewConversation, now: Now_contra, /) -> bool:
        """Create a conversation, or touch it if it is this user's on this channel; tell whether it is."""
        ...

    def touch(self, db: Db_contra, conversation_id: str, now: Now_contra, /) -> None:
        """Set ``last_activity``.

        Raises:
            ConversationNotFound: there is no such conversation.
        """
        ...

    def find_single(self, db: Db_contra, sought: SingleThread, /) -> str | None:
        """Return the id of a thread that there should be one of; of several the one last used."""
        ...

    def hold_single(self, db: Db_contra, sought: SingleThread, /) -> None:
        """Let no other clawback make such a thread until the transaction ends."""
        ...

    def special_threads(self, db: Db_contra, user_id: str, /) -> list[SpecialThread]:
        """Return the special threads of a user, the last used first."""
        ...


class Messages(reading_topics.Messages[Db_contra], Protocol[Db_contra, Now_contra]):
    """Reads messages, and appends one."""

    def again(self, db: Db_contra, message: Message, limit: int | None, /) -> Message:
        """Return a message anew with up to ``limit`` bytes of its content.

        Raises:
            ConversationNotFound: the message, or its conversation, is gone.
        """
        ...

    def append(self, db: Db_contra, new: NewMessage, now: Now_contra, /) -> None:
        """Append a message at a time, and touch its conversation; for one transaction.

        Raises:
            ConversationNotFound: there is no such conversation.
        """
        ...


class Metadata(reading_topics.Metadata[Db_contra], Protocol[Db_contra]):
    """Reads and edits metadata."""

    def save(self, db: Db_contra, conversation_id: str, user_id: str, new: str, expected: str, /) -> StoredMetadata:
        """Store a document, if what is stored still is ``expected``; return it as it is stored then.

        Args:
            db: The connection.
            conversation_id: Which conversation.
            user_id: Whose it must be.
            new: The document to store.
            expected: What is stored so far.
        """
        ...

    def update_field(self, db: Db_contra, conversation_id: str, key: str, value: object, /) -> None:
        """Merge ``{key: value}`` into the metadata by RFC 7396.

        Args:
            db: The connection.
            conversation_id: Which conversation.
            key: The field.
            value: A JSON value; ``None`` deletes the field.
        """
        ...


class RowHandles(Protocol[Db_contra]):
    """Finds rows."""

    def find(self, db: Db_contra, conversation_id: str, user_id: str | None, /) -> object | None:
        """Return what names the row of a conversation, ``None`` if there is none or it is another user's."""
        ...


class Usage(Protocol[Db_contra]):
    """Counts what a conversation took."""

    def usage(self, reader: Lane[Db_contra], conversation_id: str, user_id: str, tz: tzinfo, /) -> Awaitable[Sums]:
        """Count what a conversation took, in short steps.

        Args:
            reader: The connection.
            conversation_id: Which conversation.
            user_id: Whose it must be.
            tz: The zone in which weeks begin.
        """
        ...


class Topics(reading_topics.ReadingTopics[Db_contra], Protocol[Db_contra, Now_contra]):
    """The topics of one dialect."""

    @property
    def threads(self) -> Threads[Db_contra, Now_contra]:
        """Return what creates conversations."""
        ...

    @property
    def messages(self) -> Messages[Db_contra, Now_contra]:
        """Return what reads and appends messages."""
        ...

    @property
    def metadata(self) -> Metadata[Db_contra]:
        """Return what reads and edits metadata."""
        ...

    @property
    def row_handles(self) -> RowHandles[Db_contra]:
        """Return what finds rows."""
        ...

    @property
    def usage(self) -> Usage[Db_contra]:
        """Return what counts usage."""
        ...
