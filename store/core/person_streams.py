"""What is read of several users as of one: their news, what runs through them one after the other, their rows."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from store.contract.feed import News
from store.contract.stored_rows import StoredConversation
from store.errors import ConversationNotFound

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection, Sequence
    from types import TracebackType

    from store.contract.feed import Feed
    from store.contract.searching import Running
    from store.contract.store import ConversationStore
    from store.contract.stored_rows import RowSelection, RowStream, StoredMessage
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
        for each in takewhile(lambda _: not self._is_stopped, self._runs):
            last: Batch | None = None
            async with each as self._current:
                # While it connected, the one before was stopped in its place.
                if self._is_stopped:
                    break
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
        self._streams: dict[str, RowStream] = {}
        """By user, so that as many connections are open as there are users, however many conversations are given."""
        self._parts: AsyncGenerator[Rows, None] | None = None
        self.total = self.done = 0
        self.divisible = None

    async def __aenter__(self) -> Self:
        """Connect and count.

        Raises:
            ConversationNotFound: one of the given does not exist, or is somebody else's.
        """
        chosen, turns = dict.fromkeys(self._user_ids, self._selection), None
        if self._selection.ids is not None:
            turns = [(await self._owner(each), each) for each in self._selection.ids]
            theirs = {owner: tuple(each for who, each in turns if who == owner) for owner, _ in turns}
            chosen = {owner: replace(self._selection, ids=ids) for owner, ids in theirs.items()}
        async with AsyncExitStack() as opening:
            for owner, selection in chosen.items():
                self._streams[owner] = await opening.enter_async_context(self._store.take(owner, selection))
            self._open = opening.pop_all()
        self.total = sum(stream.total for stream in self._streams.values())
        self._parts = self._in_turn() if turns is None else self._as_given(turns)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        if self._parts is not None:
            await self._parts.aclose()
        await self._open.__aexit__(kind, error, trace)

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> Rows:
        """Return the next conversation, or the next messages of the one that came last."""
        if self._parts is None:
            raise StopAsyncIteration
        part = await anext(self._parts)
        self.done = sum(stream.done for stream in self._streams.values())
        return part

    async def _in_turn(self) -> AsyncGenerator[Rows, None]:
        for stream in self._streams.values():
            async for part in stream:
                yield part

    async def _as_given(self, turns: Sequence[tuple[str, str]]) -> AsyncGenerator[Rows, None]:
        """Yield conversations in an order that goes from user to user.

        Args:
            turns: Whose turn it is, and with which conversation.
        """
        early: dict[str, Rows] = {}
        for owner, conversation_id in turns:
            stream = self._streams[owner]
            part = early.pop(owner) if owner in early else await anext(stream, None)
            # One that is gone meanwhile is left out.
            if isinstance(part, StoredConversation) and part.conversation.id == conversation_id:
                yield part
                while isinstance(part := await anext(stream, None), tuple):
                    yield part
            if part is not None:
                early[owner] = part

    async def _owner(self, conversation_id: str) -> str:
        for each in self._user_ids:
            try:
                return (await self._store.get_conversation(conversation_id, each)).user_id
            except ConversationNotFound:
                continue
        return self._user_ids[-1]
