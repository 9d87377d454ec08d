"""Offer a file of IronClaw's the index on (conversation_id, created_at); never on the side, only when asked.

With it the order of a conversation is read from the index alone, and even rows that an importer wrote in any order
are right at the first look. IronClaw neither needs nor minds it.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from store.contract.indexes import OrderIndexFacts
from store.errors import ReadOnlyStore
from store.ironclaw0.sqlite.connections import database_file, reason_not_to_write
from store.ironclaw0.sqlite.schema import ORDER_INDEX, ORDER_INDEX_SQL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from store.ironclaw0.sqlite.schema import Database

_ROWS_A_SECOND = 300_000
"""How fast an index is built on a slow machine; a fast one does three times as many."""
_BYTES_A_ROW = 75
"""What a message takes in the index: a UUID, a time, a row number."""
_STEPS_A_ROW = 10
_STEPS_A_REPORT = 20_000


class SqliteOrderIndex:
    """Implements ``store.contract.indexes.OrderIndex``.

    Args:
        path: The database file.
        read_only: Refuse to change it.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._is_read_only = read_only
        self._file = database_file(path)

    async def __aenter__(self) -> Self:
        await self._file.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._file.close()

    async def facts(self) -> OrderIndexFacts:
        """Return what there is to know."""
        return await self._file.reader.run(_facts, self._path, asked=self._is_read_only)

    async def create(self, report: Callable[[float], bool]) -> bool:
        """Build the index in one transaction; return whether it was finished."""
        await self._require_writable()
        with suppress(_StoppedError):
            await self._file.write(_create, report)
            await self._file.checkpoint()
            return True
        return False

    async def drop(self) -> None:
        """Take the index away."""
        await self._require_writable()
        await self._file.write(_drop)
        await self._file.checkpoint()

    async def _require_writable(self) -> None:
        if (reason := (await self.facts()).read_only_reason) is not None:
            raise ReadOnlyStore(reason)


class _StoppedError(Exception):
    """The caller stops the work."""


def _facts(db: Database, path: Path, *, asked: bool) -> OrderIndexFacts:
    name = db.schema.order_index
    (messages,) = db.execute("SELECT count(*) FROM conversation_messages").fetchone()
    reason = reason_not_to_write(path, db.schema, asked=asked)
    return OrderIndexFacts(
        is_there=name is not None,
        is_ours=name == f'"{ORDER_INDEX}"',
        messages=messages,
        size=messages * _BYTES_A_ROW,
        seconds=messages // _ROWS_A_SECOND + 1,
        read_only_reason=reason,
    )


def _create(db: Database, report: Callable[[float], bool]) -> None:
    (messages,) = db.execute("SELECT count(*) FROM conversation_messages").fetchone()
    steps, is_stopped = 0, False

    def progress() -> bool:
        nonlocal steps, is_stopped
        steps += _STEPS_A_REPORT
        is_stopped = not report(min(1.0, steps / max(1, _STEPS_A_ROW * messages)))
        return is_stopped

    db.set_progress_handler(progress, _STEPS_A_REPORT)
    try:
        db.execute(ORDER_INDEX_SQL)
    except sqlite3.OperationalError:
        if is_stopped:
            raise _StoppedError from None
        raise
    finally:
        db.set_progress_handler(None, 0)


def _drop(db: Database) -> None:
    db.execute(f"DROP INDEX IF EXISTS {ORDER_INDEX}")
