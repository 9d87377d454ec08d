"""Read the messages of one thread: in the order of the index where that is complete, else all of them.

The file of a message wins over its row in the append log, which 1.0 alone read; a reader after it that does not look
there loses replies. The index of 1.1 and later lacks what was written before, so it counts only once it has a row for
every file of the thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from store.engines.sqlite.database import keys_json
from store.errors import ConversationNotFound
from store.ironclaw1.addresses import Thread, below, thread_named
from store.ironclaw1.message_records import Record, last_tie, message_tie, record_of, sequence_of, summary_tie
from store.ironclaw1.schema import MESSAGES_IN_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.ironclaw1.addresses import PathRange
    from store.ironclaw1.schema import Database

T = TypeVar("T")

FEW = 2000
"""Files of a thread that are read at once rather than by the index."""
_LOG_LOOK = 200
"""Rows of an append log that are looked at before farther ones."""
_INDEXED = (
    f"root_filesystem_ordered_index_rows WHERE index_name = '{MESSAGES_IN_ORDER}' AND k0 = ?"
    " AND +path >= ? AND +path < ?"
)
"""Rows of the index of one thread: another scope may have a thread of the same id, and ``+`` keeps SQLite there."""


class Row(NamedTuple):
    """A stored record and where it was read."""

    number: int
    """The row number of its file, or the negative number of its event."""
    version: int
    record: Record


class IndexKey(NamedTuple):
    """A row of the index."""

    sequence: int
    message_id: str


def require(db: Database, key: str, user_id: str | None = None) -> Thread:
    """Return the thread that a key names.

    Raises:
        ConversationNotFound: there is none, or it is another user's; the sentence is the same.
    """
    thread = thread_named(key)
    if thread is None or (user_id is not None and thread.scope.user_id != user_id) or not exists(db, thread):
        raise not_found()
    return thread


def not_found() -> ConversationNotFound:
    """Return the one way to say that a conversation is not there."""
    return ConversationNotFound("There is no such conversation; it may have been deleted. Read the list again.")


def exists(db: Database, thread: Thread) -> bool:
    """Tell whether there is anything of a thread."""
    try:
        inside = below(thread.key)
        found = db.execute("SELECT 1 FROM root_filesystem_entries WHERE path >= ? AND path < ? LIMIT 1", inside)
        return found.fetchone() is not None
    except UnicodeEncodeError:
        return False


def newest_entry(db: Database) -> tuple[int, str] | None:
    """Return number and path of the newest row of all files: numbers are used again once the newest is gone."""
    row = db.execute("SELECT rowid, path FROM root_filesystem_entries ORDER BY rowid DESC LIMIT 1").fetchone()
    return row and (row[0], row[1])


def is_there(db: Database, number: int, path: str) -> bool:
    """Tell whether a row still is what it was."""
    row = db.execute("SELECT path FROM root_filesystem_entries WHERE rowid = ?", (number,)).fetchone()
    return row is not None and row[0] == path


def count_files(db: Database, inside: PathRange, cap: int = -1) -> int:
    """Return how many files lie in a range of paths, counted no further than a cap."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM root_filesystem_entries WHERE path >= ? AND path < ? LIMIT ?)"
    return int(db.execute(sql, (*inside, cap)).fetchone()[0])


def is_long(db: Database, thread: Thread) -> bool:
    """Tell whether a thread has more messages than are read at once."""
    return count_files(db, thread.messages, FEW + 1) > FEW


def count_indexed(db: Database, thread: Thread, cap: int = -1) -> int:
    """Return how many messages the index has of a thread, counted no further than a cap."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {_INDEXED} LIMIT ?)"
    return int(db.execute(sql, (thread.id, *thread.messages, cap)).fetchone()[0])


def last_event(db: Database, thread: Thread) -> int:
    """Return the number of the newest row of a thread's append log, 0 if it has none."""
    if not db.schema.has_log:
        return 0
    sql = "SELECT coalesce(max(seq), 0) FROM root_filesystem_events WHERE path = ?"
    return int(db.execute(sql, (thread.log,)).fetchone()[0])


def logged_only(db: Database, thread: Thread) -> dict[str, Row]:
    """Return the rows of a thread's append log for which no file exists, by the ids of their messages."""
    return without_file(db, thread, events_after(db, thread, 0))


def has_logged_only(db: Database, thread: Thread) -> bool:
    """Tell whether a thread's append log has a message for which no file exists."""
    after = 0
    while rows := events_after(db, thread, after, _LOG_LOOK):
        if without_file(db, thread, rows):
            return True
        after = -rows[-1].number
    return False


