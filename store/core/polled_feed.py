"""Tell what was written since, on a connection of its own, by a memory of what was told already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from types import TracebackType

    from store.contract.feed import News
    from store.core.step_search import Lane

Connection = TypeVar("Connection")
Db_contra = TypeVar("Db_contra", contravariant=True)


class Memory(Protocol[Db_contra]):
    """What was told already; used on the feed's thread. Nothing changes until an answer is whole."""

    def start(self, db: Db_contra, /) -> None:
        """Take what there is for told."""
        ...

    def look(self, db: Db_contra, watched: Collection[str], /) -> News:
        """Return what is new."""
        ...


class PolledFeed(Generic[Connection]):
    """Implements ``store.contract.feed.Feed``.

    Args:
        connect: Opens a connection for this feed alone.
        memory: Says what is new.
    """

    def __init__(self, connect: Callable[[], Awaitable[Lane[Connection]]], memory: Memory[Connection]) -> None:
        self._connect = connect
        self._memory = memory
        self._lane: Lane[Connection] | None = None

    async def __aenter__(self) -> Self:
        """Connect; what is there now is no news."""
        self._lane = await self._connect()
        try:
            await self._lane.run(self._memory.start)
        except BaseException:
            await self._lane.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        if self._lane is not None:
            await self._lane.close()

    async def poll(self, watched: Collection[str] = ()) -> News:
        """Return what is new."""
        if self._lane is None:
            raise ValueError("The feed is not open.")
        return await self._lane.run(self._memory.look, watched)
