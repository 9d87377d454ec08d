"""Rows exactly as they are stored, for taking them elsewhere: every column and every value, nothing put right.

Beside each row is the record that the rest of the store hands out for it, for those who only want to read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.records import Kind, Machines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.records import Conversation, Message, MessageCursor

Value = None | int | float | str | bytes
"""A value as it is kept: NULL, a whole number, another, text or bytes; see ``RawText`` for text that is none."""


class RawText(bytes):
    """What is stored as TEXT and is no UTF-8, byte for byte."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A row of ``conversations``."""

    row: int | str | None
    """What the store knows the row by; ``None`` where there is none."""
    values: Mapping[str, Value]
    """By the names of the columns, in their order in the file."""
    conversation: Conversation
    """The same for reading."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A row of ``conversation_messages``."""

    row: int | str | None
    """What the store knows the row by; ``None`` where there is none."""
    values: Mapping[str, Value]
    """By the names of the columns, in their order in the file."""
    message: Message
    """The same for reading, always whole."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What to take along: conversations, and which of their messages."""

    ids: tuple[str, ...] | None = None
    """Only these, in this order; ``None`` for every conversation that the rest chooses."""
    channel: str | None = None
    kind: Kind | None = None
    machines: Machines = Machines.SHOWN
    first: MessageCursor | None = None
    """The first place that is taken."""
    last: MessageCursor | None = None
    """The last one."""

    @property
    def is_stretch(self) -> bool:
        """Tell whether only a part of the messages is meant; conversations without any of them are left out then."""
        return self.first is not None or self.last is not None
