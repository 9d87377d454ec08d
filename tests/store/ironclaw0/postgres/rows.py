"""Rows as the agent writes them."""

from __future__ import annotations

import sqlite3
import time
import uuid
from contextlib import closing
from typing import TYPE_CHECKING, Any

from tests.store.conftest import USER

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg


def add_conversation(db: psycopg.Connection[Any], **values: Any) -> str:
    """Insert a conversation row as given; return its id."""
    row = {"id": str(uuid.uuid4()), "channel": "telegram", "user_id": USER, "last_activity": "2026-01-01"} | values
    insert(db, "conversations", row)
    return str(row["id"])


def add_message(db: psycopg.Connection[Any], conversation_id: str, content: str = "hello", **values: Any) -> str:
    """Insert a message row as given; return its id."""
    row = {
        "id": str(uuid.uuid4()),
        "conversation_id": conversation_id,
        "role": "user",
        "content": content,
        "created_at": "2026-01-01",
    } | values
    insert(db, "conversation_messages", row)
    return str(row["id"])


def insert(db: psycopg.Connection[Any], table: str, row: dict[str, Any]) -> None:
    """Insert a row."""
    places = ", ".join(["%s"] * len(row))
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})".encode(), tuple(row.values()))


def add_giant(db: psycopg.Connection[Any], messages: int) -> str:
    """Insert a conversation of numbered messages, a second apart; return its id."""
    key = add_conversation(db, last_activity="2026-06-01")
    db.execute(
        "INSERT INTO conversation_messages SELECT gen_random_uuid(), %s,"
        " CASE n %% 2 WHEN 0 THEN 'user' ELSE 'assistant' END, 'number ' || n,"
        " '2026-01-01'::timestamptz + n * interval '1 second' FROM generate_series(1, %s) AS n",
        (key, messages),
    )
    return key


def wait_for(db: psycopg.Connection[Any], condition: str) -> None:
    """Wait until the server's view of who does what satisfies a condition."""
    give_up = time.monotonic() + 20
    while not db.execute(f"SELECT 1 FROM pg_stat_activity WHERE {condition} LIMIT 1".encode()).fetchone():
        assert time.monotonic() < give_up, condition
        time.sleep(0.01)


def copy_history(db: psycopg.Connection[Any], path: Path, conversations: int) -> None:
    """Insert the newest conversations of a file of 0.x, those whose rows a server takes."""
    with closing(sqlite3.connect(path)) as file:
        file.row_factory = sqlite3.Row
        for row in file.execute(
            "SELECT * FROM conversations WHERE json_valid(metadata) ORDER BY last_activity DESC LIMIT ?",
            (conversations,),
        ).fetchall():
            insert(db, "conversations", dict(row))
            sent = "SELECT * FROM conversation_messages WHERE conversation_id = ? AND instr(content, char(0)) = 0"
            for message in file.execute(sent, (row["id"],)).fetchall():
                insert(db, "conversation_messages", dict(message))
