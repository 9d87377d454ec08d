"""IronClaw's own engine, run in a process of its own, for tests."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS
from tests.store.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

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


def sound(path: Path) -> bool:
    """Ask IronClaw's own engine whether the conversation tables and their indexes are sound."""
    return libsql(path, "PRAGMA integrity_check(conversations)", "PRAGMA integrity_check(conversation_messages)") == [
        [["ok"]],
        [["ok"]],
    ]
