"""The 16 calls of IronClaw 0.24's ConversationStore over one SQLite file, a line or two each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.core.limits import at_least_one
from store.core.new_rows import new_id, require_text
from store.ironclaw0.list_filter import Filter
from store.ironclaw0.metadata_rules import written as written_json
from store.ironclaw0.sqlite import messages, metadata, summaries, threads
from store.ironclaw0.sqlite.connections import SqliteBase
from store.ironclaw0.sqlite.row_handles import find

if TYPE_CHECKING:
    from datetime import datetime

    from store.records import ConversationSummary, Message, MessageCursor, MessagePage


class IronclawCalls(SqliteBase):
    """What IronClaw itself can ask of its store."""

    async def create_conversation(self, channel: str, user_id: str, thread_id: str | None = None) -> str:
        """Create a conversation and return its id, a new UUID4."""
        require_text(channel, user_id, thread_id)
        return await self._write(threads.create, new_id(), channel, user_id, self._now(), thread_id=thread_id)

    async def create_conversation_with_metadata(self, channel: str, user_id: str, metadata: Any) -> str:
        """Create a conversation with the given JSON value as its metadata and return its id."""
        require_text(channel, user_id)
        text = written_json(metadata)
        return await self._write(threads.create, new_id(), channel, user_id, self._now(), metadata=text)

    async def ensure_conversation(
        self, conversation_id: str, channel: str, user_id: str, thread_id: str | None = None
    ) -> bool:
        """Create the conversation, or touch it; ``False`` if it is another user's or on another channel."""
        require_text(conversation_id, channel, user_id, thread_id)
        return await self._write(threads.ensure, conversation_id, channel, user_id, self._now(), thread_id=thread_id)

    async def touch_conversation(self, conversation_id: str) -> None:
        """Set ``last_activity`` to now."""
        await self._write(threads.touch, conversation_id, self._now())

    async def add_conversation_message(self, conversation_id: str, role: str, content: str) -> str:
        """Append a message and touch its conversation in one transaction; return the message's id."""
        require_text(role, content)
        message_id = new_id()
        await self._write(messages.append, conversation_id, message_id, role=role, content=content, now=self._now())
        return message_id

    async def list_conversations_with_preview(
        self, user_id: str, channel: str, limit: int
    ) -> list[ConversationSummary]:
        """Return this user's newest conversations on one channel, newest first."""
        return await self._reader.run(
            summaries.newest, self._list_cache, Filter(user_id, channel), at_least_one(limit)
        )

    async def list_conversations_all_channels(self, user_id: str, limit: int) -> list[ConversationSummary]:
        """Return this user's newest conversations, newest first."""
        return await self._reader.run(summaries.newest, self._list_cache, Filter(user_id), at_least_one(limit))

    async def get_or_create_routine_conversation(self, routine_id: str, routine_name: str, user_id: str) -> str:
        """Return the id of the routine's thread, made now if there is none; one per (user, routine)."""
        require_text(routine_id, routine_name, user_id)
        return await self._write(
            threads.get_or_create_routine, new_id(), routine_id, routine_name, user_id, now=self._now()
        )

    async def find_routine_conversation(self, routine_id: str, user_id: str) -> str | None:
        """Return the id of the routine's thread, or ``None``. Never writes."""
        return await self._reader.run(threads.find_routine, routine_id, user_id)

    async def get_or_create_heartbeat_conversation(self, user_id: str) -> str:
        """Return the id of the heartbeat thread, made now if there is none; one per user."""
        require_text(user_id)
        return await self._write(threads.get_or_create_heartbeat, new_id(), user_id, self._now())

    async def get_or_create_assistant_conversation(self, user_id: str, channel: str) -> str:
        """Return the id of the assistant thread, made now if there is none; one per (user, channel)."""
        require_text(user_id, channel)
        return await self._write(threads.get_or_create_assistant, new_id(), user_id, channel, self._now())

    async def list_conversation_messages_paginated(
        self, conversation_id: str, before: MessageCursor | datetime | None = None, limit: int = 50
    ) -> MessagePage:
        """Return the newest ``limit`` messages before a cursor or a time, oldest first."""
        return await self._timelines.page(conversation_id, before, limit)

    async def list_conversation_messages(self, conversation_id: str) -> list[Message]:
        """Return every message of a conversation, oldest first, whole."""
        return await self._timelines.whole(conversation_id)

    async def update_conversation_metadata_field(self, conversation_id: str, key: str, value: Any) -> None:
        """Merge ``{key: value}`` into the metadata by RFC 7396: ``None`` deletes the key, objects merge."""
        await self._write(metadata.update_field, conversation_id, key, value)

    async def get_conversation_metadata(self, conversation_id: str) -> dict[str, Any] | None:
        """Return the metadata, or ``None`` if there is no such conversation."""
        return await self._reader.run(metadata.read, conversation_id)

    async def conversation_belongs_to_user(self, conversation_id: str, user_id: str) -> bool:
        """Tell whether a conversation exists and is this user's."""
        return await self._reader.run(find, conversation_id, user_id) is not None
