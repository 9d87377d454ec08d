"""Say what a stored conversation is, whatever the engine: raw values in, records out. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.stored_values import Head, cut, is_clean, is_uuid, object_of, size_of, text_of
from store.domain.timestamps import instant, instant_of, parse
from store.domain.titles import conversation_title, shortened
from store.ironclaw0.conversation_kinds import kind_of
from store.records import (
    SOUND,
    UNREADABLE,
    Conversation,
    ConversationCursor,
    ConversationSummary,
    Count,
    Flaw,
    Kind,
    LiveState,
    Message,
    MessageCursor,
    Preview,
    RoutineState,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COUNT_CAP = 1000
"""A list counts no further than this."""
TITLE_LOOK = 24
"""Oldest messages looked at for a title."""
PREVIEW_LOOKS = (2, 12)
"""Newest messages looked at for a preview; farther only where the first look finds nothing but tool calls."""
SHOWN_CHARACTERS = 400
"""What is read of a message for a title or a preview."""
SUMMARY_CHARACTERS = 100
"""IronClaw's titles are the first 100 characters, code points and not bytes."""


class ConversationRow(NamedTuple):
    """A row of ``conversations`` as it is stored, with the strings we take from its metadata."""

    tie: int
    id: Any
    channel: Any
    user_id: Any
    last_activity: Any
    started_at: Any
    source_channel: Any
    thread_id: Any
    metadata: Any
    thread_type: str | None
    title: str | None
    routine_id: str | None
    routine_name: str | None
    live_state: str | None = None
    """State and start of ``metadata.live_state`` as a JSON array."""

    @property
    def live(self) -> LiveState | None:
        """Return what the agent said it is working on."""
        if not isinstance(self.live_state, str):
            return None
        state, started_at = json.loads(self.live_state)
        return LiveState(state if isinstance(state, str) else "", parse(started_at))

    @property
    def kind(self) -> Kind:
        """Return what the conversation is for."""
        return kind_of(self.thread_type, self.channel if isinstance(self.channel, str) else "")

    @property
    def cursor(self) -> ConversationCursor:
        """Return its place in the list."""
        return ConversationCursor(instant_of(self.last_activity), self.tie)

    @property
    def flaws(self) -> frozenset[Flaw]:
        """Return what is wrong with the row."""
        flaws: set[Flaw] = set()
        for value in (self.id, self.channel, self.user_id):
            text_of(value, flaws)
        if not (is_clean(self.id) and is_uuid(self.id)):
            flaws.add(Flaw.ID)
        if instant_of(self.last_activity) == UNREADABLE:
            flaws.add(Flaw.TIME)
        if self.metadata != "{}" and object_of(self.metadata) is None:
            flaws.add(Flaw.METADATA)
        return frozenset(flaws) if flaws else SOUND

    def routine(self, routines: Mapping[str, RoutineState]) -> RoutineState | None:
        """Return the routine that writes to it."""
        if self.routine_id is None or self.kind is not Kind.ROUTINE:
            return None
        return routines.get(self.routine_id)


