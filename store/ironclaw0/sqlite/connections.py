"""What every part of the store over one SQLite file stands on: its connections, its clock, what it remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

from store.engines.sqlite import write_guard
from store.engines.sqlite.connection import DEADLINE_S, Dialect
from store.engines.sqlite.database_file import DatabaseFile
from store.errors import DuplicateThread
from store.files.paths import shown
from store.ironclaw0.sqlite.schema import Schema, probe

if TYPE_CHECKING:
    from pathlib import Path


P = ParamSpec("P")
T = TypeVar("T")


def _duplicate(file: str) -> DuplicateThread:
    return DuplicateThread(f"{file} has this user's thread of that kind already; open that one.")


DIALECT = Dialect(probe, _duplicate)


def database_file(path: Path, deadline_s: float = DEADLINE_S) -> DatabaseFile[Schema]:
    """Return the connections, not yet open, to a file of IronClaw 0.x."""
    return DatabaseFile(path, DIALECT, deadline_s)


def reason_not_to_write(path: Path, schema: Schema, *, asked: bool) -> str | None:
    """Return one sentence that says why a file must not be written; ``None`` if it may be.

    Args:
        path: The database file.
        schema: What it has.
        asked: The caller wants to read only.
    """
    reason = write_guard.reason_not_to_write(path, asked=asked)
    if reason is None and schema.has_triggers:
        return f"{shown(path)} has triggers on its conversation tables that IronClaw does not make."
    return reason
