"""The order of one conversation's messages, learnt from its newest row back. Pure: no SQL, no screen.

Messages are ordered by (instant, tie), ties being whole numbers of up to 128 bits. Rows are read in nearly that
order, the newest first; a row that turns out to lie elsewhere is merged in, and ``revision`` tells that positions
moved. A message may be read at a later instant than its own.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import islice
from math import inf
from operator import lt
from typing import TYPE_CHECKING, NamedTuple

from store.core.wide_numbers import WideNumbers, joined_numbers, packed
from store.domain.timestamps import instant as to_instant
from store.records import MessageCursor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from store.records import Cursor, Tie


class KeyRun(NamedTuple):
    """Neighbouring messages in order, 16 or 24 bytes each: when they were created and what orders equal times."""

    instants: array[int]
    ties: array[int] | WideNumbers

    def __len__(self) -> int:
        return len(self.ties)

    @property
    def first(self) -> tuple[int, int]:
        """Return the key of the oldest message."""
        return self.instants[0], self.ties[0]

    @property
    def last(self) -> tuple[int, int]:
        """Return the key of the newest message."""
        return self.instants[-1], self.ties[-1]


def key_run(keys: Sequence[tuple[int, int]]) -> KeyRun:
    """Return the run of (instant, tie) pairs, sorted."""
    ordered = sorted(keys)
    return KeyRun(array("q", [instant for instant, _ in ordered]), packed(tie for _, tie in ordered))


def joined(runs: Iterator[KeyRun]) -> KeyRun:
    """Return runs that follow each other as one."""
    some = list(runs)
    instants = array("q")
    for run in some:
        instants.extend(run.instants)
    return KeyRun(instants, joined_numbers([run.ties for run in some]))


def order_key(cursor: Cursor) -> tuple[int, float]:
    """Return what compares with (instant, tie) as the cursor does, one without a tie before every row."""
    return cursor.instant, cursor.tie if isinstance(cursor.tie, int) else -inf


def rises(run: KeyRun) -> bool:
    """Tell whether the ties of a run rise with its times."""
    return all(map(lt, run.ties, islice(run.ties, 1, None)))


def _follow(older: KeyRun, newer: KeyRun) -> bool:
    """Tell whether the first of newer messages comes after the last of older ones by its time and its tie."""
    return not (len(older) and len(newer)) or (older.last < newer.first and older.ties[-1] < newer.ties[0])


class MessageOrder:
    """What is known of the order of one conversation.

    Args:
        total: How many messages the conversation has.
        revision: The number to start from.
    """

    def __init__(self, total: int, revision: int = 0) -> None:
        self.total = total
        self.revision = revision
        self.is_complete = False
        self.is_in_step = True
        """Whether ties rise with the times, as they do where rows are written in that order."""
        self._later: dict[int, int] = {}
        self._own: dict[int, int] = {}
        self._older: list[KeyRun] = []
        self._is_ragged = False
        self._known = key_run([])

    @property
    def known(self) -> int:
        """Return how many of the newest messages are known."""
        return len(self._known) + sum(map(len, self._older))

    @property
    def offset(self) -> int:
        """Return the position of the oldest message that is known."""
        return self.total - self.known

    def prepend(self, keys: Sequence[tuple[int, int]] | KeyRun) -> None:
        """Take in messages whose rows come before every row known; keys are (instant, tie)."""
        if not len(keys):
            return
        run = keys if isinstance(keys, KeyRun) else key_run(keys)
        oldest = self._older[-1] if self._older else self._known
        if len(oldest) and oldest.first < run.last:
            self._is_ragged = True
            self.revision += 1
        self.is_in_step = self.is_in_step and rises(run) and _follow(run, oldest)
        self._older.append(run)
        if self.known > self.total:
            self._move(self.known)

    def append(self, keys: Sequence[tuple[int, int]] | KeyRun) -> bool:
        """Take in messages written since; those that came last extend the order.

        Returns:
            Whether ties go on to rise with the times.
        """
        if not len(keys):
            return True
        run = keys if isinstance(keys, KeyRun) else key_run(keys)
        self.total += len(run)
        self._join()
        if len(self._known) and run.first < self._known.last:
            self._is_ragged = True
            self.revision += 1
        is_in_step = rises(run) and _follow(self._known, run)
        self.is_in_step = self.is_in_step and is_in_step
        known, self._known = self._known, run
        if len(known):
            self._older.append(known)
        self._join()
        return is_in_step

    def read_later(self, instants: Mapping[int, int]) -> None:
        """Put messages behind those of later instants than their own, by tie; every other one to its own instant."""
        if instants == self._later:
            return
        self._join()
        own = [self._own.get(tie, instant) for instant, tie in zip(*self._known, strict=True)]
        before = self._known.ties
        self._known = key_run([(instants.get(tie, at), tie) for at, tie in zip(own, before, strict=True)])
        self._own = {tie: at for at, tie in zip(own, before, strict=True) if tie in instants}
        self._later = dict(instants)
        self.revision += before != self._known.ties

    def recount(self, total: int) -> None:
        """Take in how many messages there are, where only some had been counted."""
        if total != self.total:
            self._move(total)

    def complete(self) -> None:
        """Note that there are no further messages."""
        self.is_complete = True
        self.recount(self.known)

    def span(self, start: int, stop: int) -> KeyRun:
        """Return the messages at positions ``start`` to ``stop``, of those that are known."""
        self._join()
        low, high = max(start - self.offset, 0), max(stop - self.offset, 0)
        instants, ties = self._known.instants[low:high], self._known.ties[low:high]
        if self._own:
            instants = array("q", [self._own.get(tie, instant) for instant, tie in zip(instants, ties, strict=True)])
        return KeyRun(instants, ties)

    def place(self, where: MessageCursor | datetime) -> int:
        """Return the position of the first message at or after a cursor or a time, ``total`` if there is none."""
        if isinstance(where, MessageCursor):
            return self.before(where.instant, where.tie)
        return self.before(to_instant(where))

    def before(self, instant: int, tie: Tie = None) -> int:
        """Return the position of the first message at or after a place in the order, ``total`` if there is none."""
        self._join()
        if isinstance(tie, int) and self._own.get(tie) == instant:
            instant = self._later[tie]
        low = bisect_left(self._known.instants, instant)
        if not isinstance(tie, int):
            return self.offset + low
        high = bisect_right(self._known.instants, instant, low)
        return self.offset + bisect_left(self._known.ties, tie, low, high)

    def position(self, instant: int, tie: Tie) -> int | None:
        """Return where a message stands, ``None`` if it is not known."""
        place = self.before(instant, tie)
        found = self.span(place, place + 1)
        return place if len(found) and found.first == (instant, tie) else None

    def oldest_instant(self) -> int | None:
        """Return when the oldest known message was created."""
        oldest = self._older[-1] if self._older else self._known
        return oldest.instants[0] if len(oldest) else None

    def in_time(self) -> KeyRun:
        """Return the messages that are known in the order of their own instants."""
        run = self.span(self.offset, self.total)
        return key_run(list(zip(*run, strict=True))) if self._own else run

    def _move(self, total: int) -> None:
        self.total = total
        self.revision += 1

    def _join(self) -> None:
        """Lay the runs end to end, sorting only if some lie across each other."""
        if not self._older:
            return
        self._known = joined(iter((*reversed(self._older), self._known)))
        self._older.clear()
        if self._is_ragged:
            self._known = key_run(list(zip(self._known.instants, self._known.ties, strict=True)))
            self._is_ragged = False
