"""Read one thread for its timeline: its keys in steps, what was written since, its messages by their places.

Messages are ordered by sequence alone, so every key has the instant 0; the instant that a message's cursor carries is
that of its creation, for those who compare messages of several threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.core.ordered_timeline import KeyStep, OrderedTimeline
from store.domain.timestamps import instant
from store.engines.sqlite.checks import data_version
from store.engines.sqlite.database import snapshot
from store.files.paths import shown
from store.ironclaw1 import message_fetch, thread_listing, thread_rows
from store.records import MessageCursor

if TYPE_CHECKING:
    from datetime import datetime

    from store.core.message_order import KeyRun
    from store.engines.sqlite.connection import Reader
    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.index_proofs import Proofs
    from store.ironclaw1.schema import Database, Schema
    from store.ironclaw1.thread_listing import Listing
    from store.ironclaw1.thread_rows import IndexKey
    from store.records import Message

_WATCHED = 64
"""Newest messages that are held to what they were: a waiting one takes another place once its turn comes."""
_COUNTED_ANEW = 20_000
"""Messages of a thread that are counted anew whenever something was written."""
_PROBED = 8
"""Messages around a place that are looked at for a time."""


class Mark(NamedTuple):
    """The newest rows of the file when a thread was read."""

    entry: tuple[int, str] | None
    event: int


class Place(NamedTuple):
    """How far a thread was read."""

    thread: Thread
    mark: Mark
    total: int
    listing: Listing | None = None
    """All of it, where it was read at once."""
    left: int = 0
    """How many of the listing's messages were not yet handed out."""
    below: IndexKey | None = None
    """Where the next step through the index begins."""
    newest: tuple[tuple[IndexKey, int], ...] = ()
    """The newest keys of the index with the versions of their files."""
    summaries: tuple[int, ...] = ()
    """The ties of summaries not yet handed out, in order."""


class ThreadMessages:
    """Implements ``store.core.ordered_timeline.MessageSource``.

    Args:
        reader: The connection.
        proofs: What is known of the index.
        key: Which thread.
        user_id: Whose it must be; ``None`` for anybody's.
    """

    def __init__(self, reader: Reader[Schema], proofs: Proofs, key: str, user_id: str | None) -> None:
        self.name = shown(reader.path)
        self._reader = reader
        self._proofs = proofs
        self._key = key
        self._user_id = user_id

    async def version(self) -> int:
        """Return a number that changes whenever anything was written."""
        return await self._reader.run(data_version)

    async def begin(self, size: int, cap: int) -> tuple[KeyStep[Place], int]:
        """Return the newest keys, and how many messages there are, counted up to ``cap``."""
        began = await self._reader.run(_begin, self._proofs, self._key, self._user_id, (size, cap))
        if isinstance(began, Place):
            listing = await thread_listing.list_in_steps(self._reader, began.thread)
            total = len(listing.messages)
            return _listed(began._replace(total=total, listing=listing, left=total), size), total
        return began

    async def older(self, place: Place, size: int) -> KeyStep[Place] | None:
        """Return the next keys towards the start."""
        return _listed(place, size) if place.listing else await self._reader.run(_indexed, place, size)

    async def newer(self, place: Place) -> tuple[KeyStep[Place], int] | None:
        """Return the keys written since, and how many messages there are; ``None`` if they cannot be told."""
        return await self._reader.run(_newer, self._key, self._user_id, place)

    async def total(self, place: Place) -> int:
        """Return how many messages there were when the reading began, or a little later."""
        if place.listing is not None:
            return len(place.listing.messages)
        return await self._reader.run(_total, place.thread)

    async def fetch(self, place: Place, run: KeyRun, limit: int | None) -> list[Message] | None:
        """Return the messages of a run, large ones by head; ``None`` if one is not what it was."""
        return await self._reader.run(message_fetch.messages, place.thread, place.listing, run, limit)

    async def roles(self, place: Place, run: KeyRun) -> list[str] | None:
        """Return the roles of the messages of a run; ``None`` if one is gone."""
        if place.listing is not None:
            known = {each.tie: each.role for each in place.listing.messages}
            return [known[tie] for tie in run.ties] if known.keys() >= set(run.ties) else None
        return await self._reader.run(message_fetch.roles, place.thread, run)


