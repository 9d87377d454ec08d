"""List all messages of a thread without the index, which may lack some: each tool call once, summaries between."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.ironclaw1 import thread_rows
from store.ironclaw1.message_records import CALL, CARD, call_reference, covered, role_of, sequence_in, sequence_of
from store.ironclaw1.thread_rows import in_places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.core.step_search import Lane
    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.schema import Database
    from store.ironclaw1.thread_rows import Row

_STEP = 2000
"""Records that are read by one hop."""


class Listed(NamedTuple):
    """A message of a thread that was listed."""

    tie: int
    number: int
    version: int
    role: str
    call: int | None = None
    """The row of what the model sees of the same tool call, which is not shown by itself."""


class Listing(NamedTuple):
    """All messages of a thread, in order."""

    messages: list[Listed]
    hidden: dict[int, int]
    """The ties of rows that are not shown by themselves, and the tie of what shows them."""
    covering: frozenset[int]
    """The ties of summaries of messages some of which were taken back."""


class Sketch(NamedTuple):
    """What the list needs to know of a message."""

    number: int
    version: int
    sequence: int | None
    id: str
    kind: str
    role: str
    reference: str | None
    """What the two records of one tool call have in common."""
    is_taken_back: bool


def sketch_of(row: Row, thread: Thread) -> Sketch:
    """Return what the list needs to know of a message."""
    record = row.record
    return Sketch(
        row.number,
        row.version,
        sequence_of(record, thread.id),
        record.id or "",
        record.kind,
        role_of(record),
        call_reference(record),
        record.is_hidden_from_readers,
    )


def list_thread(db: Database, thread: Thread) -> Listing:
    """Return all messages of a thread that has few."""
    rows = (*thread_rows.rows_in(db, thread.messages), *thread_rows.logged_only(db, thread).values())
    return _arranged(db, thread, [sketch_of(row, thread) for row in rows])


async def list_in_steps(reader: Lane[Database], thread: Thread) -> Listing:
    """Return all messages of a thread of whatever size, between the steps of which others are read."""
    files: list[Sketch] = []
    path = thread.messages.low
    while found := await reader.run(_files, thread, path):
        files += found[0]
        path = found[1]
    logged: dict[str, Sketch] = {}
    event = 0
    while step := await reader.run(_logged, thread, event):
        logged |= step[0]
        event = step[1]
    return await reader.run(_arranged, thread, [*files, *logged.values()])


def _files(db: Database, thread: Thread, after: str) -> tuple[list[Sketch], str] | None:
    """Return the next messages by the paths of their files, and the last of these; ``None`` at the end."""
    rows = thread_rows.rows_after(db, thread, after, _STEP)
    return ([sketch_of(row, thread) for row in rows.values()], [*rows][-1]) if rows else None


def _logged(db: Database, thread: Thread, after: int) -> tuple[dict[str, Sketch], int] | None:
    """Return the next messages of the log for which no file exists, by id, and the last row; ``None`` at the end."""
    rows = thread_rows.events_after(db, thread, after, _STEP)
    if not rows:
        return None
    alone = thread_rows.without_file(db, thread, rows)
    return {name: sketch_of(row, thread) for name, row in alone.items()}, -rows[-1].number


def _arranged(db: Database, thread: Thread, found: Iterable[Sketch]) -> Listing:
    """Return messages in order, with the summaries of their thread."""
    summaries = thread_rows.summaries(db, thread)
    placed = in_places((each.sequence, each.id, each.number, each) for each in found)
    cards: dict[str, int] = {}
    for tie, each in placed:
        if each.kind == CARD and each.reference:
            cards.setdefault(each.reference, tie)
    hidden: dict[int, int] = {}
    calls: dict[int, int] = {}
    for tie, each in placed:
        if each.kind == CALL and (card := cards.get(each.reference or "")) is not None:
            hidden[tie] = card
            calls[card] = each.number
    messages = [
        Listed(tie, each.number, each.version, each.role, calls.get(tie)) for tie, each in placed if tie not in hidden
    ]
    messages += [Listed(tie, row.number, row.version, role_of(row.record)) for tie, row in summaries]
    taken_back = [sequence_in(tie) for tie, each in placed if each.is_taken_back]
    covering = frozenset(
        tie for tie, row in summaries if any(sequence in covered(row.record) for sequence in taken_back)
    )
    return Listing(sorted(messages), hidden, covering)
