"""The formats of an export, and what every writer of one is told and does."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, tzinfo
    from pathlib import Path

    from store.contract.stored_rows import StoredConversation, StoredMessage
    from store.records import Message


class Format(Enum):
    """What kind of file an export is; the value is its name, and the member of the same name its suffix."""

    MARKDOWN = "markdown"
    JSON = "json"
    JSONL = "jsonl"
    TEXT = "text"
    HTML = "html"

    @property
    def suffix(self) -> str:
        """Return how the names of such files end."""
        return {Format.MARKDOWN: ".md", Format.TEXT: ".txt"}.get(self, f".{self.value}")

    @classmethod
    def of(cls, path: Path) -> Format | None:
        """Return the format that the name of a file asks for."""
        suffix = path.suffix.lower()
        return next((each for each in cls if each.suffix == suffix), Format.HTML if suffix == ".htm" else None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says of itself."""

    at: datetime
    """When it was made."""
    zone: tzinfo
    """The zone in which times are written for people."""
    user_id: str
    about: str
    """What was chosen, in a few words."""


@dataclass(slots=True)
class Counts:
    """What went into a file."""

    conversations: int = 0
    messages: int = 0
    masked: Mapping[str, int] = field(default_factory=dict)
    """How often something of each kind was masked."""


class Writer(Protocol):
    """Makes the pieces of one file, in the order of the calls."""

    def begin(self) -> Iterator[str]:
        """Yield what comes first."""
        ...

    def conversation(self, row: StoredConversation) -> Iterator[str]:
        """Yield the beginning of a conversation; the one before it has ended."""
        ...

    def message(self, row: StoredMessage) -> Iterator[str]:
        """Yield a message of the conversation that came last."""
        ...

    def follow(self, message: Message) -> None:
        """Go on as if a message of that conversation had been written; its text is not looked at."""
        ...

    def end(self, counts: Counts) -> Iterator[str]:
        """Yield what comes last."""
        ...
