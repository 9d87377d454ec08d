"""``clawback show``: the messages of a conversation, oldest first."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from store import open_store
from tui.cli import about
from tui.cli.conversation_id import named
from tui.cli.conversation_line import iso
from tui.cli.output import say
from tui.cli.typed_stretch import typed_stretch
from tui.export.text_writer import message_text
from tui.text import times
from tui.text.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from store.contract.timeline import Timeline
    from store.environment.source import Source
    from store.records import Conversation, Message

PAGE = 500
"""Messages read at a time."""


class Form(Enum):
    """How messages are printed."""

    READABLE = "readable"
    """Tool calls, pictures and attachments in words."""
    PLAIN = "plain"
    """As stored, but for what could harm a terminal."""
    JSON = "json"
    """One object a line."""


class Part(NamedTuple):
    """Which messages are printed."""

    last: int | None = None
    """Only so many, the newest of those that the times leave."""
    since: str | None = None
    """Only those from a time on, as it was typed."""
    until: str | None = None
    """Only those before the end of a time."""


async def print_conversation(source: Source, typed: str, part: Part, form: Form) -> int | None:
    """Print the conversation that what was typed names.

    Args:
        source: Where the history lies, and whose conversation it is.
        typed: Its id, or how that begins.
        part: Which of its messages.
        form: How they are printed.

    Raises:
        NotUnderstood: a time is none.
        StoreError: the database cannot be opened or read.
    """
    async with open_store(source.target, read_only=True) as store:
        conversation = await named(store, typed, source.owner)
        text = _printer(form, conversation)
        timeline = await store.timeline(conversation.id, source.owner)
        position, stop = await _edges(timeline, part)
        while stop is None or position < stop:
            end = position + PAGE
            found = await timeline.slice(position, end if stop is None else min(end, stop))
            for message in found.messages:
                say(text(message if message.is_whole else await store.read_message(message)))
            position = found.stop
            if not found.messages:
                break
        return None


async def _edges(timeline: Timeline, part: Part) -> tuple[int, int | None]:
    """Return the positions of the first message and of the one after the last; ``None`` for the end."""
    stretch = typed_stretch(part.since, part.until)
    start = 0 if stretch.start is None else await timeline.position_at(stretch.start)
    stop = None if stretch.end is None else await timeline.position_at(stretch.end)
    if part.last is not None:
        while not timeline.is_counted:
            await timeline.advance()
        stop = timeline.total if stop is None else stop
        start = max(start, stop - part.last)
    return start, stop


def _printer(form: Form, conversation: Conversation) -> Callable[[Message], str]:
    """Return what makes the text of a message."""
    if form is Form.JSON:
        return lambda message: json.dumps(_facts(message, conversation))
    zone = about.zone()
    if form is Form.PLAIN:
        return lambda message: _plain_text(message, zone)
    return lambda message: message_text(message, zone)


def _plain_text(message: Message, zone: tzinfo) -> str:
    flaws = "".join(f" ⚠ {flaw}" for flaw in sorted(message.flaws))
    head = f"── {one_line(message.role)} · {times.full(message.created_at, zone)}{flaws}"
    return f"{head}\n{visible(message.content)}\n"


def _facts(message: Message, conversation: Conversation) -> dict[str, object]:
    return {
        "id": message.id,
        "conversation_id": conversation.shown_id,
        "role": message.role,
        "content": message.content,
        "created_at": iso(message.created_at),
        "flaws": sorted(flaw.value for flaw in message.flaws),
    }
