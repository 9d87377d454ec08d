"""What has arrived since the browser was started, newest last: pure records, so many at most.

``following`` fills it, the newsroom shows it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store.contract.feed import News
    from store.records import Conversation, Message

HELD = 1000
"""Messages kept at most."""
LONGEST = 600
"""Characters kept of a message."""


class Arrival(NamedTuple):
    """A message that was written while the browser ran."""

    conversation: Conversation
    """As it was then."""
    message: Message
    head: str
    """How its text begins."""


class Arrivals:
    """Messages in the order in which they came."""

    def __init__(self) -> None:
        self.total = 0
        """How many there were in all, those no longer kept among them."""
        self._held: deque[Arrival] = deque(maxlen=HELD)

    def __len__(self) -> int:
        return len(self._held)

    @property
    def held(self) -> list[Arrival]:
        """Return those that are kept, oldest first."""
        return list(self._held)

    def add(self, news: News) -> list[Arrival]:
        """Keep the messages of some news; return them."""
        known = {conversation.id: conversation for conversation in news.conversations}
        fresh = [
            Arrival(known[message.conversation_id], message, message.content[:LONGEST])
            for message in news.messages
            if message.conversation_id in known
        ]
        self._held.extend(fresh)
        self.total += len(fresh)
        return fresh