class SequenceTimeline(OrderedTimeline[Place]):
    """A timeline whose order is told by sequences, not by times."""

    async def position(self, cursor: MessageCursor) -> int | None:
        """Return where a message stands, or ``None`` if it is not there; a hidden one stands where it is shown."""
        tie = cursor.tie
        listing = self._where.listing
        if isinstance(tie, int) and listing is not None and tie in listing.hidden:
            return await super().position(MessageCursor(0, listing.hidden[tie]))
        found = await super().position(MessageCursor(0, tie))
        if found is None:
            return None
        messages = (await self.read(found, found + 1, 0)).messages
        return found if messages and messages[0].cursor == cursor else None

    async def place(self, where: MessageCursor | datetime) -> int:
        """Return the position of the first message at or after a cursor or a time; ``total`` if there is none."""
        if isinstance(where, MessageCursor) and isinstance(where.tie, int):
            while not await self.advance():
                pass
            return self._order.before(0, where.tie)
        sought = where.instant if isinstance(where, MessageCursor) else instant(where)
        return await self._first_at(sought)

    async def position_at(self, moment: datetime) -> int:
        """Return the position of the first message at or after a time; ``total`` if there is none."""
        return await self._first_at(instant(moment))

    async def _first_at(self, sought: int) -> int:
        """Halve the thread by the times of its messages, which grow with their sequences but for a few."""
        while not self.is_counted:
            await self.advance()
        while not self.is_complete and (await self._instant(self._order.offset) or sought) >= sought:
            await self.advance()
        low, high = self._order.offset, self.total
        while low < high:
            middle = (low + high) // 2
            found = await self._instant(middle)
            if found is None or found < sought:
                low = middle + 1
            else:
                high = middle
        return low

    async def _instant(self, position: int) -> int | None:
        """Return when a message was created, or else the nearest one before or after it that tells."""
        # What lies before what is known would be read first.
        start = max(position - _PROBED, self._order.offset + (not self.is_complete))
        part = await self.read(start, position + _PROBED, 0)
        times = [(abs(part.start + n - position), m.created_at) for n, m in enumerate(part.messages) if m.created_at]
        return instant(min(times)[1]) if times else None


async def open_timeline(reader: Reader[Schema], proofs: Proofs, key: str, user_id: str | None) -> SequenceTimeline:
    """Return the messages of a thread as a sequence with its newest step read.

    Args:
        reader: The connection.
        proofs: What is known of the index.
        key: Which thread.
        user_id: Whose it must be; ``None`` for anybody's.

    Raises:
        ConversationNotFound: the thread does not exist, or is another user's.
    """
    timeline = SequenceTimeline(ThreadMessages(reader, proofs, key, user_id), key)
    await timeline.start()
    return timeline


def _begin(
    db: Database, proofs: Proofs, key: str, user_id: str | None, limits: tuple[int, int]
) -> tuple[KeyStep[Place], int] | Place:
    """Return the newest keys and the number of messages, each as far as its limit.

    Of a thread that has many messages, but not all of them in the index, the place to begin at.
    """
    size, cap = limits
    with snapshot(db):
        thread = thread_rows.require(db, key, user_id)
        mark = Mark(thread_rows.newest_entry(db), thread_rows.last_event(db, thread))
        if not proofs.is_large(db, thread):
            if thread_rows.is_long(db, thread):
                return Place(thread, mark, 0)
            listing = thread_listing.list_thread(db, thread)
            total = len(listing.messages)
            return _listed(Place(thread, mark, total, listing, total), size), total
        marks = thread_rows.summaries(db, thread)
        total = min(proofs.messages(thread) + len(marks), cap)
        place = Place(thread, mark, total, summaries=tuple(sorted(tie for tie, _ in marks)))
        step = _indexed(db, place._replace(newest=_newest(db, thread)), size)
        return step, total


