"""What is read of several users as of one: their news, what runs through them one after the other, their rows."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from store.contract.feed import News
from store.errors import ConversationNotFound

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection, Sequence
    from types import TracebackType

    from store.contract.feed import Feed
    from store.contract.searching import Running
    from store.contract.store import ConversationStore
    from store.contract.stored_rows import RowSelection, RowStream, StoredConversation, StoredMessage
    from store.domain.search_results import SearchBatch

    Rows = StoredConversation | tuple[StoredMessage, ...]

Batch = TypeVar("Batch")


class PersonFeed:
    """The feeds of several users.

    Args:
        feeds: One for each.
    """

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = feeds
        self._open = AsyncExitStack()
        self._without: dict[str, set[int]] = {}
        """By conversation, the numbers of the feeds whose user does not have it."""

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
            tuple(each for each in dict.fromkeys(watched) if self._is_gone(each, found)),
            any(news.is_missing_some for news in found),
            any(news.has_more for news in found),
        )

    def _is_gone(self, watched: str, found: Sequence[News]) -> bool:
        """Tell whether a watched conversation is gone, by what its user's feed says.

        To the feeds of the others it never was there; they may say so, once or whenever it is watched anew.
        """
        says_so = {number for number, news in enumerate(found) if watched in news.gone}
        if watched in self._without:
            return not says_so <= self._without[watched]
        if len(says_so) == len(self._feeds):
            return True
        self._without[watched] = says_so
        return False


class InTurn(Generic[Batch]):
    """What runs for several users, one after the other.

    Args:
        runs: One for each user.
        told: Makes of the last batches of those that ended, the batch that has come, and the number of all runs the
            batch to hand out.
    """

    def __init__(self, runs: Sequence[Running[Batch]], told: Callable[[Sequence[Batch], Batch, int], Batch]) -> None:
        self._runs = runs
        self._told = told
        self._current: Running[Batch] | None = None
        self._is_stopped = False
        self._batches = self._run()

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

    async def __anext__(self) -> Batch:
        """Return the next batch, of whichever user."""
        return await anext(self._batches)

    async def stop(self) -> None:
        """Interrupt what is running; the iteration ends."""
        self._is_stopped = True
        if self._current is not None:
            await self._current.stop()

    async def _run(self) -> AsyncGenerator[Batch, None]:
        ended: list[Batch] = []
        for each in self._runs:
            last: Batch | None = None
            if not self._is_stopped:
                async with each as self._current:
                    async for last in self._current:
                        yield self._told(ended, last, len(self._runs))
            ended += [] if last is None else [last]


def search_told(ended: Sequence[SearchBatch], batch: SearchBatch, runs: int) -> SearchBatch:
    """Return how far the searches of several users are; how many messages there are in all is known with the last."""
    done = sum(each.searched for each in ended)
    is_last = len(ended) == runs - 1
    total = done + batch.total if is_last and batch.total is not None else None
    return replace(batch, searched=done + batch.searched, total=total)


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
