"""What has been written since one last looked. Records and the contract of a feed; the store makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import TracebackType

    from store.records import Conversation, Message


@dataclass(frozen=True, slots=True)
class News:
    """What has happened to the conversations of one user."""

    messages: tuple[Message, ...] = ()
    """Messages written since, each handed out once, in the order of their rows; large ones by head."""
    conversations: tuple[Conversation, ...] = ()
    """As they are now: those that the messages belong to, the watched ones that changed, and new ones."""
    gone: tuple[str, ...] = ()
    """Watched conversations that are there no more."""
    is_missing_some: bool = False
    """Rows are not what they were, so that there may be more than is told here: read again what is shown."""
    has_more: bool = False
    """The answer was cut off: ask again at once."""

    def __bool__(self) -> bool:
        return bool(self.messages or self.conversations or self.gone or self.is_missing_some)


class Feed(Protocol):
    """Tells what has been written since it was opened, or last asked; ``async with`` opens and closes it.

    It has a connection of its own. As long as nobody writes, asking costs some microseconds; else it costs what was
    written and what is watched, never what the file holds.
    """

    async def __aenter__(self) -> Self:
        """Connect; what is there now is no news."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        ...

    async def poll(self, watched: Collection[str] = ()) -> News:
        """Return what is new; ask 5 to 10 times a second, a server twice.

        Args:
            watched: The ids of the conversations that are on the screen: edits of their metadata, and whether they
                are deleted, are told. Watching one for the first time tells nothing of it.

        Raises:
            StoreLost: what was opened is not there any more; reopen the store and ask for another feed.
        """
        ...
