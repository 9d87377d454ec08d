"""Write a history into a database file as IronClaw 0.24 would have left it."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from store.demo.script import OWNER
from store.domain.timestamps import format_canonical
from store.files.atomic_file import put_in_place, require_free, reserve
from store.files.drafts import draft_folder
from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS, ROUTINE_STATEMENTS, USAGE_STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from store.demo.history import History, RoutineHistory
    from store.demo.script import Thread

_MODELS = (("nearai", "glm-4.6", 60, 220), ("nearai", "qwen3-30b-a3b", 15, 60))
"""Provider, model, and the price of a million tokens, in and out, in cents of a dollar."""


def write(path: Path, history: History) -> None:
    """Create the file, or leave nothing behind.

    Args:
        path: where nothing lies yet.
        history: what to write.

    Raises:
        FileExistsError: something lies at the path.
        OSError: the file cannot be made there.
        sqlite3.Error: it cannot be filled.
    """
    require_free(path)
    with draft_folder(path.absolute().parent, "demo") as beside:
        draft = beside / "history.db"
        os.close(reserve(draft))
        with closing(sqlite3.connect(draft, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("BEGIN IMMEDIATE")
            _fill(db, history)
            db.execute("COMMIT")
        put_in_place(draft, path)


def _fill(db: sqlite3.Connection, history: History) -> None:
    for statement in (*CREATE_STATEMENTS, *ROUTINE_STATEMENTS, *USAGE_STATEMENTS):
        db.execute(statement)
    rng = Random("ids")
    threads = [(_uuid(rng), thread) for thread in history.threads]
    _insert(db, "conversations", (_conversation(thread_id, thread) for thread_id, thread in threads))
    _insert(db, "conversation_messages", _messages(threads, rng))
    _insert(db, "llm_calls", _llm_calls(threads, history.billed_from))
    kept = [told for told in history.routines if not told.routine.is_deleted]
    _insert(db, "routines", (_routine(told, history.end) for told in kept))
    _insert(db, "routine_runs", _runs(kept))


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that all have the columns of the first."""
    waiting = list(rows)
    columns = list(waiting[0])
    places = ", ".join(f":{column}" for column in columns)
    db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", waiting)


def _conversation(thread_id: str, thread: Thread) -> dict[str, Any]:
    last = thread.rows[-1].at if thread.rows else thread.started
    started, active = (
        f"{moment:%Y-%m-%d %H:%M:%S}" if thread.legacy_times else format_canonical(moment)
        for moment in (thread.started, last)
    )
    return {
        "id": thread_id,
        "channel": thread.channel,
        "user_id": thread.user_id,
        "started_at": started,
        "last_activity": active,
        "metadata": _json(thread.metadata),
    }


def _messages(threads: list[tuple[str, Thread]], rng: Random) -> Iterator[dict[str, Any]]:
    """Yield every message in the order in which the agent wrote them."""
    rows = [(row, thread_id) for thread_id, thread in threads for row in thread.rows]
    rows.sort(key=lambda pair: pair[0].at)
    for row, thread_id in rows:
        yield {
            "id": _uuid(rng),
            "conversation_id": thread_id,
            "role": row.role,
            "content": row.content,
            "created_at": row.stored_at,
        }


def _llm_calls(threads: list[tuple[str, Thread]], billed_from: datetime) -> Iterator[dict[str, Any]]:
    """Yield a call for each answer of a billed thread, longer ones dearer."""
    rng = Random("calls")
    for thread_id, thread in threads:
        for row in thread.rows if thread.is_billed else ():
            if row.role != "assistant" or row.at < billed_from:
                continue
            provider, model, price_in, price_out = _MODELS[rng.random() < 0.2]
            tokens_in, tokens_out = rng.randrange(1800, 9000), 20 + len(row.content) // 3
            price = tokens_in * price_in + tokens_out * price_out
            yield {
                "id": _uuid(rng),
                "conversation_id": thread_id,
                "provider": provider,
                "model": model,
                "input_tokens": tokens_in,
                "output_tokens": tokens_out,
                "cost": f"0.{price:08d}",
                "purpose": "chat",
                "created_at": row.stored_at,
            }


def _routine(told: RoutineHistory, end: datetime) -> dict[str, Any]:
    routine, runs = told.routine, told.runs
    born = format_canonical(runs[0].at - timedelta(hours=1) if runs else end - timedelta(days=20))
    last = runs[-1].at if runs else None
    fires_again = last is not None and routine.enabled and routine.trigger_type == "cron"
    return {
        "id": told.id,
        "name": routine.name,
        "description": routine.description,
        "user_id": OWNER,
        "enabled": int(routine.enabled),
        "trigger_type": routine.trigger_type,
        "trigger_config": _json(routine.trigger_config),
        "action_type": "lightweight",
        "action_config": _json({"prompt": routine.description, "max_tokens": 4096}),
        "notify_channel": "signal",
        "notify_user": OWNER,
        "last_run_at": format_canonical(last) if last else None,
        "next_fire_at": format_canonical(last + routine.every) if last and fires_again else None,
        "run_count": len(runs),
        "consecutive_failures": routine.failing,
        "created_at": born,
        "updated_at": format_canonical(last) if last else born,
    }


def _runs(routines: list[RoutineHistory]) -> Iterator[dict[str, Any]]:
    rng = Random("runs")
    for told in routines:
        for run in told.runs:
            started = format_canonical(run.at)
            yield {
                "id": _uuid(rng),
                "routine_id": told.id,
                "trigger_type": "cron" if run.trigger == "dispatched" else run.trigger,
                "started_at": started,
                "completed_at": format_canonical(run.at + timedelta(milliseconds=rng.randrange(900, 5900))),
                "status": run.status,
                "result_summary": run.summary or None,
                "tokens_used": rng.randrange(300, 2400),
                "created_at": started,
            }


def _uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
