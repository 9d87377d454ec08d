"""SqliteStore: the contract over one SQLite file, a line or two a call. All SQL is in the topic modules."""

from __future__ import annotations

import asyncio
import uuid
from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from store.errors import ConversationNotFound, ReadOnlyStore
from store.records import HEAD_BYTES, ConversationPage, Machines, MessageCursor, MessagePage, MessageWindow
from store.sqlite import changes, conversations, listing, messages, metadata, routines, specials, summaries, threads
from store.sqlite.connection import DEADLINE_S
from store.sqlite.database import shown
from store.sqlite.guard import reason_not_to_write
from store.sqlite.keys import find
from store.sqlite.link import Link
from store.sqlite.listing import Filter, ListCache
from store.sqlite.safety import written as written_json
from store.sqlite.timeline import SqliteTimeline, open_timeline
from store.timestamps import format_canonical

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.records import (
        Channel,
        Conversation,
        ConversationCursor,
        ConversationSummary,
        Count,
        Kind,
        Message,
        MessageSlice,
        Metadata,
        Routine,
        SpecialThread,
        User,
    )
    from store.sqlite.connection import Reader
    from store.sqlite.database import Database
    from store.sqlite.order import MessageOrder

P = ParamSpec("P")
T = TypeVar("T")

_TIMELINES_KEPT = 8
_MOST_ROWS = 2**31


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class SqliteStore:
    """Implements ``contract.ConversationStore``; made by ``open_store``.

    Args:
        path: The database file.
        read_only: Refuse every write.
        deadline_s: How long, in seconds, to try a file that another program has locked.
        now: The clock.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool = False,
        deadline_s: float = DEADLINE_S,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.path = path
        self.read_only_reason: str | None = None
        """Why this store does not write, in one sentence; ``None`` if it does."""
        self._is_read_only = read_only
        self._deadline_s = deadline_s
        self._clock = now
        self._link = Link(path, deadline_s)
        self._reopening = asyncio.Lock()
        self._list_cache = ListCache()
        self._timelines: OrderedDict[tuple[str, str | None], SqliteTimeline] = OrderedDict()

    async def open(self) -> Self:
        """Connect for reading and decide whether the file may be written.

        Raises:
            OpenError: the file cannot be opened as IronClaw's database.
            DatabaseBusy: another program holds it past the deadline.
        """
        await self._open(self._link)
        return self

    async def reopen(self) -> None:
        """Go on with the file that lies at the path now; nothing is kept of the old one."""
        async with self._reopening:
            await self._link.abandon()
            link = Link(self.path, self._deadline_s)
            await self._open(link)
            self._link = link
            self._list_cache = ListCache()
            self._timelines.clear()

    async def close(self) -> None:
        """Close every connection. May be called twice."""
        self._timelines.clear()
        await self._link.close()

    # The 16 calls of IronClaw 0.24.

    async def create_conversation(self, channel: str, user_id: str, thread_id: str | None = None) -> str:
        """Create a conversation and return its id, a new UUID4."""
        _require_text(channel, user_id, thread_id)
        return await self._write(threads.create, _new_id(), channel, user_id, self._now(), thread_id=thread_id)

    async def create_conversation_with_metadata(self, channel: str, user_id: str, metadata: Any) -> str:
        """Create a conversation with the given JSON value as its metadata and return its id."""
        _require_text(channel, user_id)
        text = written_json(metadata)
        return await self._write(threads.create, _new_id(), channel, user_id, self._now(), metadata=text)

    async def ensure_conversation(
        self, conversation_id: str, channel: str, user_id: str, thread_id: str | None = None
    ) -> bool:
        """Create the conversation, or touch it; ``False`` if it is another user's or on another channel."""
        _require_text(conversation_id, channel, user_id, thread_id)
        return await self._write(threads.ensure, conversation_id, channel, user_id, self._now(), thread_id=thread_id)

    async def touch_conversation(self, conversation_id: str) -> None:
        """Set ``last_activity`` to now."""
        await self._write(threads.touch, conversation_id, self._now())

    async def add_conversation_message(self, conversation_id: str, role: str, content: str) -> str:
        """Append a message and touch its conversation in one transaction; return the message's id."""
        _require_text(role, content)
        message_id = _new_id()
        await self._write(messages.append, conversation_id, message_id, role=role, content=content, now=self._now())
        return message_id

    async def list_conversations_with_preview(
        self, user_id: str, channel: str, limit: int
    ) -> list[ConversationSummary]:
        """Return this user's newest conversations on one channel, newest first."""
        return await self._reader.run(
            summaries.newest, self._list_cache, Filter(user_id, channel), _at_least_one(limit)
        )

    async def list_conversations_all_channels(self, user_id: str, limit: int) -> list[ConversationSummary]:
        """Return this user's newest conversations, newest first."""
        return await self._reader.run(summaries.newest, self._list_cache, Filter(user_id), _at_least_one(limit))

    async def get_or_create_routine_conversation(self, routine_id: str, routine_name: str, user_id: str) -> str:
        """Return the id of the routine's thread, made now if there is none; one per (user, routine)."""
        _require_text(routine_id, routine_name, user_id)
        return await self._write(
            threads.get_or_create_routine, _new_id(), routine_id, routine_name, user_id, now=self._now()
        )

    async def find_routine_conversation(self, routine_id: str, user_id: str) -> str | None:
        """Return the id of the routine's thread, or ``None``. Never writes."""
        return await self._reader.run(threads.find_routine, routine_id, user_id)

    async def get_or_create_heartbeat_conversation(self, user_id: str) -> str:
        """Return the id of the heartbeat thread, made now if there is none; one per user."""
        _require_text(user_id)
        return await self._write(threads.get_or_create_heartbeat, _new_id(), user_id, self._now())

    async def get_or_create_assistant_conversation(self, user_id: str, channel: str) -> str:
        """Return the id of the assistant thread, made now if there is none; one per (user, channel)."""
        _require_text(user_id, channel)
        return await self._write(threads.get_or_create_assistant, _new_id(), user_id, channel, self._now())

    async def list_conversation_messages_paginated(
        self, conversation_id: str, before: MessageCursor | datetime | None = None, limit: int = 50
    ) -> MessagePage:
        """Return the newest ``limit`` messages before a cursor or a time, oldest first."""
        _at_least_one(limit)

        def choose(order: MessageOrder) -> tuple[int, int]:
            stop = order.total if before is None else order.place(before)
            return stop - limit, stop

        try:
            found = await self._window(conversation_id, None, choose, None)
        except ConversationNotFound:
            return MessagePage((), has_more=False)
        return MessagePage(found.messages, has_more=found.start > 0 and bool(found.messages))

    async def list_conversation_messages(self, conversation_id: str) -> list[Message]:
        """Return every message of a conversation, oldest first, whole."""
        try:
            found = await self._window(conversation_id, None, lambda order: (0, order.total), None)
        except ConversationNotFound:
            return []
        return list(found.messages)

    async def update_conversation_metadata_field(self, conversation_id: str, key: str, value: Any) -> None:
        """Merge ``{key: value}`` into the metadata by RFC 7396: ``None`` deletes the key, objects merge."""
        await self._write(metadata.update_field, conversation_id, key, value)

    async def get_conversation_metadata(self, conversation_id: str) -> dict[str, Any] | None:
        """Return the metadata, or ``None`` if there is no such conversation."""
        return await self._reader.run(metadata.read, conversation_id)

    async def conversation_belongs_to_user(self, conversation_id: str, user_id: str) -> bool:
        """Tell whether a conversation exists and is this user's."""
        return await self._reader.run(find, conversation_id, user_id) is not None

    # What a browser adds.

    async def list_users(self) -> list[User]:
        """Return everybody with a conversation, most conversations first."""
        return await self._reader.run(listing.users, self._list_cache)

    async def list_channels(self, user_id: str) -> list[Channel]:
        """Return the channels of a user with exact counts, fullest first, then by name."""
        return await self._reader.run(listing.channels, user_id)

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
        """Return a page of conversations, newest first."""
        if (after is not None) + (before is not None) + oldest > 1:
            raise ValueError("at most one of after, before and oldest")
        chosen = Filter(user_id, channel, kind, machines)
        return await self._reader.run(
            conversations.page,
            self._list_cache,
            chosen,
            after=after,
            before=before,
            oldest=oldest,
            limit=_at_least_one(limit),
        )

    async def count_conversations(
        self,
        user_id: str,
        *,
        channel: str | None = None,
        kind: Kind | None = None,
        machines: Machines = Machines.SHOWN,
    ) -> int:
        """Return exactly how many conversations such a list holds."""
        return await self._reader.run(listing.count, Filter(user_id, channel, kind, machines))

    async def get_conversation(self, conversation_id: str, user_id: str) -> Conversation:
        """Return one conversation."""
        return await self._reader.run(conversations.one, conversation_id, user_id)

    async def timeline(self, conversation_id: str, user_id: str | None) -> SqliteTimeline:
        """Return the messages of a conversation as a sequence."""
        return await open_timeline(self._reader, conversation_id, user_id)

    async def list_messages(
        self,
        conversation_id: str,
        user_id: str,
        *,
        before: MessageCursor | None = None,
        after: MessageCursor | None = None,
        around: MessageCursor | datetime | None = None,
        limit: int = 50,
    ) -> MessageWindow:
        """Return messages before, after or around a place; by default the newest."""
        _at_least_one(limit)
        if sum(place is not None for place in (before, after, around)) > 1:
            raise ValueError("at most one of before, after and around")

        def choose(order: MessageOrder) -> tuple[int, int]:
            if after is not None:
                start = order.place(MessageCursor(after.instant, after.rowid + 1))
            elif around is not None:
                start = max(min(order.place(around) - limit // 2, order.total - limit), 0)
            else:
                start = (order.total if before is None else order.place(before)) - limit
            return start, start + limit

        found = await self._window(conversation_id, user_id, choose, HEAD_BYTES)
        return MessageWindow(found.messages, has_older=found.start > 0, has_newer=found.stop < found.total)

    async def read_message(self, message: Message, *, limit: int | None = None) -> Message:
        """Return a message again with up to ``limit`` bytes of its content, or with all of it."""
        return await self._reader.run(messages.again, message, limit)

    async def count_messages(self, conversation_id: str, user_id: str, *, cap: int | None = None) -> Count:
        """Count the messages of a conversation, stopping at ``cap``."""
        return await self._reader.run(messages.count, conversation_id, user_id, cap)

    async def replace_conversation_metadata(
        self, conversation_id: str, new: dict[str, Any], expected: dict[str, Any]
    ) -> None:
        """Replace the whole metadata if it still equals ``expected`` (compare and swap)."""
        await self._write(metadata.replace, conversation_id, new, expected)

    async def read_metadata(self, conversation_id: str, user_id: str) -> Metadata:
        """Return the metadata as they are stored, and whether they may be edited."""
        return await self._reader.run(metadata.read_text, conversation_id, user_id)

    async def save_metadata(self, conversation_id: str, user_id: str, new: str, expected: str) -> Metadata:
        """Store the whole metadata, character for character, if what is stored still is ``expected``."""
        return await self._write(metadata.save, conversation_id, user_id, new, expected)

    async def find_heartbeat_conversation(self, user_id: str) -> str | None:
        """Return the id of the heartbeat thread, or ``None``. Never writes."""
        return await self._reader.run(threads.find_heartbeat, user_id)

    async def find_assistant_conversation(self, user_id: str, channel: str) -> str | None:
        """Return the id of the assistant thread, or ``None``. Never writes."""
        return await self._reader.run(threads.find_assistant, user_id, channel)

    async def list_special_threads(self, user_id: str) -> list[SpecialThread]:
        """Return every routine, heartbeat and assistant thread of a user, the last used first."""
        return await self._reader.run(specials.special_threads, user_id)

    async def list_routines(self, user_id: str) -> list[Routine]:
        """Return a user's routines by name, with their threads, then the threads whose routine is gone."""
        return await self._reader.run(routines.routines, user_id)

    async def change_token(self) -> int:
        """Return a number that changes whenever another program, or this store, has written to the file."""
        return await self._reader.run(changes.data_version)

    async def check(self) -> list[str]:
        """Return what SQLite's quick check finds wrong with the file; a damaged file is not written any more."""
        reader = await self._link.second_reader()
        try:
            found = await reader.run(changes.complaints)
        finally:
            await reader.close()
        if found and self.read_only_reason is None:
            self.read_only_reason = f"{shown(self.path)} has damaged pages, so that writing could make it worse."
        return found

    async def _write(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self.read_only_reason is not None:
            raise ReadOnlyStore(self.read_only_reason)
        return await self._link.write(function, *args, **kwargs)

    async def _open(self, link: Link) -> None:
        """Connect a link, and decide whether its file may be written."""
        await link.open()
        try:
            has_triggers = await link.reader.run(lambda db: db.schema.has_triggers)
            self.read_only_reason = reason_not_to_write(
                self.path, asked=self._is_read_only, has_triggers=has_triggers
            )
        except BaseException:
            await link.close()
            raise

    @property
    def _reader(self) -> Reader:
        return self._link.reader

    async def _window(
        self,
        conversation_id: str,
        user_id: str | None,
        choose: Callable[[MessageOrder], tuple[int, int]],
        limit: int | None,
    ) -> MessageSlice:
        """Return a slice of the exact order, through one of the few timelines that are kept."""
        key = conversation_id, user_id
        timeline = self._timelines.pop(key, None) or await self.timeline(conversation_id, user_id)
        self._timelines[key] = timeline
        if len(self._timelines) > _TIMELINES_KEPT:
            self._timelines.popitem(last=False)
        return await timeline.window(choose, limit)

    def _now(self) -> str:
        return format_canonical(self._clock())


def _new_id() -> str:
    return str(uuid.uuid4())


def _at_least_one(limit: int) -> int:
    if limit < 1:
        raise ValueError("limit must be at least 1")
    return min(limit, _MOST_ROWS)


def _require_text(*texts: str | None) -> None:
    """Refuse text that IronClaw could not read back."""
    for text in texts:
        if text is not None and any("\ud800" <= character <= "\udfff" for character in text):
            raise ValueError("text with half a character (a lone surrogate) cannot be stored")
