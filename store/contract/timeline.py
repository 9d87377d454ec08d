"""The contract of a timeline: the messages of one conversation by position. ``contract`` has the calls around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from store.domain.turns import TurnNumbers
    from store.records import MessageCursor, MessageSlice


class Timeline(Protocol):
    """The messages of one conversation as a sequence, oldest first, addressed by position.

    They come in the order of their times; but where the store knows the order of writing, a reply stays behind the
    question that it was written after, even if a clock that was set back stamped it before. Pages and cursors go by
    the times alone.

    The order is read in short steps, newest rows first, so that the newest messages can be shown at once. Until
    ``is_complete``, positions are right unless rows lie out of order; where they did, ``revision`` changes.
    """

    @property
    def conversation_id(self) -> str:
        """Return the id of the conversation."""
        ...

    @property
    def total(self) -> int:
        """Return the number of messages; until ``is_counted``, as many as were counted so far."""
        ...

    @property
    def is_counted(self) -> bool:
        """Tell whether ``total`` is exact; positions move once when it becomes so."""
        ...

    @property
    def is_complete(self) -> bool:
        """Tell whether the order of every message is known."""
        ...

    @property
    def revision(self) -> int:
        """Return a number that changes when known positions no longer hold."""
        ...

    @property
    def turns(self) -> TurnNumbers:
        """Return where turns begin, as far as ``number_turns`` has read."""
        ...

    async def advance(self) -> bool:
        """Read one more step of the order; return whether it is complete."""
        ...

    async def number_turns(self) -> bool:
        """Read one more step of the turns, from the oldest on; return whether all are known.

        Goes on where it stopped when messages came last; begins anew when ``revision`` has changed.
        """
        ...

    async def refresh(self) -> bool:
        """Take in what was written since; return whether anything changed.

        Messages that came last extend the sequence. Anything else (rows gone, rows in between) changes ``revision``.

        Raises:
            ConversationNotFound: the conversation has been deleted.
        """
        ...

    async def slice(self, start: int, stop: int) -> MessageSlice:
        """Return the messages at positions ``start`` to ``stop``, cut to what exists.

        Reads as much more of the order as that takes.

        Raises:
            ConversationNotFound: the conversation has been deleted.
        """
        ...

    async def position(self, cursor: MessageCursor) -> int | None:
        """Return where a message stands, or ``None`` if it is not there."""
        ...

    async def position_at(self, moment: datetime) -> int:
        """Return the position of the first message at or after a time; ``total`` if there is none."""
        ...
