"""Following: what is written is told once, in answers of a bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import MessageCursor
from tests.store.asking import all_news, told
from tests.store.conftest import USER, messages_of
from tests.store.contract.backend import ConversationSpec, History, MessageSpec, at

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend


async def test_what_was_there_is_no_news_and_what_is_written_is_told_once(
    backend: Backend, store: ConversationStore
) -> None:
    key, theirs = backend.add_conversation("before"), backend.add_conversation(user_id="them")
    async with store.feed(USER) as feed:
        assert not await feed.poll()
        backend.add_messages(key, MessageSpec("one"))
        backend.add_messages(theirs, MessageSpec("not mine"))
        backend.add_messages(key, MessageSpec("x" * 100_000))
        news = await feed.poll()
        assert [message.conversation_id for message in news.messages] == [key, key]
        assert news.messages[0].content == "one"
        assert not news.messages[1].is_whole
        assert [each.id for each in news.conversations] == [key]
        assert news.conversations[0].total.value == 3
        assert not await feed.poll()


async def test_a_burst_is_told_in_answers_of_a_bounded_size(backend: Backend, store: ConversationStore) -> None:
    key = backend.add_conversation()
    async with store.feed(USER) as feed:
        backend.add_messages(key, *(MessageSpec(f"{number}") for number in range(1000)))
        news = await all_news(feed)
    assert max(len(each.messages) for each in news) <= 200
    assert [message.content for each in news for message in each.messages] == [f"{number}" for number in range(1000)]


async def test_new_and_touched_conversations_are_told_also_without_a_message(
    backend: Backend, store: ConversationStore
) -> None:
    old = backend.add_conversation()
    backend.add_conversation(last_activity=at(days=365_000))
    async with store.feed(USER) as feed:
        new = backend.add_conversation(last_activity=at(days=-365))
        assert [each.id for each in (await feed.poll()).conversations] == [new]
        for second in (1, 2, 2):
            backend.set_last_activity(old, at(days=59, seconds=second))
            news = await feed.poll()
            assert [each.id for each in news.conversations] == ([old] if news else [])
        tie = backend.add_conversation(last_activity=at(days=59, seconds=2))
        assert [each.id for each in (await feed.poll()).conversations] == [tie]


async def test_what_is_on_the_screen_is_watched_for_edits_and_for_its_end(
    backend: Backend, store: ConversationStore
) -> None:
    one, other = backend.add_conversation(), backend.add_conversation()
    async with store.feed(USER) as feed:
        assert not await feed.poll([one, other])
        backend.set_metadata(one, '{"title": "New"}')
        assert [each.title for each in (await feed.poll([one, other])).conversations] == ["New"]
        backend.delete_conversation(other)
        assert (await feed.poll([one, other])).gone == (other,)
        assert not await feed.poll([one, other])
        assert not (await feed.poll([one])).gone


async def test_a_new_feed_begins_where_it_was_opened(backend: Backend, store: ConversationStore) -> None:
    key = backend.add_conversation()
    for content in ("one", "two"):
        async with store.feed(USER) as feed:
            backend.add_messages(key, MessageSpec(content))
            assert await told(feed) == [content]


async def test_unseen_messages_are_counted_as_far_as_the_cap(backend: Backend, store: ConversationStore) -> None:
    one, other, empty, theirs = backend.seed(
        History(
            [
                ConversationSpec([MessageSpec("x", created_at=at(seconds=number)) for number in range(30)]),
                ConversationSpec([MessageSpec("x")]),
                ConversationSpec(),
                ConversationSpec([MessageSpec("x")], user_id="them"),
            ]
        )
    )
    cursors = [message.cursor for message in await messages_of(store, one)]
    seen = {one: cursors[9], other: None, empty: None, theirs: None, "nothing": None}
    counts = await store.count_unseen(USER, seen)
    assert {key: str(count) for key, count in counts.items()} == {one: "20", other: "1"}
    assert str((await store.count_unseen(USER, {one: cursors[9]}, cap=10))[one]) == "10+"
    assert await store.count_unseen(USER, {one: cursors[-1], other: MessageCursor.at(2**62)}) == {}
    with pytest.raises(ValueError, match="limit"):
        await store.count_unseen(USER, {}, cap=0)


async def test_a_racing_writer_leaves_no_unseen_message_uncounted(backend: Backend, store: ConversationStore) -> None:
    key = backend.add_conversation(
        MessageSpec("seen", created_at=at(seconds=1)),
        MessageSpec("later", created_at=at(seconds=3)),
        MessageSpec("late to arrive", created_at=at(seconds=2)),
    )
    seen = (await messages_of(store, key))[0].cursor
    assert str((await store.count_unseen(USER, {key: seen}))[key]) == "2"
