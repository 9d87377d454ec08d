"""Exports without a command line: what is in a file, and what a database made of it holds."""

from __future__ import annotations

import sqlite3
import tracemalloc
from contextlib import closing
from datetime import UTC
from typing import TYPE_CHECKING, Any

from store import open_store
from store.contract.stored_rows import RowSelection
from store.demo import DEMO_END
from store.ironclaw0.sqlite.import_rows import create_from_rows
from tui.export.export_format import Facts, Format
from tui.export.export_run import write
from tui.export.job import Job
from tui.export.json_reader import rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from store.contract.stored_rows import Imported
    from tui.export.masking import Masker

ALL = RowSelection()


def job(kind: Format, selection: RowSelection = ALL, user: str = "default") -> Job:
    return Job(selection, kind, Facts(DEMO_END, UTC, user, "everything"))


async def exported(
    path: Path, kind: Format, selection: RowSelection = ALL, *, user: str = "default", masker: Masker | None = None
) -> str:
    """Return a file."""
    pieces: list[str] = []
    async with open_store(path, read_only=True) as store:
        await write(store, job(kind, selection, user), pieces.append, lambda done, total: None, masker)
    return "".join(pieces)


async def measured(path: Path, asked: Job) -> tuple[int, int]:
    """Return how many characters an export writes, and the most bytes that it holds."""
    sizes: list[int] = []
    async with open_store(path, read_only=True) as store:
        tracemalloc.start()
        try:
            await write(store, asked, lambda text: sizes.append(len(text)), lambda done, total: None)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    return sum(sizes), peak


def imported(text: str, path: Path) -> Imported:
    return create_from_rows(path, lambda: rows(text.splitlines(keepends=True), "the file"), "the file")


def table(path: Path, name: str, user: str = "default", columns: list[str] | None = None) -> list[str]:
    """Return the rows of a user, each value with its type and its bytes, in the order of their numbers."""
    conversations = "user_id = ?" if name == "conversations" else "conversation_id IN (SELECT id FROM mine)"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        names = columns or [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
        quoted = ['"' + each.replace('"', '""') + '"' for each in names]
        parts = ", ".join(f"typeof({each}), {each}" for each in quoted)
        db.text_factory = bytes
        found = db.execute(
            "WITH mine AS (SELECT id FROM conversations WHERE user_id = ?1)"
            f" SELECT rowid, {parts} FROM {name} WHERE {conversations.replace('?', '?1')} ORDER BY rowid",
            (user,),
        ).fetchall()
    return [repr(row) for row in found]


def columns(path: Path, name: str) -> set[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return {row[1] for row in db.execute(f"PRAGMA table_info({name})")}


async def message_ids(path: Path, user: str = "default") -> dict[str, list[str]]:
    """Return the ids of the messages of every conversation in the order in which they are shown."""
    return {
        conversation: [message.id for message in shown] async for conversation, shown in _conversations(path, user)
    }


async def _conversations(path: Path, user: str) -> AsyncIterator[tuple[str, list[Any]]]:
    async with open_store(path, read_only=True) as store:
        page = await store.list_conversations(user, limit=500)
        for conversation in page.conversations:
            yield conversation.id, await store.list_conversation_messages(conversation.id)