def events_after(db: Database, thread: Thread, after: int, limit: int = -1) -> list[Row]:
    """Return rows of a thread's append log behind another one, in order.

    Args:
        db: The connection.
        thread: Which thread.
        after: The number of that row.
        limit: How many at most.
    """
    if not db.schema.has_log:
        return []
    rows = db.execute(
        "SELECT seq, payload FROM root_filesystem_events WHERE path = ? AND seq > ? ORDER BY seq LIMIT ?",
        (thread.log, after, limit),
    ).fetchall()
    return [Row(-seq, 0, record_of(payload)) for seq, payload in rows]


def without_file(db: Database, thread: Thread, rows: Iterable[Row]) -> dict[str, Row]:
    """Return those rows of a thread's append log for which no file exists, by the ids of their messages."""
    found = {row.record.id: row for row in rows if sequence_of(row.record, thread.id) is not None}
    return {name: row for name, row in found.items() if name and not has_file(db, thread, name)}


def has_file(db: Database, thread: Thread, message_id: str) -> bool:
    """Tell whether a message has a file."""
    path = f"{thread.messages.low}{message_id}.json"
    return db.execute("SELECT 1 FROM root_filesystem_entries WHERE path = ?", (path,)).fetchone() is not None


def rows_in(db: Database, inside: PathRange) -> list[Row]:
    """Return the records in a range of paths."""
    rows = db.execute(
        "SELECT rowid, version, contents FROM root_filesystem_entries WHERE path >= ? AND path < ?", inside
    )
    return [Row(number, version, record_of(contents)) for number, version, contents in rows]


def summaries(db: Database, thread: Thread) -> list[tuple[int, Row]]:
    """Return the summaries of a thread with their places."""
    found: list[tuple[int, Row]] = []
    seen: dict[object, int] = {}
    for row in sorted(rows_in(db, thread.summaries), key=lambda row: row.record.id or ""):
        end = row.record.fields.get("end_sequence")
        end = end if isinstance(end, int) else None
        tie = summary_tie(row.record, seen.get(end, 0))
        seen[end] = seen.get(end, 0) + 1
        found.append((last_tie(row.number) if tie is None else tie, row))
    return found


def records_with(db: Database, thread: Thread, *kinds: str) -> list[Record]:
    """Return the messages of a thread whose records name one of some kinds, wherever in them."""
    named = " OR ".join(["instr(contents, CAST(? AS BLOB))"] * len(kinds))
    rows = db.execute(
        f"SELECT contents FROM root_filesystem_entries WHERE path >= ? AND path < ? AND ({named})",
        (*thread.messages, *(f'"{kind}"' for kind in kinds)),
    ).fetchall()
    return [record_of(contents) for (contents,) in rows]


def rows_after(db: Database, thread: Thread, after: str, limit: int) -> dict[str, Row]:
    """Return the next files of a thread's messages behind a path, by their paths, in order.

    Args:
        db: The connection.
        thread: Which thread.
        after: The path.
        limit: How many at most.
    """
    rows = db.execute(
        "SELECT path, rowid, version, contents FROM root_filesystem_entries WHERE path > ? AND path < ?"
        " ORDER BY path LIMIT ?",
        (after, thread.messages.high, limit),
    ).fetchall()
    return {path: Row(number, version, record_of(contents)) for path, number, version, contents in rows}


def outer_rows(db: Database, thread: Thread, limit: int, *, newest: bool) -> list[tuple[int, Row]]:
    """Return messages of a thread that were written first or last, with their ties, in order from that end.

    A record that was written last may have any place, so that these need not be the outermost messages.

    Args:
        db: The connection.
        thread: Which thread.
        limit: How many files, and rows of the log, at most.
        newest: Which end.
    """
    order = "DESC" if newest else "ASC"
    files = db.execute(
        f"SELECT rowid FROM root_filesystem_entries WHERE path >= ? AND path < ? ORDER BY rowid {order} LIMIT ?",
        (*thread.messages, limit),
    ).fetchall()
    rows = [*numbered_rows(db, thread, [number for (number,) in files]).values()]
    if db.schema.has_log:
        events = db.execute(
            f"SELECT -seq FROM root_filesystem_events WHERE path = ? ORDER BY seq {order} LIMIT ?",
            (thread.log, limit),
        ).fetchall()
        logged = numbered_rows(db, thread, [number for (number,) in events]).values()
        rows += without_file(db, thread, logged).values()
    return sorted(_placed(thread, rows), key=lambda each: each[0], reverse=newest)


def placed_rows(db: Database, thread: Thread) -> list[tuple[int, Row]]:
    """Return all messages of a thread with their ties; those that tell no place come last."""
    return _placed(thread, (*rows_in(db, thread.messages), *logged_only(db, thread).values()))


def _placed(thread: Thread, rows: Iterable[Row]) -> list[tuple[int, Row]]:
    return in_places((sequence_of(row.record, thread.id), row.record.id or "", row.number, row) for row in rows)