class LastMessage(NamedTuple):
    """The message that a preview shows."""

    tie: int
    role: Any
    created_at: Any

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Return by what the greatest of some is shown: rather one that is no tool call, then the newest."""
        return self.role != "tool_calls", instant_of(self.created_at), self.tie

    def preview(self, text: str, *, is_exact: bool = True) -> Preview:
        """Return it as a list shows it."""
        return Preview(text_of(self.role, set()), text, parse(self.created_at), is_exact)


def title_of(
    row: ConversationRow, channel: str, first_user_text: str | None, routines: Mapping[str, RoutineState]
) -> str:
    """Return what to call a conversation, of any length.

    Args:
        row: The conversation.
        channel: The text that names its channel.
        first_user_text: How its first user message begins, if it has one.
        routines: The routines behind threads, by id.
    """
    routine = row.routine(routines)
    return conversation_title(
        channel=channel,
        kind=row.kind,
        own_title=row.title,
        first_user_text=first_user_text,
        routine_name=routine.name if routine else row.routine_name,
    )


def conversation_of(
    row: ConversationRow,
    *,
    key: str,
    channel: str,
    user_id: str,
    title: str,
    total: int,
    preview: Preview | None,
    routines: Mapping[str, RoutineState],
    is_first_exact: bool = True,
) -> Conversation:
    """Return a conversation as the browser shows it.

    Args:
        row: The conversation as it is stored.
        key: The text that callers name it by.
        channel: The text that names its channel.
        user_id: Whose it is.
        title: What to call it, of any length.
        total: Its messages, counted one beyond ``COUNT_CAP`` at most.
        preview: Its newest message.
        routines: The routines behind threads, by id.
        is_first_exact: The message that named it surely is its user's first.
    """
    return Conversation(
        id=key,
        channel=channel,
        user_id=user_id,
        title=shortened(title),
        whole_title=title,
        kind=row.kind,
        total=Count(min(total, COUNT_CAP), capped=total > COUNT_CAP),
        preview=preview,
        started_at=parse(row.started_at),
        last_activity=parse(row.last_activity),
        cursor=row.cursor,
        routine=row.routine(routines),
        source_channel=None if row.source_channel is None else text_of(row.source_channel, set()),
        thread_id=None if row.thread_id is None else text_of(row.thread_id, set()),
        flaws=row.flaws,
        live=row.live,
        is_title_exact=is_first_exact or bool(row.title),
    )


def summary_of(
    row: ConversationRow, *, key: str, channel: str, user_id: str, count: int, first_user_text: str | None
) -> ConversationSummary:
    """Return a conversation as IronClaw lists it.

    Args:
        row: The conversation as it is stored.
        key: The text that callers name it by.
        channel: The text that names its channel.
        user_id: Whose it is.
        count: Its user messages.
        first_user_text: How the first of them begins, if there is one.
    """
    return ConversationSummary(
        id=key,
        channel=channel,
        user_id=user_id,
        title=row.routine_name if first_user_text is None else first_user_text,
        thread_type=row.thread_type,
        message_count=count,
        started_at=parse(row.started_at),
        last_activity=parse(row.last_activity),
        flaws=row.flaws,
    )


def remembered_routines(rows: Iterable[ConversationRow]) -> dict[str, str | None]:
    """Return the routines that threads name, with what they call them."""
    return {row.routine_id: row.routine_name for row in rows if row.routine_id is not None}


def routine_states(
    names: Mapping[str, str | None], rows: Iterable[tuple[Any, Any, Any, Any]]
) -> dict[str, RoutineState]:
    """Return the state of routines by id; one that is gone keeps the name its thread remembers.

    Args:
        names: The routines that are asked for, with what their threads call them.
        rows: Of those that exist: id, name, whether it is enabled, failures in a row.
    """
    orphans = {
        routine: RoutineState(routine, name or "", enabled=False, consecutive_failures=0, is_orphan=True)
        for routine, name in names.items()
    }
    found = {
        key: RoutineState(key, text_of(name, set()), bool(number(enabled)), number(failures))
        for key, name, enabled, failures in rows
    }
    return orphans | found


def number(value: object) -> int:
    """Return a stored number, 0 for what is none."""
    return value if isinstance(value, int) else 0


def message_of(conversation_id: str, key: str, row: tuple[Any, ...], limit: int | None = None) -> Message:
    """Return a message, with up to ``limit`` bytes of its content.

    Args:
        conversation_id: The text that callers name its conversation by.
        key: The text that callers name it by.
        row: As stored: tie, content, id, role, created_at.
        limit: Bytes of the content to keep; ``None`` for what is given.
    """
    tie, content, stored_id, role, created_at = row
    flaws: set[Flaw] = set()
    if not (is_clean(stored_id) and is_uuid(stored_id)):
        flaws.add(Flaw.ID)
    moment = parse(created_at)
    if moment is None:
        flaws.add(Flaw.TIME)
    text = text_of(content, flaws)
    size = size_of(content)
    return Message(
        key,
        conversation_id,
        text_of(role, flaws),
        text if limit is None or size <= limit else cut(text, limit),
        moment,
        MessageCursor(instant(moment), tie),
        size,
        not isinstance(content, Head) and (limit is None or size <= limit),
        frozenset(flaws) if flaws else SOUND,
    )
