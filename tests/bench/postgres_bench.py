"""What the store costs on a PostgreSQL server, beside IronClaw's own SQL on the same server in the same run.

The server is that of the tests: local, its own folder, the usual size of its buffers. Called by ``tests.bench``.
"""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from store import open_store
from store.domain.query import Query
from store.opening import order_index
from store.records import Machines
from tests.bench.measure import Result, median, turns
from tests.store.engines.postgres import server
from tests.store.ironclaw0.postgres.tables import IRONCLAW

if TYPE_CHECKING:
    from store.contract.store import ConversationStore

USER = "user 0"
GIANT = "00000000-0000-4000-8000-000000000001"
CONVERSATIONS = 10_000
LIMIT, DEPTH = 50, 100_000
QUICK, SLOW = 20, 3
IDLE_LOOKS, LOOKS_A_SECOND = 1000, 2

_FILL = (
    """INSERT INTO conversations SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
        'channel ' || n % 8, 'user ' || n % 8 * least(n - 1, 1), NULL, '2025-01-01',
        '2026-01-01'::timestamptz + (n * 7919 % 10000) * interval '1 minute'
        FROM generate_series(1, {conversations}) AS n""",
    """INSERT INTO conversation_messages SELECT gen_random_uuid(), (CASE WHEN n % 10 < 3 THEN
        '00000000-0000-4000-8000-000000000001' ELSE '00000000-0000-4000-8000-' ||
        lpad(to_hex(2 + (power(random(), 3) * ({conversations} - 2))::int), 12, '0') END)::uuid,
        (ARRAY['user', 'assistant', 'tool_calls'])[1 + n % 3],
        'message ' || n || ' has a common word' || repeat(' and water under the bridge', (random() * 30)::int),
        '2025-01-01'::timestamptz + n * interval '1 second' FROM generate_series(1, {messages}) AS n""",
    "UPDATE conversations SET last_activity = '2026-02-01' WHERE id = '00000000-0000-4000-8000-000000000001'",
    "VACUUM ANALYZE",
)
_LIST = """
    SELECT c.id, c.started_at, c.last_activity, c.metadata, c.channel,
    (SELECT count(*) FROM conversation_messages AS m WHERE m.conversation_id = c.id AND m.role = 'user'),
    (SELECT left(m.content, 100) FROM conversation_messages AS m
    WHERE m.conversation_id = c.id AND m.role = 'user' ORDER BY m.created_at LIMIT 1)
    FROM conversations AS c WHERE c.user_id = %s ORDER BY c.last_activity DESC LIMIT %s"""
_PAGE = """
    SELECT id, role, content, created_at FROM conversation_messages WHERE conversation_id = %s AND created_at < %s
    ORDER BY created_at DESC LIMIT %s"""


async def run(messages: int) -> list[Result]:
    """Measure the store on a server with so many messages."""
    address = server.new_database(IRONCLAW)
    try:
        server.run(address, *(sql.format(conversations=CONVERSATIONS, messages=messages) for sql in _FILL))
        with closing(psycopg.connect(address, autocommit=True)) as plain:
            async with open_store(address, read_only=True) as store:
                results = [
                    *await _lists(store, plain),
                    *await _pages(store, plain),
                    *await _search(store),
                    *await _idle(store, plain),
                ]
            async with order_index(address) as index:
                await index.create(lambda _: True)
            async with open_store(address, read_only=True) as store:
                results += await _with_index(store)
        return results
    finally:
        server.end()


async def _lists(store: ConversationStore, plain: psycopg.Connection[Any]) -> list[Result]:
    slow, ours = await turns(
        SLOW,
        lambda: plain.execute(_LIST.encode(), (USER, LIMIT)).fetchall(),
        lambda: store.list_conversations(USER, machines=Machines.FOLDED, limit=LIMIT),
    )
    ratio = median(slow) / median(ours)
    return [
        Result(
            f"server: list page of {LIMIT}",
            median(ours),
            "≥ 50× the reference",
            ratio >= 50,
            reference=median(slow),
        )
    ]


