"""Several users of a store are one person: one list in one order, one search, one feed, each id still told."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import pytest

from store import Capability, Channel, ConversationNotFound, with_people
from store.contract.stored_rows import RowSelection, StoredConversation
from store.domain.query import parse_query
from tests.store.conftest import USER
from tests.store.contract.backend import ConversationSpec, History, MessageSpec, at

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend

IDS = (USER, "4711", "U0815")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def person(store: ConversationStore) -> ConversationStore:
    return with_people(store, {"me": IDS})


@pytest.fixture
def keys(backend: Backend) -> list[str]:
    """Seed conversations of the person's ids and of somebody else; return the person's."""
    draw = Random(3)
    moments = [at(seconds=draw.randrange(30)) for _ in range(40)]
    owners = [draw.choice([*IDS, "other"]) for _ in moments]
    found = backend.seed(
        History(
            [
                ConversationSpec(
                    [MessageSpec(f"ferry {number}", created_at=moment)],
                    user_id=owner,
                    channel=f"channel-{number % 3}",
                    last_activity=moment,
                )
                for number, (moment, owner) in enumerate(zip(moments, owners, strict=True))
            ]
        )
    )
    return [key for key, owner in zip(found, owners, strict=True) if owner != "other"]


@pytest.mark.parametrize("limit", [1, 4, 200])
async def test_one_list_from_either_end(person: ConversationStore, keys: list[str], limit: int) -> None:
    page = await person.list_conversations("me", limit=limit)
    down = [*page.conversations]
    assert not page.has_newer
    while page.has_older:
        page = await person.list_conversations("me", after=page.conversations[-1].cursor, limit=limit)
        down += page.conversations
    assert sorted(each.id for each in down) == sorted(keys), "each once"
    moments = [each.last_activity for each in down]
    assert moments == sorted(moments, reverse=True)  # type: ignore[type-var]  # all have a time
    page = await person.list_conversations("me", oldest=True, limit=limit)
    up = [*page.conversations]
    assert not page.has_older
    while page.has_newer:
        page = await person.list_conversations("me", before=page.conversations[0].cursor, limit=limit)
        up[:0] = page.conversations
    assert up == down, "of one time, too, they have one order"
    assert {each.user_id for each in up} == set(IDS)


async def test_counts_are_sums(person: ConversationStore, keys: list[str]) -> None:
    assert await person.count_conversations("me") == len(keys)
    channels = await person.list_channels("me")
    assert sum(each.conversations for each in channels) == len(keys)
    assert {each.name for each in channels} == {f"channel-{number}" for number in range(3)}
    assert all(isinstance(each, Channel) for each in channels)
    first, *others = await person.list_users()
    assert (first.id, first.conversations) == ("me", len(keys))
    assert {*IDS, "other"} == {each.id for each in others}
    assert len(await person.count_unseen("me", dict.fromkeys(keys))) == len(keys)


async def test_a_conversation_of_somebody_else_is_not_there(
    person: ConversationStore, store: ConversationStore, keys: list[str]
) -> None:
    for key in keys:
        assert (await person.get_conversation(key, "me")).user_id in IDS
    theirs = (await store.list_conversations("other", limit=1)).conversations[0].id
    with pytest.raises(ConversationNotFound):
        await person.get_conversation(theirs, "me")


async def test_one_search_finds_all(person: ConversationStore, keys: list[str]) -> None:
    found, last = set(), None
    async with person.search(parse_query("ferry", NOW, UTC), "me") as running:
        async for batch in running:
            found |= {hit.conversation_id for hit in batch.hits}
            last = batch
    assert found == set(keys)
    assert last is not None
    assert last.searched == last.total == len(keys)


async def test_statistics_are_sums(person: ConversationStore, keys: list[str]) -> None:
    async with person.statistics("me") as running:
        batches = [batch async for batch in running]
    assert [batch.is_complete for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert [batch.share for batch in batches] == sorted(batch.share for batch in batches)
    whole = batches[-1].statistics
    assert (whole.messages, whole.conversations) == (len(keys), len(keys))
    assert sum(many for channels in whole.days.values() for many in channels.values()) == len(keys)
    for channel in whole.channels:
        assert channel.conversations == await person.count_conversations("me", channel=channel.name)


@pytest.mark.needs(Capability.ROW_EXPORT)
async def test_rows_are_taken_of_every_id(
    person: ConversationStore, store: ConversationStore, keys: list[str]
) -> None:
    async def taken(selection: RowSelection) -> list[str]:
        async with person.take("me", selection) as rows:
            assert rows.total
            found = [part.conversation.id async for part in rows if isinstance(part, StoredConversation)]
            assert rows.done == rows.total
            return found

    assert sorted(await taken(RowSelection())) == sorted(keys)
    assert await taken(RowSelection(ids=tuple(keys[::-1]))) == keys[::-1]
    theirs = (await store.list_conversations("other", limit=1)).conversations[0].id
    with pytest.raises(ConversationNotFound):
        await taken(RowSelection(ids=(keys[0], theirs)))


async def test_one_feed_tells_what_is_written_to_any_of_them(
    backend: Backend, person: ConversationStore, keys: list[str]
) -> None:
    async with person.feed("me") as feed:
        assert not (await feed.poll(keys[:5])).gone
        for key in keys[:5]:
            backend.add_messages(key, MessageSpec("news", created_at=at(hours=1)))
        news = await feed.poll(keys[:5])
        assert {message.conversation_id for message in news.messages} == set(keys[:5])
        assert not news.gone
        backend.delete_conversation(keys[0])
        assert (await feed.poll(keys[:5])).gone == (keys[0],)


async def test_a_conversation_of_one_of_them_is_not_gone_for_the_feeds_of_the_others(
    backend: Backend, person: ConversationStore, keys: list[str]
) -> None:
    async with person.feed("me") as feed:
        for watched in (keys[:5], keys[5:10], keys[:10], keys[:5]):
            assert not (await feed.poll(watched)).gone
            backend.add_messages(keys[-1], MessageSpec("news", created_at=at(hours=1)))
            assert not (await feed.poll(watched)).gone
        for key in keys[:5]:
            backend.delete_conversation(key)
            assert (await feed.poll(keys[:5])).gone == (key,)
            assert not (await feed.poll(keys[:5])).gone
