"""The runs of a routine as entries: a window of message positions, folded, with the silences between them.

Pure: knows records, no Textual and no store. Folding depends on the runs that are held alone, never on how they were
loaded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tui.text.routine.run_reports import report
from tui.text.routine.schedule import habit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.contract.usage import RoutineRun
    from store.records import Message, MessageCursor, MessageSlice
    from tui.text.routine.schedule import Expected

STEP = 512
"""Runs that are asked for at once, beyond the first page."""
HELD = 8192
"""Runs held at most."""
RECENT = 60
"""The newest runs whose statuses are kept for the sparkline."""
SHOWN = 500
"""Characters of a summary that are kept."""
NEAR = timedelta(minutes=1)
"""How far a run's row and its record may lie apart."""


class Run(NamedTuple):
    """What is kept of a row of the thread."""

    cursor: MessageCursor
    created_at: datetime | None
    role: str
    trigger: str
    status: str
    """Empty if the row is no report of a run."""
    text: str
    """The beginning of the summary, or of the whole text; as stored."""
    mark: int
    """Equal for equal contents."""

    @property
    def is_foldable(self) -> bool:
        """Tell whether it may stand together with its like: a failure never does."""
        return self.status != "failed"

    def is_like(self, other: Run) -> bool:
        """Tell whether another run said the same in the same way."""
        return self[2:] == other[2:]


class Fold(NamedTuple):
    """Neighbouring runs that said the same, by position; often just one."""

    first: int
    last: int

    @property
    def runs(self) -> int:
        """Return how many they are."""
        return self.last - self.first + 1


class Silence(NamedTuple):
    """Time before a run in which others were expected."""

    first: int
    """Position of the run that ended it."""
    length: timedelta


Entry = Fold | Silence


class Detail(NamedTuple):
    """What the file's record of a run adds to its row."""

    duration: timedelta | None
    tokens: int | None


def run_of(message: Message) -> Run:
    """Return what is kept of a message."""
    said = report(message.role, message.content)
    mark = hash((message.content, message.size))
    return Run(
        message.cursor, message.created_at, message.role, said.trigger, said.status, said.summary[:SHOWN], mark
    )


def fold(
    runs: Sequence[Run],
    start: int,
    misses: Callable[[datetime, datetime], bool] | None,
    is_open: Callable[[int, int], bool],
) -> list[Entry]:
    """Return runs as entries, oldest first.

    Args:
        runs: Neighbouring runs.
        start: The position of the first.
        misses: Tells whether runs are missing between two times; ``None`` if nobody can.
        is_open: Tells whether the runs from one position to another are to stand each by itself.
    """
    entries: list[Entry] = []
    first = 0

    def close(stop: int) -> None:
        if stop - first > 1 and is_open(start + first, start + stop - 1):
            entries.extend(Fold(start + index, start + index) for index in range(first, stop))
        elif stop > first:
            entries.append(Fold(start + first, start + stop - 1))

    for index in range(1, len(runs)):
        before, run = runs[index - 1], runs[index]
        silence = None
        if misses is not None and before.created_at is not None and run.created_at is not None:
            silence = run.created_at - before.created_at if misses(before.created_at, run.created_at) else None
        if silence is None and run.is_foldable and run.is_like(before):
            continue
        close(index)
        first = index
        if silence is not None:
            entries.append(Silence(start + index, silence))
    close(len(runs))
    return entries


