"""The bookmarks of one reader: places of messages and notes on them, never what a message says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from store.records import UNREADABLE, MessageCursor

if TYPE_CHECKING:
    from tui.config.reader_facts import ReaderFacts

LATEST = 2**57
"""No instant lies beyond it, in microseconds of the epoch: it is in the year 6536."""
LONGEST_NOTE = 200
"""Characters of a note."""


class BookmarkedMessage(NamedTuple):
    """A message that the reader wants to find again."""

    user_id: str
    conversation_id: str
    message_id: str
    cursor: MessageCursor
    made_at: int
    """When it was bookmarked, in microseconds of the epoch."""
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what tells it from others."""
        return self.user_id, self.conversation_id, self.message_id


class Bookmarks:
    """Bookmarks by their messages.

    Args:
        facts: Where they are kept.
    """

    def __init__(self, facts: ReaderFacts) -> None:
        self._facts = facts

    def all(self) -> list[BookmarkedMessage]:
        """Return every bookmark, the one made last first."""
        kept = (_bookmark(about, text) for about, text in self._facts.all().items())
        return sorted((each for each in kept if each is not None), key=lambda each: each.made_at, reverse=True)

    def get(self, *key: str) -> BookmarkedMessage | None:
        """Return the bookmark of a message by user, conversation and message, ``None`` if it has none."""
        text = self._facts.get(*key)
        return None if text is None else _bookmark(key, text)

    def put(self, bookmark: BookmarkedMessage) -> None:
        """Keep a bookmark, in place of another of the same message."""
        place = [bookmark.cursor.instant, bookmark.cursor.tie]
        facts = {"place": place, "made_at": bookmark.made_at, "note": bookmark.note[:LONGEST_NOTE]}
        self._facts.set(json.dumps(facts), *bookmark.key)

    def remove(self, bookmark: BookmarkedMessage) -> None:
        """Keep a bookmark no more."""
        self._facts.take(*bookmark.key)


def _bookmark(about: tuple[str, ...], text: str) -> BookmarkedMessage | None:
    """Return a bookmark as it was kept, ``None`` if the text is none."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match about, facts:
        case (user, conversation, message), {
            "place": [int(instant), int() | str() | None as tie],
            "made_at": int(made_at),
            "note": str(note),
        } if abs(instant) < LATEST or instant == UNREADABLE:
            return BookmarkedMessage(user, conversation, message, MessageCursor(instant, tie), made_at, note)
    return None
