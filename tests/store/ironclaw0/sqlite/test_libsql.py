"""Files written by IronClaw's own engine, and the same file used by both engines at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from store import Capability, DuplicateThread, Kind, MetadataRefused, open_store
from tests.store.agent import WRITER, libsql, sound
from tests.store.conftest import CAMPAIGN, ROOT, USER, change_token, plain, single

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("libsql")


async def test_a_file_of_the_agent_is_read_and_written(agent_file: Path) -> None:
    libsql(
        agent_file,
        ("INSERT INTO conversations (id, channel, user_id, source_channel) VALUES ('c', 'slack', ?, 'web')", [USER]),
        "INSERT INTO conversation_messages (id, conversation_id, role, content) VALUES ('m', 'c', 'user', 'hé\nllo')",
    )
    async with open_store(agent_file) as store:
        assert store.capabilities[Capability.WRITE] is None
        assert await store.check() == []
        (found,) = (await store.list_conversations(USER)).conversations
        assert (found.id, found.title, found.source_channel, found.total.value) == ("c", "hé llo", "web", 1)
        await store.add_conversation_message("c", "assistant", "reply")
        await store.update_conversation_metadata_field("c", "title", "Grüße")
        await store.get_or_create_heartbeat_conversation(USER)
        await store.get_or_create_routine_conversation("r", "R", USER)
    assert sound(agent_file)
    answers = libsql(
        agent_file,
        "SELECT role, content FROM conversation_messages ORDER BY rowid",
        "SELECT json_extract(metadata, '$.title') FROM conversations WHERE id = 'c'",
        (
            "SELECT count(*) FROM conversations WHERE user_id = ? AND json_extract(metadata, '$.routine_id') = 'r'",
            [USER],
        ),
    )
    assert answers == [[["user", "hé\nllo"], ["assistant", "reply"]], [["Grüße"]], [[1]]]


async def test_what_the_agent_writes_is_noticed(agent_file: Path) -> None:
    async with open_store(agent_file) as store:
        token = await change_token(store)
        assert await change_token(store) == token
        await asyncio.to_thread(
            libsql, agent_file, ("INSERT INTO conversations (id, channel, user_id) VALUES ('c', 'x', ?)", [USER])
        )
        assert await change_token(store) != token
        assert [c.id for c in (await store.list_conversations(USER)).conversations] == ["c"]


ODD_DOCUMENTS = [
    "{}",
    '{"title":"x","n":1.5}',
    '{"thread_type":"routine","routine_id":"r9"}',
    '{"é":"ü","\\u00e9x":1}',
    '{"thread\\u005ftype":"heartbeat"}',
    '{"routine_id":"x\\u0000y"}',
    '{"routine_id":"x","routine_id":"y"}',
    "{a:1}",
    "{'a':1}",
    '{"a":1,}',
    '{"a":NaN}',
    '{"a":0x10}',
    '{"a":+1}',
    '{"a":1}/* c */',
    "[1]",
    '"s"',
    "null",
    "5",
    '{"thread_type":5}',
    '{"routine_id":["x"]}',
    '{"a":1e400}',
    '{"a":"\\ud800"}',
    '{"routine_id":"\\ud800"}',
]


async def test_no_document_of_the_agent_is_edited_into_damage(agent_file: Path) -> None:
    statements: list[str | tuple[str, list[Any]]] = [
        (
            "INSERT INTO conversations (id, channel, user_id, metadata) VALUES (?, 'x', ?, ?)",
            [str(n), f"user {n}", text],
        )
        for n, text in enumerate(ODD_DOCUMENTS)
    ]
    libsql(agent_file, *statements)
    stored = {row[0]: row[1] for row in libsql(agent_file, "SELECT id, metadata FROM conversations")[0]}
    edited = set()
    async with open_store(agent_file) as store:
        for key, text in stored.items():
            for field, value in (("title", "New"), ("thread_type", "thread"), ("routine_id", f"other {key}")):
                try:
                    await store.update_conversation_metadata_field(key, field, value)
                    edited.add(text)
                except MetadataRefused:
                    pass
    assert sound(agent_file)
    assert edited >= set(ODD_DOCUMENTS[:3])
    now = {row[0]: row[1] for row in libsql(agent_file, "SELECT id, metadata FROM conversations")[0]}
    for key, text in stored.items():
        assert text in edited or now[key] == text


async def test_no_document_of_ours_is_edited_into_damage_by_the_agent(agent_file: Path) -> None:
    stored = set()
    async with open_store(agent_file) as store:
        for number, text in enumerate(ODD_DOCUMENTS):
            made = await store.create_conversation("x", f"user {number}")
            try:
                await store.save_metadata(made, f"user {number}", text, "{}")
                stored.add(text)
            except MetadataRefused:
                assert (await store.read_metadata(made, f"user {number}")).text == "{}"
    assert stored == {text for number, text in enumerate(ODD_DOCUMENTS) if number < 4}
    libsql(
        agent_file,
        """UPDATE conversations SET metadata = json_patch(metadata, '{"thread_type":"heartbeat"}') WHERE rowid % 2""",
        """UPDATE conversations SET metadata = json_patch(metadata, '{"routine_id":"new"}')""",
        "DELETE FROM conversations WHERE rowid % 3 = 0",
    )
    assert sound(agent_file)
    with plain(agent_file) as db:
        assert db.execute("PRAGMA integrity_check(conversations)").fetchall() == [("ok",)]


async def test_a_place_that_the_agent_took_meanwhile_is_not_taken_again(agent_file: Path) -> None:
    async with open_store(agent_file) as store:
        made = await store.create_conversation("gateway", USER)
        assert await single(store, Kind.HEARTBEAT) is None
        for document in ('{"thread_type":"heartbeat"}', '{"routine_id":"r"}', '{"thread_type":"assistant"}'):
            await asyncio.to_thread(
                libsql,
                agent_file,
                (
                    "INSERT INTO conversations (id, channel, user_id, metadata) VALUES (?, 'gateway', ?, ?)",
                    [document, USER, document],
                ),
            )
            with pytest.raises(DuplicateThread):
                await store.save_metadata(made, USER, document, "{}")
        assert await single(store, Kind.HEARTBEAT) == '{"thread_type":"heartbeat"}'
        assert await single(store, Kind.ASSISTANT, "gateway") == '{"thread_type":"assistant"}'


STOCK = """
import asyncio, sys
from pathlib import Path
from store import open_store
async def main():
    path, user, rounds = sys.argv[1:]
    async with open_store(path) as store:
        for number in range(int(rounds)):
            who = f"{user}{number}"
            print(
                await store.get_or_create_routine_conversation("r", "R", who),
                await store.get_or_create_heartbeat_conversation(who),
                await store.get_or_create_assistant_conversation(who, "gateway"),
                flush=True,
            )
asyncio.run(main())
"""


@pytest.mark.campaign
@pytest.mark.parametrize("has_unique_indexes", [True, False])
def test_eight_racing_processes_agree(agent_file: Path, has_unique_indexes: bool) -> None:
    rounds = 6 * CAMPAIGN
    if not has_unique_indexes:
        libsql(agent_file, "DROP INDEX uq_conv_routine", "DROP INDEX uq_conv_heartbeat")
    stock = [[sys.executable, "-c", STOCK, str(agent_file), "racer", str(rounds)] for _ in range(4)]
    agents = [[*WRITER, str(agent_file), "race", "racer", str(rounds)] for _ in range(4)]
    racers = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for command in (*stock, *agents)
    ]
    answers = []
    for racer in racers:
        out, error = racer.communicate(timeout=60 + rounds)
        assert racer.returncode == 0, error
        answers.append(out.splitlines())
    assert len(answers[0]) == rounds
    assert all(answer == answers[0] for answer in answers)
    assert libsql(agent_file, "SELECT count(*) FROM conversations") == [[[3 * rounds]]]
    assert sound(agent_file)
