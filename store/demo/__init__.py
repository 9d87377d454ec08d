"""A believable sample history, for ``clawback demo``, tests, screenshots and benchmarks.

Mara Lindqvist translates novels, grows tomatoes, plays bass in The Late Returns and asks her assistant about all of
it. Who wrote what is in the plays; what becomes of a play is decided here::

    plays (recent, showcase, smalltalk, machines, oddities)   text that a person can read
      └─ script    a play becomes lines, lines get their times
           └─ history   every thread of the year, in order
                └─ writer    rows in a database file
    moved    what was said since, with IronClaw 1.x
      └─ thread_writer    its records in a database file, as thread_files makes them

Everything follows from ``end``: no clock, no locale and no hash order plays a part.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store.demo.history import tell
from store.demo.script import OWNER
from store.demo.thread_writer import write_ironclaw1
from store.demo.writer import write

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DEMO_END", "OWNER", "write_demo", "write_ironclaw1"]

DEMO_END = datetime(2026, 6, 18, 17, 42, tzinfo=UTC)
"""The ``end`` that tests and screenshots share: a Thursday evening."""


def write_demo(path: Path, *, end: datetime) -> None:
    """Create a database file with a year of sample conversations.

    The file is private to its owner (0600) and appears whole or not at all.

    Args:
        path: where nothing lies yet.
        end: when the newest message was written; an aware time, or a ``ValueError``.

    Raises:
        FileExistsError: something lies at the path, if only a dangling link.
        OSError: the file cannot be made there.
        sqlite3.Error: it cannot be filled.
    """
    if end.tzinfo is None:
        raise ValueError("end must be an aware datetime")
    write(path, tell(end.astimezone(UTC)))
