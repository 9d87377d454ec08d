"""Keep the timelines that were asked last, and read pages of IronClaw's calls through them."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from store.core.limits import at_least_one
from store.errors import ConversationNotFound
from store.records import MessagePage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from store.core.message_order import MessageOrder
    from store.core.ordered_timeline import OrderedTimeline
    from store.records import Message, MessageCursor

_KEPT = 8


class KeptTimelines:
    """A few timelines by conversation.

    Args:
        open_: Makes the timeline of a conversation, whoever it belongs to.
    """

    def __init__(self, open_: Callable[[str], Awaitable[OrderedTimeline[Any]]]) -> None:
        self._open = open_
        self._kept: OrderedDict[str, OrderedTimeline[Any]] = OrderedDict()

    def clear(self) -> None:
        """Keep none."""
        self._kept.clear()

    async def page(self, conversation_id: str, before: MessageCursor | datetime | None, limit: int) -> MessagePage:
        """Return the newest messages before a place, oldest first, whole; none of an unknown conversation.

        Args:
            conversation_id: Which conversation.
            before: A cursor or a time; ``None`` for the end.
            limit: Messages at most.
        """
        at_least_one(limit)

        def choose(order: MessageOrder) -> tuple[int, int]:
            stop = order.total if before is None else order.place(before)
            return stop - limit, stop

        try:
            found = await (await self._of(conversation_id)).window(choose, None)
        except ConversationNotFound:
            return MessagePage((), has_more=False)
        return MessagePage(found.messages, has_more=found.start > 0 and bool(found.messages))

    async def whole(self, conversation_id: str) -> list[Message]:
        """Return every message of a conversation, oldest first, whole; none of an unknown one."""
        try:
            found = await (await self._of(conversation_id)).window(lambda order: (0, order.total), None)
        except ConversationNotFound:
            return []
        return list(found.messages)

    async def _of(self, conversation_id: str) -> OrderedTimeline[Any]:
        timeline = self._kept.pop(conversation_id, None) or await self._open(conversation_id)
        self._kept[conversation_id] = timeline
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return timeline
