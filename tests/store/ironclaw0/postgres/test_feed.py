"""News of a server: nothing is lost whatever commits when, and nothing is told twice."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg

from store import open_store
from store.engines.postgres import features
from store.ironclaw0.postgres import messages
from tests.store.asking import told
from tests.store.conftest import USER
from tests.store.ironclaw0.postgres.rows import add_conversation, add_giant, add_message

if TYPE_CHECKING:
    import pytest

    from store.contract.store import ConversationStore


async def test_what_commits_late_is_told_once_whatever_its_time(
    address: str, agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_conversation(agent)
    with closing(psycopg.connect(address)) as slow:
        add_message(slow, key, "late", created_at="2020-01-01")
        async with store.feed(USER) as feed:
            assert await told(feed) == []
            add_message(agent, key, "quick")
            assert await told(feed) == ["quick"]
            slow.commit()
            assert await told(feed) == ["late"]
            assert await told(feed) == []


async def test_what_is_rolled_back_is_never_told(
    address: str, agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_conversation(agent)
    with closing(psycopg.connect(address)) as other:
        async with store.feed(USER) as feed:
            add_message(other, key, "never")
            other.rollback()
            assert await told(feed) == []


async def test_what_a_part_of_a_transaction_wrote_is_told(
    address: str, agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_conversation(agent)
    async with store.feed(USER) as feed:
        with closing(psycopg.connect(address)) as other:
            add_message(other, key, "whole")
            with other.transaction():
                add_message(other, key, "part")
            assert await told(feed) == []
            other.commit()
        assert sorted(await told(feed)) == ["part", "whole"]


async def test_in_a_large_table_a_touched_conversation_is_read_wherever_its_rows_lie(
    agent: psycopg.Connection[Any], store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "RECENT_BLOCKS", 1)
    add_giant(agent, 2000)
    key = add_conversation(agent)
    agent.execute("DELETE FROM conversation_messages WHERE content < 'number 19'")
    agent.execute("VACUUM conversation_messages")
    async with store.feed(USER) as feed:
        for number in range(30):
            add_message(agent, key, str(number))
            agent.execute("UPDATE conversations SET last_activity = now() WHERE id = %s", (key,))
            assert await told(feed) == [str(number)]


async def test_a_server_without_snapshots_is_asked_by_time(
    address: str, agent: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = features.probe
    monkeypatch.setattr(features, "probe", lambda driver: replace(probe(driver), has_snapshots=False))
    one, other = add_conversation(agent), add_conversation(agent)
    async with open_store(address) as store, store.feed(USER) as feed:
        assert not await feed.poll([one, other])
        add_message(agent, one, "one")
        agent.execute("UPDATE conversations SET last_activity = now() WHERE id = %s", (one,))
        news = await feed.poll([one, other])
        assert [message.content for message in news.messages] == ["one"]
        assert [each.id for each in news.conversations] == [one]
        assert not await feed.poll([one, other])
        agent.execute('UPDATE conversations SET metadata = \'{"title": "New"}\' WHERE id = %s', (other,))
        assert [each.title for each in (await feed.poll([one, other])).conversations] == ["New"]
        new = add_conversation(agent, last_activity="2001-01-01")
        assert [each.id for each in (await feed.poll([one, other])).conversations] == [new]
        agent.execute("DELETE FROM conversations WHERE id = %s", (other,))
        assert (await feed.poll([one, other])).gone == (other,)
        timeline = await store.timeline(one, USER)
        add_message(agent, one, "two")
        assert await timeline.refresh()
        assert timeline.total == 2


async def test_a_look_at_nothing_is_one_statement_and_leaves_no_transaction_open(
    agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    async with store.feed(USER) as feed:
        assert not await feed.poll()
        rows = agent.execute(
            "SELECT state, backend_xmin IS NULL, query FROM pg_stat_activity"
            " WHERE application_name = 'clawback' AND datname = current_database()"
        ).fetchall()
    assert [(state, is_free) for state, is_free, _ in rows] == [("idle", True)]
