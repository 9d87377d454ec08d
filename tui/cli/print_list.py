"""``clawback list``: conversations, newest first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import click

from store import open_store
from store.domain.timestamps import instant
from store.records import ConversationCursor
from tui.cli.conversation_line import conversation_facts, conversation_line, say_line
from tui.cli.output import say
from tui.cli.typed_stretch import typed_stretch
from tui.text.nearest import nearest
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from store.contract.store import ConversationStore
    from store.environment.source import Source
    from store.records import Channel, Conversation, Kind
    from tui.cli.typed_stretch import TypedStretch

PAGE = 500
"""Conversations read at a time."""


class Wanted(NamedTuple):
    """Which conversations are printed."""

    channel: str | None = None
    kind: Kind | None = None
    since: str | None = None
    """Only those that were active since that time, as it was typed."""
    until: str | None = None
    """Only those that were not active after it."""
    limit: int | None = None


async def print_list(source: Source, wanted: Wanted, as_json: bool) -> int | None:
    """Print conversations, newest first; say on stderr who is there if there are none.

    Raises:
        NotUnderstood: a time is none.
        StoreError: the database cannot be opened or read.
    """
    stretch, printed = typed_stretch(wanted.since, wanted.until), 0
    async with open_store(source.target, read_only=True) as store:
        async for conversation in _found(store, source.owner, wanted, stretch):
            if as_json:
                say(json.dumps(conversation_facts(conversation)))
            else:
                say_line(conversation_line(conversation))
            printed += 1
            if printed == wanted.limit:
                break
        if not printed:
            await _say_who_is_there(store, source.owner, wanted, stretch)
        return None


async def _found(
    store: ConversationStore, user: str, wanted: Wanted, stretch: TypedStretch
) -> AsyncIterator[Conversation]:
    """Yield the conversations of a stretch, the last active first; those without a date are in none."""
    after = None if stretch.end is None else ConversationCursor.at(instant(stretch.end))
    has_older = True
    while has_older:
        page = await store.list_conversations(
            user, channel=wanted.channel, kind=wanted.kind, after=after, limit=min(PAGE, wanted.limit or PAGE)
        )
        for conversation in page.conversations:
            if not stretch.holds(conversation.last_activity):
                return
            yield conversation
        has_older = page.has_older
        after = page.conversations[-1].cursor if page.conversations else after


async def _say_who_is_there(store: ConversationStore, user: str, wanted: Wanted, stretch: TypedStretch) -> None:
    channel = wanted.channel
    on = f" on {channel}" if channel is not None else ""
    chosen = f" of the kind {wanted.kind}" if wanted.kind is not None else ""
    chosen += "" if stretch.is_open else " in that time"
    # What was chosen beside a user and a channel that are there is no mistake of theirs.
    channels = await store.list_channels(user)
    is_there = any(channel in (None, each.name) for each in channels)
    hint = "" if chosen and is_there else await _hint(store, user, channel, channels)
    click.echo(one_line(f"clawback: {user} has no conversations{on}{chosen}{hint}."), err=True)


async def _hint(store: ConversationStore, user: str, channel: str | None, channels: Sequence[Channel]) -> str:
    """Return which channels or users there are."""
    if channel is not None and channels:
        named = ", ".join(f"{each.name} ({each.conversations:,})" for each in channels[:10])
        return f"{nearest(channel, [each.name for each in channels])}; --channel takes one of: {named}"
    users = [each for each in await store.list_users() if each.id != user]
    others = ", ".join(f"{each.id} ({each.conversations:,})" for each in users[:10])
    return f"; --user takes one of: {others}" if users else ""