def _listed(place: Place, size: int) -> KeyStep[Place]:
    assert place.listing is not None
    start = max(place.left - size, 0)
    some = place.listing.messages[start : place.left]
    return KeyStep([(0, each.tie) for each in some], place._replace(left=start))


def _indexed(db: Database, place: Place, size: int) -> KeyStep[Place]:
    keys = thread_rows.older_keys(db, place.thread, place.below, size)
    ties = thread_rows.ties_of(keys, place.below)
    least = ties[-1] if len(keys) == size else 0
    between = [tie for tie in place.summaries if tie > least]
    left = tuple(tie for tie in place.summaries if tie <= least)
    step = place._replace(below=keys[-1] if keys else place.below, summaries=left)
    return KeyStep([(0, tie) for tie in (*ties, *between)], step)


def _total(db: Database, thread: Thread) -> int:
    return thread_rows.count_indexed(db, thread) + thread_rows.count_files(db, thread.summaries)


def _newest(db: Database, thread: Thread) -> tuple[tuple[IndexKey, int], ...]:
    return tuple(thread_rows.newest_versions(db, thread, _WATCHED))


def _newer(db: Database, key: str, user_id: str | None, place: Place) -> tuple[KeyStep[Place], int] | None:
    with snapshot(db):
        thread = thread_rows.require(db, key, user_id)
        mark = Mark(thread_rows.newest_entry(db), thread_rows.last_event(db, thread))
        if place.listing is not None:
            return _newly_listed(db, place, place.listing, mark)
        written = _written(db, place)
        return None if written is None or mark.event != place.mark.event else _newly_indexed(db, place, mark, written)


def _written(db: Database, place: Place) -> list[str] | None:
    """Return the files that came to a thread since it was read; ``None`` if that cannot be told."""
    if place.mark.entry is None or not thread_rows.is_there(db, *place.mark.entry):
        return None
    rows = db.execute(
        "SELECT path FROM root_filesystem_entries WHERE rowid > ? AND +path >= ? AND +path < ?",
        (place.mark.entry[0], place.thread.messages.low, place.thread.summaries.high),
    )
    return [path for (path,) in rows]


def _newly_listed(db: Database, place: Place, known: Listing, mark: Mark) -> tuple[KeyStep[Place], int] | None:
    """Return what was written since to a thread that was read at once; where that is long, whether anything was."""
    if thread_rows.is_long(db, place.thread):
        is_same = mark.event == place.mark.event and _written(db, place) == []
        return (KeyStep([], place._replace(mark=mark)), len(known.messages)) if is_same else None
    place = place._replace(mark=mark)
    listing = thread_listing.list_thread(db, place.thread)
    many = len(known.messages)
    if listing.messages[:many] != known.messages or listing.covering != known.covering:
        return None
    fresh = listing.messages[many:]
    return KeyStep([(0, each.tie) for each in fresh], place._replace(listing=listing)), len(listing.messages)


def _newly_indexed(db: Database, place: Place, mark: Mark, written: list[str]) -> tuple[KeyStep[Place], int] | None:
    """Return what was written since to a thread that is read by its index.

    Args:
        db: The connection.
        place: How far it was read.
        mark: The newest rows of the file now.
        written: The files that came since.
    """
    thread = place.thread
    newest = _newest(db, thread)
    known = dict(newest)
    if not place.newest or any(version != known.get(key, version) for key, version in place.newest):
        return None
    top = place.newest[0][0]
    fresh = thread_rows.newer_keys(db, thread, top)
    least = newest[-1][0]
    if any(key not in known for key, _ in place.newest if key >= least):
        return None
    if fresh and fresh[-1].sequence == top.sequence:
        return None
    if len(fresh) != len(written) or any(path in thread.summaries for path in written):
        return None
    total = place.total + len(fresh)
    if fresh or place.total <= _COUNTED_ANEW:
        total = _total(db, thread)
    step = place._replace(mark=mark, newest=newest, total=total)
    return KeyStep([(0, tie) for tie in thread_rows.ties_of(fresh)], step), total
