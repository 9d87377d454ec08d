"""One person with several user ids: a store that takes a name for all of them wherever it is asked for a user's.

What it returns names the id that each conversation has. Whatever is not asked by user is the store's own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from store.errors import ConversationNotFound
from store.records import UNREADABLE, Channel, ConversationPage, Machines, User

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from store.contract.feed import Feed
    from store.contract.searching import Running
    from store.contract.statistics import StatisticsBatch
    from store.contract.store import ConversationStore
    from store.contract.stored_rows import RowSelection, RowStream
    from store.domain.query import Query
    from store.domain.search_results import SearchBatch
    from store.records import (
        Conversation,
        ConversationCursor,
        Count,
        Kind,
        MessageCursor,
        Routine,
        SpecialThread,
    )

    People = Mapping[str, Sequence[str]]
    """The user ids of each person, by the name that stands for all of them."""

_NEVER = datetime.min.replace(tzinfo=UTC)


def with_people(store: ConversationStore, people: People) -> ConversationStore:
    """Return a store that knows people by one name each, read from the mapping at every call."""
    return cast("ConversationStore", PersonStore(store, people))


class PersonStore:
    """A store, and the people in it that have several user ids.

    Args:
        store: What answers.
        people: Their ids by their names.
    """

    def __init__(self, store: ConversationStore, people: People) -> None:
        self._store = store
        self._people = people

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def _ids(self, user_id: str) -> Sequence[str]:
        return self._people.get(user_id, (user_id,))

    async def list_users(self) -> list[User]:
        """Return everybody with a conversation, most conversations first, the people with several ids before them."""
        users = await self._store.list_users()
        return [*(_person(name, ids, users) for name, ids in self._people.items()), *users]

    async def list_channels(self, user_id: str) -> list[Channel]:
        """Return the channels of a person, or a user, with exact counts, fullest first, then by name."""
        found: dict[str, Channel] = {}
        for each in self._ids(user_id):
            for channel in await self._store.list_channels(each):
                known = found.get(channel.name, Channel(channel.name, 0))
                found[channel.name] = Channel(
                    channel.name,
                    known.conversations + channel.conversations,
                    known.machines + channel.machines,
                    known.folded + channel.folded,
                )
        return sorted(found.values(), key=lambda each: (-each.conversations, each.name))

    async def list_conversations(
        self,
        user_id: str,
        *,
        channel: str | None = None,
        kind: Kind | None = None,
        machines: Machines = Machines.SHOWN,
        after: ConversationCursor | None = None,
        before: ConversationCursor | None = None,
        oldest: bool = False,
        limit: int = 50,
    ) -> ConversationPage:
        """Return a page of a person's conversations, newest first: a page of each id's, merged.

        Args:
            user_id: Whose conversations.
            channel: Only this channel.
            kind: Only this kind.
            machines: How to treat routine and heartbeat threads; all are shown by default.
            after: Only conversations after this place in the list (older ones).
            before: The ``limit`` conversations right before this place (newer ones).
            oldest: Start from the end of the list: the ``limit`` oldest.
            limit: How many at most.
        """
        pages = [
            await self._store.list_conversations(
                each,
                channel=channel,
                kind=kind,
                machines=machines,
                after=after,
                before=before,
                oldest=oldest,
                limit=limit,
            )
            for each in self._ids(user_id)
        ]
        rows = sorted((row for page in pages for row in page.conversations), key=_place, reverse=True)
        is_from_end = oldest or before is not None
        kept = rows[-limit:] if is_from_end else rows[:limit]
        is_cut = len(kept) < len(rows)
        has_newer, has_older = any(page.has_newer for page in pages), any(page.has_older for page in pages)
        return ConversationPage(
            tuple(kept), has_newer or (is_cut and is_from_end), has_older or (is_cut and not is_from_end)
        )

    async def count_conversations(self, user_id: str, **chosen: Any) -> int:
        """Return exactly how many conversations such a list holds."""
        return sum([await self._store.count_conversations(each, **chosen) for each in self._ids(user_id)])

    async def get_conversation(self, conversation_id: str, user_id: str) -> Conversation:
        """Return one conversation of a person.

        Raises:
            ConversationNotFound: it does not exist, or is somebody else's.
        """
        *others, last = self._ids(user_id)
        for each in others:
            try:
                return await self._store.get_conversation(conversation_id, each)
            except ConversationNotFound:
                continue
        return await self._store.get_conversation(conversation_id, last)

    async def list_special_threads(self, user_id: str) -> list[SpecialThread]:
        """Return every routine, heartbeat and assistant thread of a person, the last used first."""
        found = [thread for each in self._ids(user_id) for thread in await self._store.list_special_threads(each)]
        return sorted(found, key=lambda each: each.last_activity or _NEVER, reverse=True)

    async def list_routines(self, user_id: str) -> list[Routine]:
        """Return a person's routines by name, then the threads whose routine is gone."""
        found = [routine for each in self._ids(user_id) for routine in await self._store.list_routines(each)]
        return sorted(found, key=lambda each: (each.is_orphan, each.name))

    async def count_unseen(
        self, user_id: str, seen: Mapping[str, MessageCursor | None], *, cap: int = 99
    ) -> dict[str, Count]:
        """Count the messages of a person that came after what was seen."""
        counts: dict[str, Count] = {}
        for each in self._ids(user_id):
            counts |= await self._store.count_unseen(each, seen, cap=cap)
        return counts

    def feed(self, user_id: str) -> Feed:
        """Return a feed of what is written to the conversations of a person from now on."""
        from store.core.person_streams import PersonFeed

        feeds = [self._store.feed(each) for each in self._ids(user_id)]
        return feeds[0] if len(feeds) == 1 else PersonFeed(feeds)

    def search(self, query: Query, user_id: str) -> Running[SearchBatch]:
        """Search the titles and all messages of all conversations of a person, id by id."""
        from store.core.person_streams import InTurn, search_told

        searches = [self._store.search(query, each) for each in self._ids(user_id)]
        return searches[0] if len(searches) == 1 else InTurn(searches, search_told)

    def statistics(self, user_id: str, *, tz: tzinfo = UTC, anew: bool = False) -> Running[StatisticsBatch]:
        """Count the whole history of a person, id by id."""
        from store.core.person_statistics import statistics_told
        from store.core.person_streams import InTurn

        runs = [self._store.statistics(each, tz=tz, anew=anew) for each in self._ids(user_id)]
        return runs[0] if len(runs) == 1 else InTurn(runs, statistics_told)

    def take(self, user_id: str, selection: RowSelection) -> RowStream:
        """Read conversations of a person, and their messages, exactly as they are stored, id by id."""
        from store.core.person_streams import PersonRows

        ids = self._ids(user_id)
        return self._store.take(ids[0], selection) if len(ids) == 1 else PersonRows(self._store, ids, selection)


def _person(name: str, ids: Sequence[str], users: Sequence[User]) -> User:
    """Return a person as a user, with the conversations of all their ids."""
    own = [each for each in users if each.id in ids]
    last = max((each.last_activity for each in own if each.last_activity is not None), default=None)
    return User(name, sum(each.conversations for each in own), last)


def _place(row: Conversation) -> tuple[bool, ConversationCursor]:
    """Return the key of the order of a list, greatest first: the newest first, unreadable times last."""
    return row.cursor.instant != UNREADABLE, row.cursor
