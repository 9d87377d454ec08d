"""The 16 calls of IronClaw 0.24's ConversationStore over a file of 1.x, which is not written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.core.limits import at_least_one
from store.errors import ConversationNotFound
from store.ironclaw1 import automations, thread_rows
from store.ironclaw1.connections import ThreadBase
from store.ironclaw1.timeline_source import SequenceTimeline
from store.records import MessageCursor, MessagePage

if TYPE_CHECKING:
    from datetime import datetime

    from store.core.ordered_timeline import OrderedTimeline
    from store.ironclaw1.run_timeline import RunPlace
    from store.ironclaw1.schema import Database
    from store.records import Message


class IronclawCalls(ThreadBase):
    """What IronClaw 0.24 itself asks of its store."""

    async def create_conversation(self, channel: str, user_id: str, thread_id: str | None = None) -> str:
        """Refuse."""
        self._refuse(channel, user_id, thread_id)

    async def create_conversation_with_metadata(self, channel: str, user_id: str, metadata: Any) -> str:
        """Refuse."""
        self._refuse(channel, user_id, metadata)

    async def ensure_conversation(
        self, conversation_id: str, channel: str, user_id: str, thread_id: str | None = None
    ) -> bool:
        """Refuse."""
        self._refuse(conversation_id, channel, user_id, thread_id)

    async def touch_conversation(self, conversation_id: str) -> None:
        """Refuse."""
        self._refuse(conversation_id)

    async def add_conversation_message(self, conversation_id: str, role: str, content: str) -> str:
        """Refuse."""
        self._refuse(conversation_id, role, content)

    async def get_or_create_routine_conversation(self, routine_id: str, routine_name: str, user_id: str) -> str:
        """Refuse."""
        self._refuse(routine_id, routine_name, user_id)

    async def find_routine_conversation(self, routine_id: str, user_id: str) -> str | None:
        """Return the key of the conversation that the runs of an automation make, or ``None``."""
        for each in await self._reader.run(automations.automations, user_id):
            if each.id == routine_id:
                return each.key
        return None

    async def get_or_create_heartbeat_conversation(self, user_id: str) -> str:
        """Refuse."""
        self._refuse(user_id)

    async def get_or_create_assistant_conversation(self, user_id: str, channel: str) -> str:
        """Refuse."""
        self._refuse(user_id, channel)

    async def list_conversation_messages_paginated(
        self, conversation_id: str, before: MessageCursor | datetime | None = None, limit: int = 50
    ) -> MessagePage:
        """Return the newest ``limit`` messages before a cursor or a time, oldest first."""
        limit = at_least_one(limit)
        try:
            timeline = await self.timeline(conversation_id, None)
            stop = timeline.total if before is None else await _place(timeline, before)
            while before is None and not timeline.is_counted:
                await timeline.advance()
                stop = timeline.total
            found = await timeline.read(stop - limit, stop, None)
        except ConversationNotFound:
            return MessagePage((), has_more=False)
        return MessagePage(found.messages, has_more=found.start > 0 and bool(found.messages))

    async def list_conversation_messages(self, conversation_id: str) -> list[Message]:
        """Return every message of a conversation, oldest first, whole."""
        try:
            timeline = await self.timeline(conversation_id, None)
            while not await timeline.advance():
                pass
            return list((await timeline.read(0, timeline.total, None)).messages)
        except ConversationNotFound:
            return []

    async def update_conversation_metadata_field(self, conversation_id: str, key: str, value: Any) -> None:
        """Refuse."""
        self._refuse(conversation_id, key, value)

    async def conversation_belongs_to_user(self, conversation_id: str, user_id: str) -> bool:
        """Tell whether a conversation exists and is this user's."""
        return await self._reader.run(_belongs, conversation_id, user_id)


async def _place(timeline: SequenceTimeline | OrderedTimeline[RunPlace], before: MessageCursor | datetime) -> int:
    """Return the position of the first message at or after a cursor or a time."""
    if isinstance(timeline, SequenceTimeline):
        return await timeline.place(before)
    if isinstance(before, MessageCursor):
        found = await timeline.position(before)
        return timeline.total if found is None else found
    return await timeline.position_at(before)


def _belongs(db: Database, conversation_id: str, user_id: str) -> bool:
    try:
        if conversation_id.startswith(automations.KEY):
            automations.require(db, conversation_id, user_id)
        else:
            thread_rows.require(db, conversation_id, user_id)
    except ConversationNotFound:
        return False
    return True
