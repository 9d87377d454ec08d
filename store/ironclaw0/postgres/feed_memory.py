"""What a feed remembers of what it told: the protocol of its two ways, and what they return."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.ironclaw0.postgres.schema import Database


class Written(NamedTuple):
    """A message that was not told yet."""

    instant: int
    tie: int
    id: str
    conversation_id: str


class Look(NamedTuple):
    """What a look found."""

    messages: list[Written]
    conversations: list[str]
    """Those that are new or changed."""


class Memory(Protocol):
    """What was told already."""

    @property
    def token(self) -> str:
        """Return what ``SNAPSHOT`` gives as long as nothing is written; empty where the server cannot tell."""
        ...

    def start(self, db: Database) -> None:
        """Take what there is for told."""
        ...

    def look(self, db: Database, watched: Collection[str]) -> Look:
        """Return what was written since; it is taken for told by ``keep``."""
        ...

    def keep(self) -> None:
        """Take what the last look found for told."""
        ...
