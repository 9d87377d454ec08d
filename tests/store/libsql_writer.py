"""Run SQL through libSQL, the engine that IronClaw writes with; always a process of its own.

Two SQLite engines on one file in one process drop each other's locks. ``libsql_writer.py FILE`` reads one JSON pair
``[sql, parameters]`` a line from its input and prints the rows, or the text of the error, as one JSON line each.
``libsql_writer.py FILE race USER ROUNDS`` gets or creates the special threads as IronClaw 0.24 does;
``libsql_writer.py FILE edit CONVERSATION PREFIX ROUNDS`` sets fields of a conversation's metadata as it does and
prints the number of each once it is stored.
"""

from __future__ import annotations

import json
import sys
import uuid
from typing import Any

import libsql


def get_or_create(db: Any, user: str, channel: str, key: str, value: str) -> str:
    db.execute("BEGIN IMMEDIATE")
    try:
        found = db.execute(
            f"SELECT id FROM conversations WHERE user_id = ? AND json_extract(metadata, '$.{key}') = ?"
            " AND (channel = ? OR ? != 'assistant') LIMIT 1",
            (user, value, channel, value),
        ).fetchone()
        made = str(uuid.uuid4())
        if found is None:
            document = {"thread_type": value} if key == "thread_type" else {"thread_type": "routine", key: value}
            db.execute(
                "INSERT INTO conversations (id, channel, user_id, metadata) VALUES (?, ?, ?, ?)",
                (made, channel, user, json.dumps(document)),
            )
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    return made if found is None else str(found[0])


def race(db: Any, user: str, rounds: int) -> None:
    for number in range(rounds):
        print(
            get_or_create(db, f"{user}{number}", "routine", "routine_id", "r"),
            get_or_create(db, f"{user}{number}", "heartbeat", "thread_type", "heartbeat"),
            get_or_create(db, f"{user}{number}", "gateway", "thread_type", "assistant"),
            flush=True,
        )


def edit(db: Any, conversation_id: str, prefix: str, rounds: int) -> None:
    merge = "UPDATE conversations SET metadata = json_patch(metadata, ?) WHERE id = ?"
    for number in range(rounds):
        db.execute(merge, (json.dumps({f"{prefix}{number}": number}), conversation_id))
        print(number, flush=True)


def main() -> None:
    path, *job = sys.argv[1:]
    db = libsql.connect(path, isolation_level=None)
    db.execute("PRAGMA busy_timeout = 5000").fetchall()
    match job:
        case ["race", user, rounds]:
            race(db, user, int(rounds))
        case ["edit", conversation_id, prefix, rounds]:
            edit(db, conversation_id, prefix, int(rounds))
        case _:
            answer_all(db)


def answer_all(db: Any) -> None:
    for line in sys.stdin:
        sql, parameters = json.loads(line)
        try:
            answer: object = db.execute(sql, tuple(parameters)).fetchall()
        except (ValueError, libsql.Error) as error:
            answer = str(error)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
