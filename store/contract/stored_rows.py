"""Rows exactly as they are stored, on their way out of a store or into one: every column, every value as it is.

Beside each row that comes out is the record that the rest of the store hands out for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from store.records import Kind, Machines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

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


class StoredMessage:
    """A row of ``conversation_messages``.

    Args:
        row: What the store knows the row by; ``None`` where there is none.
        values: By the names of the columns, in their order in the file.
        read: Returns the same for reading, always whole; called where that is asked for, at most once.
    """

    __slots__ = ("_message", "_read", "row", "values")

    def __init__(self, row: int | str | None, values: Mapping[str, Value], read: Callable[[], Message]) -> None:
        self.row = row
        self.values = values
        self._read = read
        self._message: Message | None = None

    @classmethod
    def of(cls, row: int | str | None, values: Mapping[str, Value], message: Message) -> Self:
        """Return a row whose record for reading is made already."""
        return cls(row, values, lambda: message)

    def __reduce__(self) -> tuple[object, ...]:
        """Return what another process makes the row of."""
        return StoredMessage.of, (self.row, self.values, self.message)

    @property
    def message(self) -> Message:
        """Return the same for reading."""
        if self._message is None:
            self._message = self._read()
        return self._message


@dataclass(frozen=True, slots=True)
class RowSelection:
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


class RowPortion(NamedTuple):
    """Neighbouring messages of a conversation that are yet to be read."""

    conversation: StoredConversation
    ties: Sequence[int]
    """What the store knows their rows by, in their order; none where the conversation has no messages."""
    is_first: bool
    """Whether the conversation begins with them."""


class RowStream(Protocol):
    """Rows as they are read; ``async for`` gives them, ``async with`` stops it at the end.

    First comes a conversation, then its messages in their order, some at a time, then the next conversation. What is
    written meanwhile may or may not be there; what is there is whole. It has a connection of its own.
    """

    total: int
    """How many messages the chosen conversations had at the beginning."""
    done: int
    """How many of them are behind us."""

    @property
    def divisible(self) -> DivisibleRows | None:
        """Return the same as portions that any process may read; ``None`` if only this one can read them."""
        ...

    async def __aenter__(self) -> Self:
        """Connect and count."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        ...

    def __aiter__(self) -> Self:
        """Return itself."""
        ...

    async def __anext__(self) -> StoredConversation | tuple[StoredMessage, ...]:
        """Return the next conversation, or the next messages of the one that came last; some megabytes at most."""
        ...


class DivisibleRows(Protocol):
    """Rows of a file, in portions that another store over the same file can read, in another process too."""

    @property
    def path(self) -> Path:
        """Return the file."""
        ...

    @property
    def total(self) -> int:
        """Return how many messages there were at the beginning."""
        ...

    def portions(self) -> AsyncIterator[RowPortion]:
        """Yield what is to be read, conversation by conversation, in the order of the stream."""
        ...

    def read(self, portion: RowPortion) -> AsyncIterator[tuple[StoredMessage, ...]]:
        """Yield the messages of a portion without those that are gone, some megabytes at a time."""
        ...


class RowStore(Protocol):
    """Rows as they are stored."""

    def take(self, user_id: str, selection: RowSelection) -> RowStream:
        """Read conversations of a user, and their messages, exactly as they are stored.

        Conversations come in the order in which they were begun (that of their rows), or as their ids were given.

        Raises:
            ConversationNotFound: while it is entered: one of the given does not exist, or is another user's.
            StoreError: while it is iterated, as from any call.
        """
        ...


class ImportRow(NamedTuple):
    """A row to be stored."""

    is_message: bool
    """Whether it belongs into ``conversation_messages``, not into ``conversations``."""
    rowid: int | None
    values: dict[str, Value]
    line: int
    """Where it stands in the file that it comes from."""


class Imported(NamedTuple):
    """What a new database holds."""

    conversations: int
    messages: int
    is_loose: bool
    """Some rows did not fit into IronClaw's own tables, so that these are made without their rules."""
