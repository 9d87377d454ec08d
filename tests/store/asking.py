"""Ask a store whole questions: a list page by page, a timeline to its end, a search to its last batch."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from store.contract.stored_rows import StoredConversation
from store.domain.query import Query, parse_query
from store.domain.search_results import Findings, Places, SearchBatch
from tests.store.conftest import USER

if TYPE_CHECKING:
    from store.contract.feed import Feed, News
    from store.contract.searching import Running
    from store.contract.store import ConversationStore
    from store.contract.stored_rows import RowSelection, StoredMessage
    from store.contract.timeline import Timeline
    from store.records import Conversation, MessageCursor

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


async def walk(store: ConversationStore, limit: int, *, backwards: bool = False, **chosen: Any) -> list[Conversation]:
    """Return a whole list page by page, holding every page to what it says of its ends."""
    found: list[Conversation] = []
    page = await store.list_conversations(USER, limit=limit, oldest=backwards, **chosen)
    assert not (page.has_older if backwards else page.has_newer)
    while True:
        found = [*page.conversations, *found] if backwards else [*found, *page.conversations]
        if not (page.has_newer if backwards else page.has_older):
            return found
        assert len(page.conversations) == limit
        if backwards:
            page = await store.list_conversations(USER, limit=limit, before=page.conversations[0].cursor, **chosen)
            assert page.has_older
        else:
            page = await store.list_conversations(USER, limit=limit, after=page.conversations[-1].cursor, **chosen)
            assert page.has_newer


async def contents(timeline: Timeline, start: int = 0, stop: int = 10**9) -> list[str]:
    """Return what the messages at some positions say."""
    return [message.content for message in (await timeline.slice(start, stop)).messages]


async def all_news(feed: Feed, watched: tuple[str, ...] = ()) -> list[News]:
    news = [await feed.poll(watched)]
    while news[-1].has_more:
        news.append(await feed.poll(watched))
    return news


async def told(feed: Feed) -> list[str]:
    return [message.content for news in await all_news(feed) for message in news.messages]


def query(typed: str) -> Query:
    return parse_query(typed, NOW, UTC)


async def search(
    store: ConversationStore, typed: str | Query, user: str = USER
) -> tuple[Findings, list[SearchBatch]]:
    found, batches = Findings(), []
    async with store.search(typed if isinstance(typed, Query) else query(typed), user) as running:
        async for batch in running:
            found.add(batch)
            batches.append(batch)
    return found, batches


async def hits(store: ConversationStore, typed: str | Query) -> list[tuple[str, MessageCursor]]:
    """Return the messages that a search finds, in the order of results, each as a find in its conversation has it."""
    found, _ = await search(store, typed)
    places = []
    for each in found.conversations():
        theirs = [*await find(store, typed, each.conversation_id)] if each.hits else []
        assert len(theirs) == each.hits
        assert each.newest == min(theirs, key=result_place, default=None)
        places += [(each.conversation_id, cursor) for cursor in theirs]
    return sorted(places, key=lambda hit: result_place(hit[1]))


def result_place(cursor: MessageCursor) -> tuple[bool, int, Any]:
    """Return what orders results: the newest first, unreadable times last."""
    tie = cursor.tie
    assert isinstance(tie, int)
    return cursor.instant == 2**63 - 1, -cursor.instant, -tie


async def find(store: ConversationStore, typed: str | Query, conversation_id: str) -> Places:
    places = Places()
    asked = typed if isinstance(typed, Query) else query(typed)
    async with store.find(asked, conversation_id, USER) as running:
        async for batch in running:
            places.add(batch.hits)
    return places


async def drain(running: Running[Any]) -> None:
    async for _ in running:
        pass


async def row_parts(store: ConversationStore, selection: RowSelection) -> list[StoredConversation | StoredMessage]:
    """Return everything that a stream of rows has."""
    found: list[StoredConversation | StoredMessage] = []
    async with store.take(USER, selection) as taking:
        async for part in taking:
            found += [part] if isinstance(part, StoredConversation) else part
        assert taking.done <= taking.total
    return found
