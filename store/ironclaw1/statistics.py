"""Count the history of a user in steps, thread by thread; of models and what they cost 1.x keeps no record."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from store.contract.statistics import RoutineUse
from store.core.conversation_counts import ConversationHead, ConversationSteps, CountedConversation
from store.core.matching import StoppedError
from store.core.statistics_sums import StatisticsPart
from store.core.stored_values import text_of
from store.ironclaw1 import automations, thread_rows
from store.ironclaw1.addresses import below
from store.ironclaw1.conversation_records import Lists
from store.ironclaw1.index_proofs import Proofs
from store.ironclaw1.message_records import CALL, call_reference, record_of
from store.ironclaw1.schema import Database
from store.ironclaw1.thread_catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.core.kept_counts import KeptCounts
    from store.core.local_days import LocalDays
    from store.engines.sqlite.database_file import DatabaseFile
    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.message_records import Record
    from store.ironclaw1.schema import Schema
    from store.ironclaw1.thread_heads import Head

_HEADS = 500
"""Threads looked at by a step."""

_FILES = 1000
"""Files read at a time."""
# SQLite takes out what is needed of a spoken message much faster than all of it can be read here.
_FILES_AFTER = """
    SELECT path, created, CASE WHEN kind IN ('user', 'assistant', 'system') THEN NULL ELSE contents END FROM (
    SELECT path, contents, CASE WHEN json_valid(record) THEN json_extract(record, '$.kind') END AS kind,
    CASE WHEN json_valid(record) THEN json_extract(record, '$.created_at') END AS created FROM (
    SELECT path, contents, CAST(contents AS TEXT) AS record FROM root_filesystem_entries
    WHERE path > ? AND path < ? ORDER BY path LIMIT ?))"""
"""Files of a folder after a path, with the time of those that tell nothing else."""
_MASK = 2**31 - 1
"""Keeps sums of row numbers from overflowing."""


class _Newest(NamedTuple):
    """The newest file of any thread."""

    number: int
    path: str


class _State(NamedTuple):
    """How the files of a thread lie."""

    files: int
    newest: int
    """The greatest number of their rows."""
    proof: str
    """What changes when one is added or deleted."""


class ThreadStatistics(ConversationSteps[Database]):
    """Counts the history of one user.

    Args:
        file: The database.
        user_id: Whose history.
        days: Tells the local days.
        kept: Where counts are kept.
        now: The time, an instant in microseconds.
    """

    def __init__(self, file: DatabaseFile[Schema], user_id: str, days: LocalDays, kept: KeptCounts, now: int) -> None:
        super().__init__(file.second_reader, days, kept, now)
        self._user_id = user_id
        self._lists = Lists()
        self._newest = _Newest(0, "")
        self._found: dict[str, Head] = {}
        """The threads by their keys."""

    async def _heads(self) -> list[ConversationHead]:
        threads = await self._ask(self._threads)
        found: list[ConversationHead] = []
        for start in range(0, len(threads), _HEADS):
            heads, newest = await self._ask(self._look, threads[start : start + _HEADS])
            found += heads
            self._newest = max(self._newest, newest)
        self._mark = [*self._newest]
        return found

    def _threads(self, db: Database) -> list[Head]:
        self._lists.renew(db)
        return self._lists.catalog.of(self._user_id)

    def _look(self, db: Database, threads: Sequence[Head]) -> tuple[list[ConversationHead], _Newest]:
        """Return the heads of threads, and the newest of their files."""
        found, newest = [], 0
        for head in threads:
            state = _state(db, head.thread)
            newest = max(newest, state.newest)
            found.append(ConversationHead(head.thread.key, state.proof, state.files))
            self._found[head.thread.key] = head
        path = db.execute("SELECT path FROM root_filesystem_entries WHERE rowid = ?", (newest,)).fetchone()
        return found, _Newest(newest, path[0] if path is not None else "")

    async def _holds(self, mark: object) -> bool:
        """Tell whether the newest file still is what it was: numbers are given again only after it was deleted."""
        match mark:
            case [int(number), str(path)]:
                return not number or await self._ask(thread_rows.is_there, number, path)
        return False

    async def _runs(self) -> StatisticsPart:
        return StatisticsPart(0, routines=await self._ask(_routines, self._user_id))

    def _read(self, db: Database, heads: Sequence[ConversationHead]) -> dict[str, CountedConversation]:
        # A connection of its own has a catalogue of its own.
        begun = Catalog(Proofs()).openings(db, [self._found[head.key] for head in heads])
        found = {}
        for head in heads:
            thread = self._found[head.key].thread
            before = _state(db, thread)
            counted = self._days_of(db, thread)
            is_settled = _state(db, thread) == before
            channel = begun[head.key].channel
            found[head.key] = CountedConversation(channel, before.proof if is_settled else "", counted)
        return found

    def _days_of(self, db: Database, thread: Thread) -> dict[int, int]:
        """Return the messages of a thread by local day, each tool call as one."""
        found: Counter[int] = Counter()
        cards: set[str] = set()
        calls: list[tuple[str, int]] = []
        for created_at, record in self._messages(db, thread):
            day = self._days.day_of(created_at)
            reference = call_reference(record) if record is not None else None
            if record is not None and record.kind == CALL and reference:
                calls.append((reference, day))
                continue
            found[day] += 1
            if reference:
                cards.add(reference)
        found.update(day for reference, day in calls if reference not in cards)
        return found

    def _messages(self, db: Database, thread: Thread) -> Iterator[tuple[object, Record | None]]:
        """Yield when every message and summary of a thread was made; its record, too, unless it was spoken.

        A few are read at a time, so that no read stays open.

        Raises:
            StoppedError: the caller has had enough.
        """
        for inside in (thread.messages, thread.summaries):
            after = inside.low
            while True:
                if self.is_stopped():
                    raise StoppedError
                rows = db.execute(_FILES_AFTER, (after, inside.high, _FILES)).fetchall()
                for _, created_at, contents in rows:
                    yield _made(contents) if contents is not None else (created_at, None)
                if len(rows) < _FILES:
                    break
                after = rows[-1][0]
        yield from (_made(row.record.text) for row in thread_rows.logged_only(db, thread).values())


def _made(contents: object) -> tuple[object, Record]:
    record = record_of(contents)
    return record.fields.get("created_at"), record


def _state(db: Database, thread: Thread) -> _State:
    """Return how the files of a thread, and its append log, lie."""
    files, numbers, newest = db.execute(
        f"SELECT count(*), coalesce(sum(rowid & {_MASK}), 0), coalesce(max(rowid), 0) FROM root_filesystem_entries"
        " WHERE path >= ? AND path < ?",
        below(thread.key),
    ).fetchone()
    return _State(files, newest, f"{files} {numbers} {thread_rows.last_event(db, thread)}")


def _routines(db: Database, user_id: str) -> list[RoutineUse] | None:
    """Return how the runs of a user's automations ended; ``None`` if there is no record of them."""
    if not db.schema.runs:
        return None
    return [
        RoutineUse(each.id, text_of(each.name, set()), Counter(run.outcome for run in automations.runs_of(db, each)))
        for each in automations.automations(db, user_id)
    ]