class RunWindow:
    """The held runs of one thread: those at the positions ``start`` to ``stop`` of ``total``.

    Args:
        expected: How often it runs, if it has a schedule.
        keeps_habit: Whether the intervals between runs tell when one is missing, where there is no schedule.
    """

    def __init__(self, expected: Expected | None = None, *, keeps_habit: bool = True) -> None:
        self.start = 0
        self.total = 0
        self.revision = 0
        self.runs: list[Run] = []
        self.recent: list[str] = []
        """Statuses of the newest runs of the whole thread, oldest first."""
        self.folds = True
        """Whether runs that say the same stand together."""
        self._expected = expected
        self._learns = expected is None and keeps_habit
        self._opened: set[MessageCursor] = set()
        self._entries: list[Entry] | None = None
        self._firsts: list[int] = []

    def expect(self, expected: Expected | None, *, keeps_habit: bool) -> None:
        """Take in how often the thread's routine runs; see the class."""
        self._expected = expected
        self._learns = expected is None and keeps_habit
        self._entries = None

    @property
    def stop(self) -> int:
        """Return the position after the newest run held."""
        return self.start + len(self.runs)

    @property
    def reaches_start(self) -> bool:
        """Tell whether the oldest run is held."""
        return self.start == 0

    @property
    def reaches_end(self) -> bool:
        """Tell whether the newest run is held."""
        return self.stop >= self.total

    @property
    def entries(self) -> list[Entry]:
        """Return the held runs as entries, oldest first."""
        if self._entries is None:
            expected = self.expected
            misses = expected.misses if expected is not None else None
            self._entries = fold(self.runs, self.start, misses, self._is_open)
            self._firsts = [each.first for each in self._entries]
        return self._entries

    @property
    def expected(self) -> Expected | None:
        """Return how often the routine runs: by its schedule, else by the runs that are held."""
        if self._learns and self._entries is None:
            self._expected = habit_of([run.created_at for run in self.runs if run.created_at is not None])
        return self._expected

    def get(self, position: int) -> Run | None:
        """Return the run at a position, ``None`` if it is not held."""
        return self.runs[position - self.start] if self.start <= position < self.stop else None

    def position_of(self, cursor: MessageCursor) -> int | None:
        """Return the position of a run, ``None`` if it is not held."""
        return next((at for at, run in enumerate(self.runs, self.start) if run.cursor == cursor), None)

    def index_of(self, position: int) -> int:
        """Return the entry that a run stands in, or the nearest one; 0 if nothing is held."""
        entries = self.entries
        index = bisect_right(self._firsts, position) - 1
        return min(max(0, index), max(0, len(entries) - 1))

    def is_cut(self, entry: Fold) -> bool:
        """Tell whether more runs of the like may lie beyond what is held."""
        at_start = entry.first == self.start and not self.reaches_start
        return at_start or (entry.last == self.stop - 1 and not self.reaches_end)

    def replace(self, part: MessageSlice) -> None:
        """Hold other runs."""
        self.start, self.total, self.revision = part.start, part.total, part.revision
        self.runs = [run_of(message) for message in part.messages]
        self._note_recent()
        self._entries = None

    def extend(self, part: MessageSlice) -> bool:
        """Take in runs that adjoin those held, or overlap them; return whether they did.

        Where too many would be held, those at the other end are let go.
        """
        if part.revision != self.revision or part.start > self.stop or part.stop < self.start:
            return False
        self.total = max(self.total, part.total)
        older = [run_of(message) for message in part.messages[: max(0, self.start - part.start)]]
        newer = [run_of(message) for message in part.messages[max(0, self.stop - part.start) :]]
        self.runs = older + self.runs + newer
        self.start -= len(older)
        excess = len(self.runs) - HELD
        if newer:
            self._note_recent()
        if excess > 0 and newer:
            del self.runs[:excess]
            self.start += excess
        elif excess > 0:
            del self.runs[-excess:]
        self._entries = None
        return True

    def shift(self, by: int, total: int) -> None:
        """Note that every position has moved, as when the true number of messages became known."""
        self.start += by
        self.total = total
        self._entries = None

    def open_fold(self, entry: Fold) -> None:
        """Let the runs of an entry stand each by itself."""
        self._opened |= {run.cursor for run in self.runs[entry.first - self.start : entry.last + 1 - self.start]}
        self._entries = None

    @property
    def has_open_folds(self) -> bool:
        """Tell whether runs that would stand together were opened."""
        return bool(self._opened)

    def set_folds(self, *, folds: bool) -> None:
        """Let runs that say the same stand together, or each by itself."""
        self.folds = folds
        self._opened.clear()
        self._entries = None

    def failure_before(self, position: int) -> int | None:
        """Return the position of the newest failure held before another position."""
        for at in range(min(position, self.stop) - 1, self.start - 1, -1):
            if self.runs[at - self.start].status == "failed":
                return at
        return None

    def _is_open(self, first: int, last: int) -> bool:
        if not self.folds:
            return True
        held = self.runs[first - self.start : last + 1 - self.start] if self._opened else []
        return any(run.cursor in self._opened for run in held)

    def _note_recent(self) -> None:
        if self.reaches_end:
            self.recent = [run.status for run in self.runs[-RECENT:]]


def details(runs: Sequence[Run], records: Sequence[RoutineRun]) -> dict[MessageCursor, Detail]:
    """Return what records add to rows: each row gets the record whose end, or start, is nearest in time."""
    timed: list[tuple[datetime, RoutineRun]] = []
    for record in records:
        moment = record.completed_at or record.started_at
        if moment is not None:
            timed.append((moment, record))
    timed.sort(key=lambda pair: pair[0])
    moments = [moment for moment, _ in timed]
    found = {}
    for run in runs:
        if run.created_at is None:
            continue
        at = bisect_left(moments, run.created_at)
        near = [(abs(moments[index] - run.created_at), index) for index in (at - 1, at) if 0 <= index < len(timed)]
        apart, index = min(near, default=(2 * NEAR, 0))
        if apart <= NEAR:
            found[run.cursor] = _detail(timed[index][1])
    return found


def _detail(record: RoutineRun) -> Detail:
    took = record.completed_at - record.started_at if record.completed_at and record.started_at else None
    return Detail(took if took is not None and took >= timedelta() else None, record.tokens)
