"""The contract of every store: the 16 calls of IronClaw 0.24's ConversationStore, and what a browser adds.

The calls keep IronClaw's names. Where the reference loses or invents data, these promise better:

1. Message order is total: by the instant of ``created_at``, then by tie, unreadable times last. A page edge inside a
   run of equal times loses nothing.
2. Conversations are ordered by the full ``last_activity``, newest first, then the greater tie; unreadable dates last.
3. ``limit < 1`` is a ``ValueError``. An unknown id in a touch or an update is ``ConversationNotFound``.
4. Insert and touch are one transaction; all three get-or-create calls take the same lock.
5. Bad data is shown as what it is and marked, never replaced by a default that looks real.
6. A list costs what it shows, not what the file holds.
7. Nothing is written by looking.
8. Foreign keys are on in every writer.

A store that cannot write raises ``ReadOnlyStore`` from every call that would, and serves the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from store.contract.searching import FindingStore
from store.contract.statistics import StatisticsStore
from store.contract.stored_rows import RowStore
from store.contract.usage import UsageStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from store.contract.capability import Capability
    from store.contract.raw_rows import RawMessage
    from store.contract.timeline import Timeline
    from store.records import (
        Channel,
        Conversation,
        ConversationCursor,
        ConversationPage,
        ConversationSummary,
        Kind,
        Machines,
        Message,
        MessageCursor,
        MessagePage,
        Metadata,
        Routine,
        SpecialThread,
        User,
    )


class ConversationStore(FindingStore, RowStore, StatisticsStore, UsageStore, Protocol):
    """Conversations and messages of one IronClaw database."""

    @property
    def capabilities(self) -> Mapping[Capability, str | None]:
        """Return what this store can: ``None``, or else in one sentence why not, for every capability."""
        ...

    # The 16 calls of IronClaw 0.24.

    async def create_conversation(self, channel: str, user_id: str, thread_id: str | None = None) -> str:
        """Create a conversation and return its id, a new UUID4."""
        ...

    async def create_conversation_with_metadata(self, channel: str, user_id: str, metadata: Any) -> str:
        """Create a conversation with the given JSON value as its metadata and return its id.

        Raises:
            DuplicateThread: the metadata make it a second routine or heartbeat thread of that kind.
        """
        ...

    async def ensure_conversation(
        self, conversation_id: str, channel: str, user_id: str, thread_id: str | None = None
    ) -> bool:
        """Create the conversation, or touch it if it is this user's on this channel.

        Args:
            conversation_id: The id that it has, or gets.
            channel: Where it is held.
            user_id: Whose it is.
            thread_id: The id of the thread on the channel; stored where the conversation is created.

        Returns:
            ``False``, with nothing changed, if the id belongs to another user or another channel.
        """
        ...

    async def touch_conversation(self, conversation_id: str) -> None:
        """Set ``last_activity`` to now.

        Raises:
            ConversationNotFound: there is no such conversation.
        """
        ...

    async def add_conversation_message(self, conversation_id: str, role: str, content: str) -> str:
        """Append a message and touch its conversation in one transaction; return the message's id.

        Raises:
            ConversationNotFound: there is no such conversation; nothing was stored.
        """
        ...

    async def list_conversations_with_preview(
        self, user_id: str, channel: str, limit: int
    ) -> list[ConversationSummary]:
        """Return this user's newest conversations on one channel, newest first."""
        ...

    async def list_conversations_all_channels(self, user_id: str, limit: int) -> list[ConversationSummary]:
        """Return this user's newest conversations, newest first."""
        ...

    async def get_or_create_routine_conversation(self, routine_id: str, routine_name: str, user_id: str) -> str:
        """Return the id of the routine's thread, made now if there is none; one per (user, routine)."""
        ...

    async def find_routine_conversation(self, routine_id: str, user_id: str) -> str | None:
        """Return the id of the routine's thread, or ``None``. Never writes."""
        ...

    async def get_or_create_heartbeat_conversation(self, user_id: str) -> str:
        """Return the id of the heartbeat thread, made now if there is none; one per user."""
        ...

    async def get_or_create_assistant_conversation(self, user_id: str, channel: str) -> str:
        """Return the id of the assistant thread, made now if there is none; one per (user, channel)."""
        ...

    async def list_conversation_messages_paginated(
        self, conversation_id: str, before: MessageCursor | datetime | None = None, limit: int = 50
    ) -> MessagePage:
        """Return the newest messages before a cursor or a time, oldest first.

        An unknown conversation gives an empty page, as in IronClaw.

        Args:
            conversation_id: Which conversation.
            before: Only messages before this place, or strictly earlier than this time.
            limit: How many at most.
        """
        ...

    async def list_conversation_messages(self, conversation_id: str) -> list[Message]:
        """Return every message of a conversation, oldest first, whole."""
        ...

    async def update_conversation_metadata_field(self, conversation_id: str, key: str, value: Any) -> None:
        """Merge ``{key: value}`` into the metadata by RFC 7396: ``None`` deletes the key, objects merge.

        Raises:
            ConversationNotFound: there is no such conversation.
            MetadataRefused: the stored metadata is not an object, or the result could not be written safely.
            DuplicateThread: another conversation already is this user's thread of that kind.
        """
        ...

    async def get_conversation_metadata(self, conversation_id: str) -> dict[str, Any] | None:
        """Return the metadata, or ``None`` if there is no such conversation.

        Raises:
            MetadataRefused: what is stored is not a JSON object.
        """
        ...

    async def conversation_belongs_to_user(self, conversation_id: str, user_id: str) -> bool:
        """Tell whether a conversation exists and is this user's."""
        ...

    # What a browser adds. Every call is scoped to one user: another user's conversation looks like a missing one.

    async def list_users(self) -> list[User]:
        """Return everybody with a conversation, most conversations first."""
        ...

    async def list_channels(self, user_id: str) -> list[Channel]:
        """Return the channels of a user with exact counts, fullest first, then by name."""
        ...

    async def list_conversations(
        self,
        user_id: str,
        *,
        channel: str | None = None,
        kind: Kind | None = None,
        machines: Machines = ...,
        after: ConversationCursor | None = None,
        before: ConversationCursor | None = None,
        oldest: bool = False,
        limit: int = 50,
    ) -> ConversationPage:
        """Return a page of conversations, newest first.

        Args:
            user_id: Whose conversations.
            channel: Only this channel.
            kind: Only this kind.
            machines: How to treat routine and heartbeat threads; all are shown by default.
            after: Only conversations after this place in the list (older ones).
            before: The ``limit`` conversations right before this place (newer ones).
            oldest: Start from the end of the list: the ``limit`` oldest.
            limit: How many at most.
        """
        ...

    async def count_conversations(
        self,
        user_id: str,
        *,
        channel: str | None = None,
        kind: Kind | None = None,
        machines: Machines = ...,
    ) -> int:
        """Return exactly how many conversations such a list holds.

        Args:
            user_id: Whose conversations.
            channel: Only this channel.
            kind: Only this kind.
            machines: How to treat routine and heartbeat threads; all are counted by default.
        """
        ...

    async def get_conversation(self, conversation_id: str, user_id: str) -> Conversation:
        """Return one conversation.

        Raises:
            ConversationNotFound: it does not exist, or is another user's.
        """
        ...

    async def find_conversations(self, prefix: str, user_id: str, *, limit: int = 10) -> list[Conversation]:
        """Return a user's conversations whose ``shown_id`` begins so, by that id; one that has it whole comes alone.

        Args:
            prefix: What was typed; nothing names nothing.
            user_id: Whose conversations.
            limit: How many at most.
        """
        ...

    async def timeline(self, conversation_id: str, user_id: str) -> Timeline:
        """Return the messages of a conversation as a sequence.

        Raises:
            ConversationNotFound: it does not exist, or is another user's.
        """
        ...

    async def read_message(self, message: Message, *, limit: int | None = None) -> Message:
        """Return a message again with up to ``limit`` bytes of its content, or with all of it.

        Raises:
            ConversationNotFound: the message is gone.
        """
        ...

    async def read_raw_message(self, message: Message, *, limit: int | None = None) -> RawMessage:
        """Return the row of a message as it is stored, with up to ``limit`` bytes of its content, or a megabyte.

        Raises:
            ConversationNotFound: the message is gone.
        """
        ...

    async def read_metadata(self, conversation_id: str, user_id: str) -> Metadata:
        """Return the metadata as they are stored, and whether they may be edited.

        Raises:
            ConversationNotFound: the conversation does not exist, or is another user's.
        """
        ...

    async def save_metadata(self, conversation_id: str, user_id: str, new: str, expected: str) -> Metadata:
        """Store the whole metadata if what is stored still is ``expected``; return what is stored then.

        Character for character, unless ``capabilities`` say that the spelling is not kept.

        A cancel while it runs waits for its end; what is stored then tells whether it was saved.

        Args:
            conversation_id: Which conversation.
            user_id: Whose it is.
            new: A JSON object as text.
            expected: The text that was read before.

        Raises:
            ConversationNotFound: the conversation does not exist any more, or is another user's.
            MetadataConflict: something else is stored by now; the error has it.
            MetadataRefused: the document, stored or new, is one that programs read differently.
            DuplicateThread: another conversation already is this user's thread of that kind.
            StoreLost: what was opened is not there any more.
            CommitFailed: the server hung up while it stored the document, and it is not stored.
            CommitUnknown: the server hung up while it stored the document, and what is stored does not tell whether
                it did, or cannot be asked for.
        """
        ...

    async def list_special_threads(self, user_id: str) -> list[SpecialThread]:
        """Return every routine, heartbeat and assistant thread of a user, the last used first."""
        ...

    async def list_routines(self, user_id: str) -> list[Routine]:
        """Return a user's routines by name, with their threads, then the threads whose routine is gone."""
        ...

    async def ping(self) -> None:
        """Make sure that what was opened is still there.

        Raises:
            StoreLost: it is not: another file, or none, lies at the path, or the server hung up.
        """
        ...

    async def reopen(self) -> None:
        """Go on with what the target names now, after ``StoreLost``: nothing is kept of the old one.

        Raises:
            OpenError: it cannot be opened as IronClaw's database; the store stays as it was.
            StoreLost: what the old one left behind would damage the new one.
        """
        ...

    async def check(self) -> list[str]:
        """Return what the engine finds wrong with the database, a line each; nothing if it is sound."""
        ...

    async def close(self) -> None:
        """Close every connection. May be called twice."""
        ...
