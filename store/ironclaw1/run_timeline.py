"""Read the runs of an automation as the messages of one conversation, each with what its thread came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.core.ordered_timeline import KeyStep, OrderedTimeline
from store.engines.sqlite.checks import data_version
from store.engines.sqlite.database import snapshot
from store.files.paths import shown
from store.ironclaw1 import automations, thread_edges
from store.ironclaw1.message_records import content_of

if TYPE_CHECKING:
    from store.core.message_order import KeyRun
    from store.engines.sqlite.connection import Reader
    from store.ironclaw1.automations import Automation, Run
    from store.ironclaw1.conversation_records import Lists
    from store.ironclaw1.schema import Database, Schema
    from store.records import Message

_LOOK = 12
"""Newest messages of a thread among which its answer is looked for."""
_LONGEST = 2000
"""Characters of an answer that stand in a run's message."""


class RunPlace(NamedTuple):
    """The runs that were read, and how many of them were not yet handed out."""

    automation: Automation
    runs: list[Run]
    left: int


class RunMessages:
    """Implements ``store.core.ordered_timeline.MessageSource`` over the runs of one automation.

    Args:
        reader: The connection.
        lists: What was read for lists over the same connection.
        key: The key of the conversation.
        user_id: Whose it must be; ``None`` for anybody's.
    """

    def __init__(self, reader: Reader[Schema], lists: Lists, key: str, user_id: str | None) -> None:
        self.name = shown(reader.path)
        self._reader = reader
        self._lists = lists
        self._key = key
        self._user_id = user_id

    async def version(self) -> int:
        """Return a number that changes whenever anything was written."""
        return await self._reader.run(data_version)

    async def begin(self, size: int, cap: int) -> tuple[KeyStep[RunPlace], int]:
        """Return the newest keys, and how many runs there are, which costs nothing to count."""
        place = await self._reader.run(_read, self._key, self._user_id)
        return _step(place, size), min(len(place.runs), cap)

    async def older(self, place: RunPlace, size: int) -> KeyStep[RunPlace] | None:
        """Return the next keys towards the start."""
        return _step(place, size)

    async def newer(self, place: RunPlace) -> tuple[KeyStep[RunPlace], int] | None:
        """Return the keys written since, and how many runs there are; ``None`` if others are not what they were."""
        now = await self._reader.run(_read, self._key, self._user_id)
        if now.runs[: len(place.runs)] != place.runs:
            return None
        fresh = now.runs[len(place.runs) :]
        return KeyStep(_keys(fresh), now._replace(left=place.left)), len(now.runs)

    async def total(self, place: RunPlace) -> int:
        """Return how many runs there were when the reading began."""
        return len(place.runs)

    async def fetch(self, place: RunPlace, run: KeyRun, limit: int | None) -> list[Message] | None:
        """Return runs as messages."""
        return await self._reader.run(_fetch, self._lists, place, set(run.ties))

    async def roles(self, place: RunPlace, run: KeyRun) -> list[str] | None:
        """Return the role of every run."""
        return ["assistant"] * len(run)


async def open_runs(reader: Reader[Schema], lists: Lists, key: str, user_id: str | None) -> OrderedTimeline[RunPlace]:
    """Return the runs of an automation as a sequence.

    Args:
        reader: The connection.
        lists: What was read for lists over the same connection.
        key: The key of the conversation.
        user_id: Whose it must be; ``None`` for anybody's.

    Raises:
        ConversationNotFound: the automation does not exist, or is another user's.
    """
    timeline = OrderedTimeline(RunMessages(reader, lists, key, user_id), key)
    await timeline.start()
    return timeline


def _read(db: Database, key: str, user_id: str | None) -> RunPlace:
    with snapshot(db):
        automation = automations.require(db, key, user_id)
        runs = automations.runs_of(db, automation)
    return RunPlace(automation, runs, len(runs))


def _keys(runs: list[Run]) -> list[tuple[int, int]]:
    return [(automations.tie_of(run), automations.tie_of(run)) for run in runs]


def _step(place: RunPlace, size: int) -> KeyStep[RunPlace]:
    start = max(place.left - size, 0)
    return KeyStep(_keys(place.runs[start : place.left]), place._replace(left=start))


def _fetch(db: Database, lists: Lists, place: RunPlace, ties: set[int]) -> list[Message]:
    lists.renew(db)
    automation = place.automation
    threads = {
        head.thread.id: head.thread
        for head in lists.catalog.of(automation.user_id)
        if head.trigger_id == automation.id
    }
    found = []
    with snapshot(db):
        for run in place.runs:
            if automations.tie_of(run) in ties:
                thread = threads.get(run.thread_id)
                said = ""
                if thread is not None:
                    rows = thread_edges.newest_rows(db, lists.proofs, thread, _LOOK)
                    answers = (content_of(record) for _, record in rows if record.kind == "assistant")
                    said = next(filter(None, answers), "")[:_LONGEST]
                found.append(automations.message_of(automation, run, said, thread.key if thread else None))
    return found
