"""The conversations held by the list: one run of a long sequence, extended at either end, bounded.

Pure: knows records, no Textual and no store. The list asks it what is held, what to ask for next, and where each row
stands in the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from store.records import UNREADABLE, Machines

if TYPE_CHECKING:
    from store.records import Conversation, ConversationCursor, ConversationPage

HELD = 600
"""Conversations held at most; more than any page of a list."""


def belongs(conversation: Conversation, channel: str | None, machines: Machines) -> bool:
    """Tell whether a list of a channel, ``None`` for all, with machine threads so treated, has a conversation."""
    if channel is not None and conversation.channel != channel:
        return False
    if machines is Machines.ONLY:
        return conversation.kind.is_machine
    is_failing = conversation.routine is not None and conversation.routine.consecutive_failures > 0
    return machines is Machines.SHOWN or is_failing or not conversation.kind.is_machine


class End(Enum):
    """An end of the window."""

    NEWER = "newer"
    OLDER = "older"


@dataclass
class ConversationWindow:
    """A run of neighbouring conversations, newest first."""

    rows: list[Conversation] = field(default_factory=list)
    first: int = 0
    """Position of ``rows[0]`` in the whole list, from 0 at the newest."""
    total: int | None = None
    """Conversations in the whole list, once counted."""
    reaches_newest: bool = True
    reaches_oldest: bool = False
    in_flight: End | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def length(self) -> int:
        """Return how many rows the whole list has, as far as is known."""
        known = self.first + len(self.rows)
        return known if self.reaches_oldest else max(known + 1, self.total or 0)

    def index_of(self, conversation_id: str) -> int | None:
        """Return the position of a conversation in the whole list, or ``None`` if it is not held."""
        for index, row in enumerate(self.rows):
            if row.id == conversation_id:
                return self.first + index
        return None

    def get(self, index: int) -> Conversation | None:
        """Return the conversation at a position of the whole list, or ``None`` if it is not held."""
        held = index - self.first
        return self.rows[held] if 0 <= held < len(self.rows) else None

    def edge(self, end: End) -> Conversation | None:
        """Return the last conversation held at an end."""
        return (self.rows[0] if end is End.NEWER else self.rows[-1]) if self.rows else None

    def start_of(self, selected: str | None) -> int:
        """Return the position of a conversation of the first page, by default of the one at the end it is of."""
        index = self.index_of(selected) if selected is not None else None
        if index is None:
            index = self.first if self.reaches_newest else self.first + len(self.rows) - 1
        return max(0, index)

    def end_beyond(self, index: int) -> End | None:
        """Return the end of the whole list that a position lies beyond, ``None`` if rows may be there."""
        if index < 0 and self.reaches_newest:
            return End.NEWER
        return End.OLDER if index >= self.first + len(self.rows) and self.reaches_oldest else None

    def start(self, page: ConversationPage) -> None:
        """Hold only this page: the newest ones, or the oldest if ``page`` has newer but no older ones."""
        self.rows = list(page.conversations)
        self.reaches_newest, self.reaches_oldest = not page.has_newer, not page.has_older
        self.in_flight = None
        if self.reaches_newest:
            self.first = 0
        else:
            self.first = max(0, (self.total or 0) - len(self.rows))

    def extend(self, end: End, page: ConversationPage) -> None:
        """Append a page at one end and drop rows at the other that are too many."""
        self.in_flight = None
        held = {row.id for row in self.rows}
        fresh = [row for row in page.conversations if row.id not in held]
        if end is End.OLDER:
            self.rows += fresh
            self.reaches_oldest = not page.has_older
            if (surplus := len(self.rows) - HELD) > 0:
                del self.rows[:surplus]
                self.first += surplus
                self.reaches_newest = False
        else:
            self.rows[:0] = fresh
            self.reaches_newest = not page.has_newer
            self.first = 0 if self.reaches_newest else max(1, self.first - len(fresh))
            if len(self.rows) > HELD:
                del self.rows[HELD:]
                self.reaches_oldest = False

    def replace(self, conversation: Conversation) -> bool:
        """Hold a conversation as it is now, where it stands; return whether it was held."""
        index = self.index_of(conversation.id)
        if index is not None:
            self.rows[index - self.first] = conversation
        return index is not None

    def put(self, conversation: Conversation) -> None:
        """Take in a conversation as it is now, at its place; beyond an end that is not held it is dropped."""
        held = self.index_of(conversation.id)
        if held is not None:
            del self.rows[held - self.first]
        place = _place(conversation)
        index = next((index for index, row in enumerate(self.rows) if place > _place(row)), len(self.rows))
        if index == 0 and not self.reaches_newest:
            self.first += 1
        elif index == len(self.rows) and self.rows and not self.reaches_oldest:
            return
        else:
            self.rows.insert(index, conversation)
            if len(self.rows) > HELD:
                self.rows.pop()
                self.reaches_oldest = False

    def remove(self, conversation_id: str) -> bool:
        """Let a conversation go that is there no more, or no longer belongs here; return whether it was held."""
        held = self.index_of(conversation_id)
        if held is None:
            return False
        del self.rows[held - self.first]
        if self.total is not None:
            self.total = max(len(self.rows), self.total - 1)
        return True

    def wanted(self, top: int, bottom: int, margin: int) -> End | None:
        """Return which end to extend so that ``top`` to ``bottom`` and a margin around are held, if any."""
        if self.in_flight is not None or not self.rows:
            return None
        if not self.reaches_oldest and bottom + margin >= self.first + len(self.rows):
            return End.OLDER
        if not self.reaches_newest and top - margin < self.first:
            return End.NEWER
        return None


def _place(row: Conversation) -> tuple[bool, ConversationCursor]:
    """Return the key of the order of the list, greatest first: the newest first, unreadable times last."""
    return row.cursor.instant != UNREADABLE, row.cursor
