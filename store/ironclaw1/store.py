"""ThreadStore: the contract over a file of IronClaw 1.x, a line or two a call. All SQL is in the topic modules."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, NoReturn

from store.contract.capability import Capability
from store.contract.usage import RoleUse, RunUse, StatusUse, Usage
from store.domain.timestamps import instant
from store.engines.sqlite import checks
from store.files.paths import identify
from store.ironclaw1 import automations
from store.ironclaw1.ironclaw_calls import IronclawCalls
from store.ironclaw1.raw_rows import not_there
from store.ironclaw1.thread_metadata import READ_ONLY
from store.records import Kind, SpecialThread

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from store.contract.stored_rows import RowSelection
    from store.core.polled_feed import PolledFeed
    from store.core.statistics_run import StatisticsRun
    from store.domain.query import Query
    from store.ironclaw1.schema import Database
    from store.ironclaw1.search import ThreadFind, ThreadSearch
    from store.ironclaw1.stored_rows import ThreadRowStream
    from store.records import Message

_COUNTED_A_HOP = 2000
_REASONS = {
    Capability.WRITE: READ_ONLY,
    Capability.USAGE: "IronClaw 1.x keeps no record of models and what they cost.",
    Capability.TEXT_INDEX: "There is no search index over files of IronClaw 1.x; every message is read.",
    Capability.HEARTBEAT: "IronClaw 1.x has no heartbeat.",
    Capability.ASSISTANT: "IronClaw 1.x has no assistant thread.",
}


class ThreadStore(IronclawCalls):
    """Implements ``contract.ConversationStore``. Here is what a browser adds."""

    _unseen_a_hop = 10

    @property
    def capabilities(self) -> dict[Capability, str | None]:
        """Return what this store can: ``None``, or else in one sentence why not."""
        return {each: _REASONS.get(each) for each in Capability}

    async def read_message(self, message: Message, *, limit: int | None = None) -> Message:
        """Return a message again with up to ``limit`` bytes of its content, or with all of it."""
        timeline = await self.timeline(message.conversation_id, None)
        place = await timeline.position(message.cursor)
        found = () if place is None else (await timeline.read(place, place + 1, limit)).messages
        if not found or found[0].id != message.id:
            raise not_there()
        return found[0]

    async def save_metadata(self, conversation_id: str, user_id: str, new: str, expected: str) -> NoReturn:
        """Refuse."""
        self._refuse(conversation_id, user_id, new, expected)

    async def list_special_threads(self, user_id: str) -> list[SpecialThread]:
        """Return the conversations that the runs of automations make, the last used first."""
        found = await self.list_routines(user_id)
        threads = [
            SpecialThread(
                each.conversation_id,
                Kind.ROUTINE,
                automations.CHANNEL,
                each.id,
                each.last_run_at,
                is_duplicate=False,
            )
            for each in found
            if each.conversation_id is not None
        ]
        return sorted(threads, key=lambda each: (each.last_activity is None, each.last_activity or 0), reverse=True)

    async def usage(self, conversation_id: str, user_id: str, *, tz: tzinfo = UTC) -> Usage:
        """Count the messages of a conversation, in short steps; of models and costs there is no record."""
        timeline = await self.timeline(conversation_id, user_id)
        while not await timeline.advance():
            pass
        many, sizes = Counter[str](), Counter[str]()
        times: list[datetime] = []
        for start in range(0, timeline.total, _COUNTED_A_HOP):
            for message in (await timeline.read(start, start + _COUNTED_A_HOP, 0)).messages:
                many[message.role] += 1
                sizes[message.role] += message.size
                times += [message.created_at] if message.created_at else []
            times = [min(times), max(times)] if times else []
        roles = tuple(RoleUse(role, number, sizes[role]) for role, number in many.most_common())
        first, last = (times[0], times[-1]) if times else (None, None)
        return Usage(roles, first, last, None, await self._run_use(conversation_id, user_id))

    async def _run_use(self, conversation_id: str, user_id: str) -> RunUse | None:
        """Return how the runs of an automation ended, ``None`` for a thread."""
        if not conversation_id.startswith(automations.KEY):
            return None
        automation = await self._reader.run(automations.require, conversation_id, user_id)
        runs = [run.record() for run in await self._reader.run(automations.runs_of, automation)]
        many = Counter(run.status for run in runs)
        times = [run.started_at for run in runs if run.started_at is not None]
        statuses = tuple(StatusUse(status, number, 0) for status, number in many.most_common())
        return RunUse(statuses, (), min(times, default=None), max(times, default=None), 0, None)

    def statistics(self, user_id: str, *, tz: tzinfo = UTC, anew: bool = False) -> StatisticsRun:
        """Count the whole history of a user, in short steps."""
        from store.core.kept_counts import KeptCounts
        from store.core.local_days import LocalDays
        from store.core.statistics_run import StatisticsRun
        from store.ironclaw1.statistics import ThreadStatistics

        kept = KeptCounts(self._index_folder, str(identify(self.path)), user_id, anew=anew)
        now = instant(self._clock())
        return StatisticsRun(ThreadStatistics(self._file, user_id, LocalDays(tz), kept, now))

    def search(self, query: Query, user_id: str) -> ThreadSearch:
        """Search the titles and all messages of all conversations of a user, the newest rows first."""
        from store.core.search_memory import KeptState, Searched
        from store.ironclaw1.search import ThreadSearch

        self._search_memory = self._search_memory or KeptState(Searched)
        return ThreadSearch(self._file, query, user_id, self._lists, self._search_memory)

    def find(self, query: Query, conversation_id: str, user_id: str) -> ThreadFind:
        """Find messages in one conversation, the newest rows first."""
        from store.ironclaw1.search import ThreadFind

        return ThreadFind(self._file, query, conversation_id, user_id)

    async def update_index(self) -> bool:
        """Return that there is no index to add to."""
        return False

    def take(self, user_id: str, selection: RowSelection) -> ThreadRowStream:
        """Read conversations of a user, and their messages, exactly as they are stored."""
        from store.ironclaw1.stored_rows import ThreadRowStream

        return ThreadRowStream(self._file, user_id, selection)

    def feed(self, user_id: str) -> PolledFeed[Database]:
        """Return a feed of what is written to the conversations of a user from now on."""
        from store.core.polled_feed import PolledFeed
        from store.ironclaw1.feed import ThreadMemory

        return PolledFeed(self._file.second_reader, ThreadMemory(user_id))

    async def ping(self) -> None:
        """Make sure that the file that was opened still lies at the path."""
        await self._reader.run(checks.data_version)

    async def check(self) -> list[str]:
        """Return what SQLite's quick check finds wrong with the file."""
        reader = await self._file.second_reader()
        try:
            return await reader.run(checks.complaints)
        finally:
            await reader.close()
