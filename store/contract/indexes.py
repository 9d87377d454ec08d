"""Indexes that a person may ask for: on the order of messages, in the database itself, and a private one of texts.

Neither is needed: without them the same is shown, and found, later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class OrderIndexFacts:
    """What the owner of a file should know before its order index is built."""

    is_there: bool
    """The file has such an index, whoever made it."""
    is_ours: bool
    """That index is one that ``drop`` takes away."""
    messages: int
    size: int
    """Bytes that it takes in the file, about."""
    seconds: int
    """How long building it takes at most, on a slow machine."""
    read_only_reason: str | None
    """Why the file cannot be written, in one sentence; ``None`` if it can."""
    is_blocking: bool = True
    """IronClaw cannot store messages while it is built."""


@dataclass(frozen=True, slots=True)
class TextIndexFacts:
    """What there is to know of the text index of a database."""

    path: Path
    is_there: bool
    is_complete: bool
    """It answers searches; what is written later is added in small steps."""
    indexed: int
    """Messages that it holds."""
    total: int
    """Messages of the database."""
    size: int
    """Bytes of the file."""
    is_of_other_version: bool = False
    """Another version of this program made it; it answers nothing, and is built anew."""


class OrderIndex(Protocol):
    """The index on the order of the messages of one database; ``async with`` opens the database and closes it."""

    async def __aenter__(self) -> Self:
        """Connect."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        ...

    async def facts(self) -> OrderIndexFacts:
        """Return what there is to know."""
        ...

    async def create(self, report: Callable[[float], bool]) -> bool:
        """Build the index, or leave none; return whether it was finished.

        Args:
            report: Called from another thread with the share that is done, 0 to 1; ``False`` stops the work, and
                leaves the file as it was.

        Raises:
            ReadOnlyStore: the file cannot be written.
            StoreError: it failed; the file is as it was.
        """
        ...

    async def drop(self) -> None:
        """Take the index away.

        Raises:
            ReadOnlyStore: the file cannot be written.
        """
        ...


class TextIndex(Protocol):
    """The text index of one database, a private file; ``async with`` opens the database and closes it."""

    @property
    def path(self) -> Path:
        """Return where the index lies, or would."""
        ...

    async def __aenter__(self) -> Self:
        """Connect."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        ...

    async def facts(self) -> TextIndexFacts:
        """Return what there is to know.

        Raises:
            IndexFailed: the index cannot be read.
        """
        ...

    async def build(self, report: Callable[[int, int], bool]) -> bool:
        """Check what the index holds and add what it lacks; return whether it is complete.

        Whatever ends it, the next call goes on from there.

        Args:
            report: Called with the messages that are done and all messages, after each step of a fraction of a
                second; ``False`` stops the work.

        Raises:
            IndexFailed: the index cannot be written.
        """
        ...

    async def drop(self) -> None:
        """Take the index away.

        Raises:
            IndexFailed: it cannot be deleted.
        """
        ...