def in_places(found: Iterable[tuple[int | None, str, int, T]]) -> list[tuple[int, T]]:
    """Return messages of a thread with their ties; those that tell no place come last.

    Args:
        found: Of each its sequence, ``None`` if it tells none, its id, the number of its row, and what it is.
    """
    placed: list[tuple[int, T]] = []
    by_place: dict[int, list[tuple[str, T]]] = {}
    for sequence, name, number, each in found:
        if sequence is None:
            placed.append((last_tie(abs(number)), each))
        else:
            by_place.setdefault(sequence, []).append((name, each))
    for sequence, some in by_place.items():
        some.sort(key=lambda named: named[0], reverse=True)
        placed += [(message_tie(sequence, later), each) for later, (_, each) in enumerate(some)]
    return placed


def older_keys(db: Database, thread: Thread, before: IndexKey | None, limit: int) -> list[IndexKey]:
    """Return the next ``limit`` keys of the index towards the start of a thread, the newest first."""
    edge = "" if before is None else " AND (k1, k2) < (?, ?)"
    rows = db.execute(
        f"SELECT k1, k2 FROM {_INDEXED}{edge} ORDER BY k1 DESC, k2 DESC LIMIT ?",
        (thread.id, *thread.messages, *(before or ()), limit),
    )
    return [*map(IndexKey._make, rows)]


def newest_versions(db: Database, thread: Thread, limit: int) -> list[tuple[IndexKey, int]]:
    """Return the newest keys of the index with the versions of their files, the newest first."""
    rows = db.execute(
        "SELECT o.k1, o.k2, e.version FROM root_filesystem_ordered_index_rows AS o"
        " CROSS JOIN root_filesystem_entries AS e ON e.path = o.path"
        f" WHERE o.index_name = '{MESSAGES_IN_ORDER}' AND o.k0 = ? AND +o.path >= ? AND +o.path < ?"
        " ORDER BY o.k1 DESC, o.k2 DESC LIMIT ?",
        (thread.id, *thread.messages, limit),
    )
    return [(IndexKey(sequence, name), version) for sequence, name, version in rows]


def newer_keys(db: Database, thread: Thread, after: IndexKey) -> list[IndexKey]:
    """Return the keys of the index after another, the newest first."""
    rows = db.execute(
        f"SELECT k1, k2 FROM {_INDEXED} AND (k1, k2) > (?, ?) ORDER BY k1 DESC, k2 DESC",
        (thread.id, *thread.messages, *after),
    )
    return [*map(IndexKey._make, rows)]


def ties_of(keys: Iterable[IndexKey], above: IndexKey | None = None) -> list[int]:
    """Return the ties of neighbouring keys, the newest first, that follow after another one."""
    ties: list[int] = []
    last, later = (above.sequence if above else None), 0
    for key in keys:
        later = later + 1 if key.sequence == last else 0
        last = key.sequence
        ties.append(message_tie(key.sequence, later))
    return ties


def indexed_rows(db: Database, thread: Thread, sequences: Sequence[int]) -> list[tuple[int, Row]]:
    """Return the messages with given sequences, through the index, with their ties."""
    rows = db.execute(
        "SELECT o.k1, o.k2, e.rowid, e.version, e.contents FROM json_each(?) AS sought"
        " CROSS JOIN root_filesystem_ordered_index_rows AS o"
        f" ON o.index_name = '{MESSAGES_IN_ORDER}' AND o.k0 = ? AND o.k1 = sought.value"
        " CROSS JOIN root_filesystem_entries AS e ON e.path = o.path WHERE +o.path >= ? AND +o.path < ?",
        (keys_json(sorted(set(sequences))), thread.id, *thread.messages),
    ).fetchall()
    rows.sort(key=lambda row: (row[0], row[1]), reverse=True)
    ties = ties_of(IndexKey(row[0], row[1]) for row in rows)
    return [(tie, Row(row[2], row[3], record_of(row[4]))) for tie, row in zip(ties, rows, strict=True)]


def numbered_rows(db: Database, thread: Thread, numbers: Iterable[int]) -> dict[int, Row]:
    """Return the records of a thread with given row numbers, by these."""
    wanted = list(numbers)
    inside = below(thread.key)
    rows = db.execute(
        "SELECT rowid, version, contents FROM root_filesystem_entries"
        " WHERE rowid IN (SELECT value FROM json_each(?)) AND +path >= ? AND +path < ?",
        (keys_json(number for number in wanted if number > 0), *inside),
    ).fetchall()
    events = [-number for number in wanted if number < 0]
    if events:
        rows += db.execute(
            "SELECT -seq, 0, payload FROM root_filesystem_events"
            " WHERE seq IN (SELECT value FROM json_each(?)) AND path = ?",
            (keys_json(events), thread.log),
        ).fetchall()
    return {number: Row(number, version, record_of(contents)) for number, version, contents in rows}
