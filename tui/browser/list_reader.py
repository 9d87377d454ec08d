"""Reads the list from the store page by page; a filtered one is read on past what does not match until some does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.records import ConversationPage
from tui.model.conversation_window import End

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from store.contract.store import ConversationStore
    from store.records import Conversation, ConversationCursor
    from tui.model.listed_filter import ListedFilter

LOOKED_AT = 400
"""Conversations read at once at most, where few match."""


class ListReader:
    """One list, read from either end towards the other.

    Args:
        store: Where conversations come from.
        chosen: Which list.
        page_size: Conversations of a page.
    """

    def __init__(self, store: ConversationStore, chosen: ListedFilter, page_size: int) -> None:
        self._store = store
        self.chosen = chosen
        self._page_size = page_size
        self.looked = 0
        """How many conversations were looked at so far."""
        self.total: int | None = None
        """How many there are to look at; ``None`` until they are counted."""
        self._reached: dict[End, tuple[str, ConversationCursor]] = {}
        """The last conversation that matched on the way to an end, and how far was looked beyond it."""

    async def count(self) -> int:
        """Return how many conversations there are to look at."""
        chosen = self.chosen
        self.total = await self._store.count_conversations(
            chosen.view.user, channel=chosen.channel, kind=chosen.kind, machines=chosen.machines
        )
        return self.total

    async def pages(self, end: End, edge: Conversation | None = None) -> AsyncGenerator[ConversationPage]:
        """Yield what lies on the way to an end: pages with nothing in them, then one that has some, or is the last.

        Args:
            end: The end towards which to read.
            edge: The last conversation that is held there; ``None`` begins at the other end.
        """
        if self.chosen.is_impossible:
            yield ConversationPage((), has_newer=False, has_older=False)
            return
        cursor = self._place(end, edge)
        size, has_more = self._page_size, True
        found: tuple[Conversation, ...] = ()
        while has_more and not found:
            page = await self._page(end, cursor, size)
            has_more = page.has_older if end is End.OLDER else page.has_newer
            if page.conversations:
                last = _last(page.conversations, end)
                cursor, has_more = last.cursor, has_more and not self.chosen.ends_at(last, end)
            found = tuple(filter(self.chosen.matches, page.conversations))
            if found and cursor is not None:
                self._reached[end] = _last(found, end).id, cursor
            self.looked += len(page.conversations)
            size = min(2 * size, LOOKED_AT)
            beyond = {"has_newer": edge is not None, "has_older": has_more}
            if end is End.NEWER:
                beyond = {"has_newer": has_more, "has_older": edge is not None}
            yield ConversationPage(found, **beyond)

    def _place(self, end: End, edge: Conversation | None) -> ConversationCursor | None:
        """Return from where to read towards an end: beyond what was looked at already."""
        if edge is None:
            return self.chosen.first(end)
        known, beyond = self._reached.get(end, ("", edge.cursor))
        return beyond if known == edge.id else edge.cursor

    async def _page(self, end: End, cursor: ConversationCursor | None, limit: int) -> ConversationPage:
        chosen, is_upwards = self.chosen, end is End.NEWER
        return await self._store.list_conversations(
            chosen.view.user,
            channel=chosen.channel,
            kind=chosen.kind,
            machines=chosen.machines,
            after=None if is_upwards else cursor,
            before=cursor if is_upwards else None,
            oldest=is_upwards and cursor is None,
            limit=limit,
        )


def _last(conversations: Sequence[Conversation], end: End) -> Conversation:
    return conversations[-1] if end is End.OLDER else conversations[0]
