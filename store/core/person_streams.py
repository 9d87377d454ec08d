"""What is read of several users as of one: their news, searches, statistics, their rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from store.contract.feed import News
from store.contract.statistics import StatisticsBatch
from store.core.statistics_sums import together
from store.errors import ConversationNotFound

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Sequence
    from types import TracebackType

    from store.contract.feed import Feed
    from store.contract.searching import Running
    from store.contract.statistics import Statistics
    from store.contract.store import ConversationStore
    from store.contract.stored_rows import RowSelection, RowStream, StoredConversation, StoredMessage
    from store.domain.search_results import SearchBatch

    Rows = StoredConversation | tuple[StoredMessage, ...]

B = TypeVar("B")


class PersonFeed:
    """The feeds of several users.

    Args:
        feeds: One for each.
    """

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = feeds
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Connect; what is there now is no news."""
        async with AsyncExitStack() as opening:
            for feed in self._feeds:
                await opening.enter_async_context(feed)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        await self._open.__aexit__(kind, error, trace)

    async def poll(self, watched: Collection[str] = ()) -> News:
        """Return what is new of any of them.

        Args:
            watched: The ids of the conversations that are on the screen.
        """
        found = [await feed.poll(watched) for feed in self._feeds]
        return News(
            tuple(message for news in found for message in news.messages),
            tuple(conversation for news in found for conversation in news.conversations),
            tuple(gone for news in found for gone in news.gone),
            any(news.is_missing_some for news in found),
            any(news.has_more for news in found),
        )


class PersonRun(ABC, Generic[B]):
    """What runs for each of several users, one after the other.

    Args:
        runs: One for each user.
    """

    def __init__(self, runs: Sequence[Running[B]]) -> None:
        self._runs = runs
        self._current: Running[B] | None = None
        self._is_stopped = False
        self._batches = self._all()

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self._batches.aclose()

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> B:
        """Return the next batch, of whichever user."""
        return await anext(self._batches)

    async def stop(self) -> None:
        """Interrupt what is running; the iteration ends."""
        self._is_stopped = True
        if self._current is not None:
            await self._current.stop()

    async def _all(self) -> AsyncGenerator[B, None]:
        for number, run in enumerate(self._runs):
            if self._is_stopped:
                return
            async with run as self._current:
                async for batch in self._current:
                    yield self._taken(batch, number)

    @abstractmethod
    def _taken(self, batch: B, number: int) -> B:
        """Return a batch of one of the users, counted from 0, as one of them all."""


class PersonSearch(PersonRun["SearchBatch"]):
    """Searches through several users' conversations."""

    def __init__(self, runs: Sequence[Running[SearchBatch]]) -> None:
        super().__init__(runs)
        self._searched = [0] * len(runs)

    def _taken(self, batch: SearchBatch, number: int) -> SearchBatch:
        """Count on; how many messages there are in all is known with the last user."""
        self._searched[number] = batch.searched
        done = sum(self._searched[:number])
        is_last = number + 1 == len(self._runs)
        total = done + batch.total if is_last and batch.total is not None else None
        return replace(batch, searched=done + batch.searched, total=total)


class PersonStatistics(PersonRun["StatisticsBatch"]):
    """The statistics of several users' histories."""

    def __init__(self, runs: Sequence[Running[StatisticsBatch]]) -> None:
        super().__init__(runs)
        self._counted: dict[int, Statistics] = {}

    def _taken(self, batch: StatisticsBatch, number: int) -> StatisticsBatch:
        """Add up what was counted of each."""
        self._counted[number] = batch.statistics
        share = (number + batch.share) / len(self._runs)
        is_complete = batch.is_complete and number + 1 == len(self._runs)
        return StatisticsBatch(together(tuple(self._counted.values())), share, is_complete)


class PersonRows:
    """The rows of several users, one user after the other; of given conversations in the order that was given.

    Args:
        store: Where they are.
        user_ids: The users.
        selection: What to take along.
    """

    def __init__(self, store: ConversationStore, user_ids: Sequence[str], selection: RowSelection) -> None:
        self._store = store
        self._user_ids = user_ids
        self._selection = selection
        self._open = AsyncExitStack()
        self._streams: list[RowStream] = []
        self._at = 0
        self.total = self.done = 0

    async def __aenter__(self) -> Self:
        """Connect and count.

        Raises:
            ConversationNotFound: one of the given does not exist, or is somebody else's.
        """
        parts = [(each, self._selection) for each in self._user_ids]
        if self._selection.ids is not None:
            owners = [(await self._owner(each), each) for each in self._selection.ids]
            parts = [
                (owner, replace(self._selection, ids=tuple(each for _, each in theirs)))
                for owner, theirs in groupby(owners, lambda pair: pair[0])
            ]
        async with AsyncExitStack() as opening:
            self._streams = [await opening.enter_async_context(self._store.take(*part)) for part in parts]
            self._open = opening.pop_all()
        self.total = sum(stream.total for stream in self._streams)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self._open.__aexit__(kind, error, trace)

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> Rows:
        """Return the next conversation, or the next messages of the one that came last."""
        while self._at < len(self._streams):
            try:
                part = await anext(self._streams[self._at])
            except StopAsyncIteration:
                self._at += 1
            else:
                self.done = sum(stream.done for stream in self._streams[: self._at + 1])
                return part
        raise StopAsyncIteration

    async def _owner(self, conversation_id: str) -> str:
        for each in self._user_ids:
            try:
                return (await self._store.get_conversation(conversation_id, each)).user_id
            except ConversationNotFound:
                continue
        return self._user_ids[-1]