async def _pages(store: ConversationStore, plain: psycopg.Connection[Any]) -> list[Result]:
    async def first() -> None:
        timeline = await store.timeline(GIANT, USER)
        await timeline.slice(timeline.total - LIMIT, timeline.total)

    slow, opened = await turns(
        SLOW, lambda: plain.execute(_PAGE.encode(), (GIANT, "infinity", LIMIT + 1)).fetchall(), first
    )
    results = [
        Result(
            "server: first page of the giant",
            median(opened),
            "≤ the reference",
            median(opened) <= median(slow),
            reference=median(slow),
        )
    ]
    timeline = await store.timeline(GIANT, USER)
    (read,) = await turns(1, lambda: _read_all(store))
    while not await timeline.advance():
        pass
    stop = timeline.total - min(DEPTH, timeline.total // 2)
    (edge,) = (await timeline.slice(stop, stop + 1)).messages
    slow, deep = await turns(
        SLOW,
        lambda: plain.execute(_PAGE.encode(), (GIANT, edge.created_at, LIMIT + 1)).fetchall(),
        lambda: timeline.slice(stop - LIMIT, stop),
    )
    ratio = median(slow) / median(deep)
    results.append(
        Result(
            f"server: page {timeline.total - stop:,} deep",
            median(deep),
            "≥ 200× the reference",
            ratio >= 200,
            reference=median(slow),
            note=f"the order, once, {median(read):,.0f}",
        )
    )
    return results


async def _read_all(store: ConversationStore) -> None:
    timeline = await store.timeline(GIANT, USER)
    while not await timeline.advance():
        pass


async def _search(store: ConversationStore) -> list[Result]:
    async def first() -> None:
        async with store.search(Query("common", ("common",)), USER) as running:
            while not (await anext(running)).hits:
                pass

    async def nothing() -> None:
        async with store.search(Query("nowhere", ("nowhere",)), USER) as running:
            async for _ in running:
                pass

    (hits,) = await turns(SLOW, first)
    (whole,) = await turns(1, nothing)
    return [
        Result(
            "server: first hits of a common word",
            median(hits),
            "≤ 200 ms",
            median(hits) <= 200,
            note=f"a word that is nowhere {median(whole):,.0f}",
        )
    ]


async def _idle(store: ConversationStore, plain: psycopg.Connection[Any]) -> list[Result]:
    async with store.feed(USER) as feed:
        before = _server_ms(plain)
        (looks,) = await turns(IDLE_LOOKS, feed.poll)
        spent = (_server_ms(plain) - before) / IDLE_LOOKS * LOOKS_A_SECOND

        async def touched() -> None:
            plain.execute("UPDATE conversations SET last_activity = now() WHERE id = %s", (GIANT,))
            await feed.poll()

        (news,) = await turns(SLOW, touched)
    return [
        Result(
            "server: an idle look for news",
            median(looks),
            "≤ 1 ms",
            median(looks) <= 1,
            note=f"after a touch of the giant {median(news):,.0f}",
        ),
        Result(
            "server: its processor, for a second of idle looks",
            spent,
            "≤ 0.2 ms",
            spent <= 0.2,
            note="on Linux, to a hundredth",
        ),
    ]


def _server_ms(plain: psycopg.Connection[Any]) -> float:
    """Return the processor time that the server has spent on the store's connections."""
    pids = plain.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'clawback'").fetchall()
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for (pid,) in pids)
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in stats)
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")


async def _with_index(store: ConversationStore) -> list[Result]:
    async def first() -> None:
        timeline = await store.timeline(GIANT, USER)
        await timeline.slice(timeline.total - LIMIT, timeline.total)

    pages, lists = await turns(QUICK, first, lambda: store.list_conversations(USER, limit=LIMIT))
    return [
        Result("server: first page of the giant with the order index", median(pages), "≤ 10 ms", median(pages) <= 10),
        Result("server: list page with the order index", median(lists), "≤ 30 ms", median(lists) <= 30),
    ]
