"""The part of a store's contract that is about taking conversations along; ``contract`` has the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType

    from store.contract.stored_rows import Choice, StoredConversation, StoredMessage


class Taking(Protocol):
    """Rows on their way out; ``async for`` gives them, ``async with`` stops it at the end.

    First comes a conversation, then its messages in their order, some at a time, then the next conversation. What is
    written meanwhile may or may not be there; what is there is whole. It has a connection of its own.
    """

    total: int
    """How many messages the chosen conversations had at the beginning."""
    done: int
    """How many of them are behind us."""

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


class TakingStore(Protocol):
    """Take conversations along."""

    def take(self, user_id: str, choice: Choice) -> Taking:
        """Read conversations of a user, and their messages, exactly as they are stored.

        Conversations come in the order in which they were begun (that of their rows), or as their ids were given.

        Raises:
            ConversationNotFound: while it is entered: one of the given does not exist, or is another user's.
            StoreError: while it is iterated, as from any call.
        """
        ...
