"""The part of a store's contract that is about finding and following; ``contract`` has the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from store.contract.feed import Feed
    from store.domain.query import Query
    from store.domain.search_results import FindBatch, SearchBatch
    from store.records import Count, MessageCursor

Batch_co = TypeVar("Batch_co", covariant=True)


class Running(Protocol[Batch_co]):
    """A search that is under way; ``async for`` gives its batches, ``async with`` stops it at the end.

    It has connections of its own, so that pages are read beside it.
    """

    async def __aenter__(self) -> Self:
        """Connect."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        ...

    def __aiter__(self) -> Self:
        """Return itself."""
        ...

    async def __anext__(self) -> Batch_co:
        """Return the next batch; one comes every few milliseconds, with hits or without."""
        ...

    async def stop(self) -> None:
        """Interrupt what is running, within milliseconds; the iteration ends. May be called twice."""
        ...


class FindingStore(Protocol):
    """Search, find, follow."""

    def search(self, query: Query, user_id: str) -> Running[SearchBatch]:
        """Search the titles and all messages of all conversations of a user, the newest rows first.

        ``search.Findings`` puts together what comes. The full-text index answers if there is one that is complete.

        Raises:
            StoreError: while it is iterated, as from any call.
        """
        ...

    def find(self, query: Query, conversation_id: str, user_id: str) -> Running[FindBatch]:
        """Find messages in one conversation, the newest rows first.

        ``search.Places`` puts together what comes. Words, ``role``, ``since`` and ``until`` of the query count.

        Raises:
            ConversationNotFound: while it is iterated: it does not exist, or is another user's.
        """
        ...

    async def update_index(self) -> bool:
        """Add some of what was written since to the full-text index, if there is one that was finished.

        Takes some milliseconds; call it when something was written, until it returns ``False``.

        Returns:
            Whether there may be more to add.

        Raises:
            IndexFailed: the index cannot be written.
        """
        ...

    def feed(self, user_id: str) -> Feed:
        """Return a feed of what is written to the conversations of a user from now on."""
        ...

    async def count_unseen(
        self, user_id: str, seen: Mapping[str, MessageCursor | None], *, cap: int = 99
    ) -> dict[str, Count]:
        """Count the messages that came after what was seen.

        Args:
            user_id: Whose conversations.
            seen: For each conversation the newest message that was seen, ``None`` if none was.
            cap: Count no further than this.

        Returns:
            The numbers that are not 0; a conversation that does not exist, or is another user's, is left out.
        """
        ...
