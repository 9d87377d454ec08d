"""What a store of IronClaw 0.x does over any dialect, a line or two a call. All SQL is in the dialects' topics."""

from __future__ import annotations

from abc import abstractmethod
from datetime import UTC
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

from store.core.new_rows import NewConversation, NewMessage, new_id, require_text
from store.core.reading_store import Connection, ReadingStore
from store.errors import ReadOnlyStore
from store.ironclaw0.metadata_rules import written
from store.ironclaw0.single_threads import SingleThread
from store.records import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from store.contract.usage import Usage
    from store.core.kept_timelines import KeptTimelines
    from store.ironclaw0.topics import Threads, Topics
    from store.records import Message, MessageCursor, MessagePage, Metadata, SpecialThread

Now = TypeVar("Now")
P = ParamSpec("P")
T = TypeVar("T")


class Ironclaw0Store(ReadingStore[Connection], Generic[Connection, Now]):
    """A part of ``contract.ConversationStore``; a subclass is a dialect and has the rest."""

    read_only_reason: str | None
    """Why this store does not write, in one sentence; ``None`` if it does."""
    _timelines: KeptTimelines

    @property
    @abstractmethod
    def _topics(self) -> Topics[Connection, Now]:
        """Return what the dialect answers."""

    @abstractmethod
    async def _in_transaction(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function as one transaction that writes."""

    @abstractmethod
    def _now(self) -> Now:
        """Return the time to store."""

    async def create_conversation(self, channel: str, user_id: str, thread_id: str | None = None) -> str:
        """Create a conversation and return its id, a new UUID4."""
        self._require_text(channel, user_id, thread_id)
        new = NewConversation(new_id(), channel, user_id, thread_id)
        return await self._write(self._topics.threads.create, new, self._now())

    async def create_conversation_with_metadata(self, channel: str, user_id: str, metadata: Any) -> str:
        """Create a conversation with the given JSON value as its metadata and return its id."""
        self._require_text(channel, user_id)
        new = NewConversation(new_id(), channel, user_id, metadata=written(metadata))
        return await self._write(self._topics.threads.create, new, self._now())

    async def ensure_conversation(
        self, conversation_id: str, channel: str, user_id: str, thread_id: str | None = None
    ) -> bool:
        """Create the conversation, or touch it; ``False`` if it is another user's or on another channel."""
        self._require_text(conversation_id, channel, user_id, thread_id)
        new = NewConversation(conversation_id, channel, user_id, thread_id)
        return await self._write(self._topics.threads.ensure, new, self._now())

    async def touch_conversation(self, conversation_id: str) -> None:
        """Set ``last_activity`` to now."""
        await self._write(self._topics.threads.touch, conversation_id, self._now())

    async def add_conversation_message(self, conversation_id: str, role: str, content: str) -> str:
        """Append a message and touch its conversation in one transaction; return the message's id."""
        self._require_text(role, content)
        new = NewMessage(conversation_id, new_id(), role, content)
        await self._write(self._topics.messages.append, new, self._now())
        return new.id

    async def get_or_create_routine_conversation(self, routine_id: str, routine_name: str, user_id: str) -> str:
        """Return the id of the routine's thread, made now if there is none; one per (user, routine)."""
        self._require_text(routine_id, routine_name, user_id)
        return await self._get_or_create(SingleThread(Kind.ROUTINE, user_id, routine_id), routine_name)

    async def find_routine_conversation(self, routine_id: str, user_id: str) -> str | None:
        """Return the id of the routine's thread, or ``None``. Never writes."""
        sought = SingleThread(Kind.ROUTINE, user_id, routine_id)
        return await self._reader.run(self._topics.threads.find_single, sought)

    async def get_or_create_heartbeat_conversation(self, user_id: str) -> str:
        """Return the id of the heartbeat thread, made now if there is none; one per user."""
        self._require_text(user_id)
        return await self._get_or_create(SingleThread(Kind.HEARTBEAT, user_id))

    async def get_or_create_assistant_conversation(self, user_id: str, channel: str) -> str:
        """Return the id of the assistant thread, made now if there is none; one per (user, channel)."""
        self._require_text(user_id, channel)
        return await self._get_or_create(SingleThread(Kind.ASSISTANT, user_id, channel))

    async def _get_or_create(self, sought: SingleThread, routine_name: str = "") -> str:
        new = NewConversation(
            new_id(), sought.channel, sought.user_id, metadata=written(sought.metadata(routine_name))
        )
        return await self._write(_get_or_create, self._topics.threads, sought, new, self._now())

    async def list_conversation_messages_paginated(
        self, conversation_id: str, before: MessageCursor | datetime | None = None, limit: int = 50
    ) -> MessagePage:
        """Return the newest ``limit`` messages before a cursor or a time, oldest first."""
        return await self._timelines.page(conversation_id, before, limit)

    async def list_conversation_messages(self, conversation_id: str) -> list[Message]:
        """Return every message of a conversation, oldest first, whole."""
        return await self._timelines.whole(conversation_id)

    async def read_message(self, message: Message, *, limit: int | None = None) -> Message:
        """Return a message again with up to ``limit`` bytes of its content, or with all of it."""
        return await self._reader.run(self._topics.messages.again, message, limit)

    async def update_conversation_metadata_field(self, conversation_id: str, key: str, value: Any) -> None:
        """Merge ``{key: value}`` into the metadata by RFC 7396: ``None`` deletes the key, objects merge."""
        await self._write(self._topics.metadata.update_field, conversation_id, key, value)

    async def save_metadata(self, conversation_id: str, user_id: str, new: str, expected: str) -> Metadata:
        """Store the whole metadata if what is stored still is ``expected``."""
        return await self._write(self._topics.metadata.save, conversation_id, user_id, new, expected)

    async def conversation_belongs_to_user(self, conversation_id: str, user_id: str) -> bool:
        """Tell whether a conversation exists and is this user's."""
        return await self._reader.run(self._topics.row_handles.find, conversation_id, user_id) is not None

    async def list_special_threads(self, user_id: str) -> list[SpecialThread]:
        """Return every routine, heartbeat and assistant thread of a user, the last used first."""
        return await self._reader.run(self._topics.threads.special_threads, user_id)

    async def usage(self, conversation_id: str, user_id: str, *, tz: tzinfo = UTC) -> Usage:
        """Count what a conversation took, in short steps, so that pages are read meanwhile."""
        return await self._topics.usage.usage(self._reader, conversation_id, user_id, tz)

    async def _write(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self.read_only_reason is not None:
            raise ReadOnlyStore(self.read_only_reason)
        return await self._in_transaction(function, *args, **kwargs)

    def _require_text(self, *texts: str | None) -> None:
        """Refuse text that could not be read back.

        Raises:
            ValueError: one holds half a character.
        """
        require_text(*texts)


def _get_or_create(
    db: Connection, threads: Threads[Connection, Now], sought: SingleThread, new: NewConversation, now: Now
) -> str:
    """Return the id of a thread that there should be one of, made now if there is none."""
    threads.hold_single(db, sought)
    return threads.find_single(db, sought) or threads.create(db, new, now)
