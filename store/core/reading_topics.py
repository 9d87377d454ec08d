"""What the reading calls of a store ask of its format, each protocol being filled by a module of that name.

Every function is run whole, as one transaction of a connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.contract.raw_rows import RawMessage
    from store.contract.usage import RoutineRun
    from store.core.list_filter import Filter, PageRequest, RunsRequest
    from store.records import (
        Channel,
        Conversation,
        ConversationPage,
        ConversationSummary,
        Count,
        Message,
        MessageCursor,
        Routine,
        User,
    )
    from store.records import Metadata as StoredMetadata

Db_contra = TypeVar("Db_contra", contravariant=True)


class ListPages(Protocol[Db_contra]):
    """Says what lists there are."""

    def users(self, db: Db_contra, /) -> list[User]:
        """Return everybody with a conversation, most conversations first, then by name."""
        ...

    def channels(self, db: Db_contra, user_id: str, /) -> list[Channel]:
        """Return the channels of a user, fullest first, then by name."""
        ...

    def count(self, db: Db_contra, chosen: Filter, /) -> int:
        """Return exactly how many conversations a list holds."""
        ...


class Conversations(Protocol[Db_contra]):
    """Describes conversations."""

    def page(self, db: Db_contra, asked: PageRequest, /) -> ConversationPage:
        """Return a page of a list, newest first, and whether newer and older ones exist."""
        ...

    def one(self, db: Db_contra, conversation_id: str, user_id: str, /) -> Conversation:
        """Return one conversation.

        Raises:
            ConversationNotFound: it does not exist, or is another user's.
        """
        ...

    def named(self, db: Db_contra, prefix: str, user_id: str, /, *, limit: int) -> list[Conversation]:
        """Return conversations whose id begins so, by id; those that have it whole come alone.

        Args:
            db: The connection.
            prefix: How the id begins.
            user_id: Whose they must be.
            limit: How many at most.
        """
        ...


class Summaries(Protocol[Db_contra]):
    """Lists conversations as IronClaw does."""

    def newest(self, db: Db_contra, chosen: Filter, limit: int, /) -> list[ConversationSummary]:
        """Return the summaries of the newest conversations of a list, newest first."""
        ...


class Messages(Protocol[Db_contra]):
    """Reads messages."""

    def unseen(
        self, db: Db_contra, user_id: str, seen: Mapping[str, MessageCursor | None], cap: int, /
    ) -> dict[str, Count]:
        """Count what came after the given messages, as far as a cap.

        Args:
            db: The connection.
            user_id: Whose conversations.
            seen: For each conversation the newest message that was seen, ``None`` if none was.
            cap: Count no further than this.
        """
        ...


class Metadata(Protocol[Db_contra]):
    """Reads metadata."""

    def read(self, db: Db_contra, conversation_id: str, /) -> dict[str, Any] | None:
        """Return the metadata, ``None`` if there is no such conversation."""
        ...

    def read_text(self, db: Db_contra, conversation_id: str, user_id: str, /) -> StoredMetadata:
        """Return the metadata as they are stored, and why they may not be edited, if so."""
        ...


class Routines(Protocol[Db_contra]):
    """Reads routines."""

    def routines(self, db: Db_contra, user_id: str, /) -> list[Routine]:
        """Return a user's routines by name."""
        ...


class RoutineRuns(Protocol[Db_contra]):
    """Reads runs of routines."""

    def runs(self, db: Db_contra, asked: RunsRequest, /) -> list[RoutineRun]:
        """Return the runs that began between two times, the oldest first."""
        ...


class RawRows(Protocol[Db_contra]):
    """Reads rows as they are stored."""

    def read(self, db: Db_contra, message: Message, limit: int | None, /) -> RawMessage:
        """Return the row of a message, with up to ``limit`` bytes of its content, or a megabyte."""
        ...


class ReadingTopics(Protocol[Db_contra]):
    """The topics of one format; those that are seldom asked are loaded when they are."""

    @property
    def list_pages(self) -> ListPages[Db_contra]:
        """Return what says which lists there are."""
        ...

    @property
    def conversations(self) -> Conversations[Db_contra]:
        """Return what describes conversations."""
        ...

    @property
    def summaries(self) -> Summaries[Db_contra]:
        """Return what lists conversations as IronClaw does."""
        ...

    @property
    def messages(self) -> Messages[Db_contra]:
        """Return what reads messages."""
        ...

    @property
    def metadata(self) -> Metadata[Db_contra]:
        """Return what reads metadata."""
        ...

    @property
    def routines(self) -> Routines[Db_contra]:
        """Return what reads routines."""
        ...

    @property
    def routine_runs(self) -> RoutineRuns[Db_contra]:
        """Return what reads runs of routines."""
        ...

    @property
    def raw_rows(self) -> RawRows[Db_contra]:
        """Return what reads rows as they are stored."""
        ...
