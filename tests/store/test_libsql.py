"""Files written by IronClaw's own engine, and the same file used by both engines at once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from store import MetadataRefused, open_store
from store.sqlite.schema import CREATE_STATEMENTS
from tests.store.conftest import CAMPAIGN, ROOT, USER

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("libsql")

WRITER = [sys.executable, str(ROOT / "tests" / "store" / "libsql_writer.py")]
IRONCLAW = [
    "PRAGMA journal_mode = WAL",
    *(sql for sql in CREATE_STATEMENTS if "messages_created" not in sql),
    "ALTER TABLE conversations ADD COLUMN source_channel TEXT",
    "CREATE TABLE memory_chunks (id TEXT PRIMARY KEY, content TEXT NOT NULL, embedding F32_BLOB(4))",
    "CREATE INDEX idx_memory_chunks_embedding ON memory_chunks (libsql_vector_idx(embedding))",
    "CREATE VIRTUAL TABLE memory_chunks_fts USING fts5 (content, content='memory_chunks')",
    "INSERT INTO memory_chunks VALUES ('a', 'remember', vector32('[1, 2, 3, 4]'))",
]


def libsql(path: Path, *statements: str | tuple[str, list[Any]]) -> list[Any]:
    """Run statements through libSQL; return the rows of each, or the text of its error."""
    pairs = [[sql, []] if isinstance(sql, str) else [*sql] for sql in statements]
    done = subprocess.run(
        [*WRITER, str(path)],
        input="".join(f"{json.dumps(pair)}\n" for pair in pairs),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def agent_file(tmp_path: Path) -> Path:
    path = tmp_path / "ironclaw.db"
    assert not [answer for answer in libsql(path, *IRONCLAW) if isinstance(answer, str)]
    return path


def sound(path: Path) -> bool:
    """Ask IronClaw's own engine whether the conversation tables and their indexes are sound."""
    return libsql(path, "PRAGMA integrity_check(conversations)", "PRAGMA integrity_check(conversation_messages)") == [
        [["ok"]],
        [["ok"]],
    ]


async def test_a_file_of_the_agent_is_read_and_written(agent_file: Path) -> None:
    libsql(
        agent_file,
        ("INSERT INTO conversations (id, channel, user_id, source_channel) VALUES ('c', 'slack', ?, 'web')", [USER]),
        "INSERT INTO conversation_messages (id, conversation_id, role, content) VALUES ('m', 'c', 'user', 'hé\nllo')",
    )
    async with open_store(agent_file) as store:
        assert store.read_only_reason is None
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
        token = await store.change_token()
        assert await store.change_token() == token
        await asyncio.to_thread(
            libsql, agent_file, ("INSERT INTO conversations (id, channel, user_id) VALUES ('c', 'x', ?)", [USER])
        )
        assert await store.change_token() != token
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
    for key, text in stored.items():
        if text not in edited:
            now = libsql(agent_file, ("SELECT metadata FROM conversations WHERE id = ?", [key]))
            assert now == [[[text]]]


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
