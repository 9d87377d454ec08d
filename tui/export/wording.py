"""What every export for people says in the same words: of itself, of a conversation, of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.domain.pictures import without_pictures
from store.domain.tool_calls import parse_tool_calls
from tui.text import times
from tui.text.message.attachments import split_attachments
from tui.text.message.layout_options import ROLES
from tui.text.visible import one_line

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from store.domain.tool_calls import ToolCalls
    from store.records import Conversation, Message
    from tui.export.export_format import Counts, Facts
    from tui.text.message.attachments import Attachment


class Said(NamedTuple):
    """A message, taken apart."""

    text: str
    """As stored, pictures in words; empty where ``calls`` are all there is."""
    attachments: list[Attachment]
    calls: ToolCalls | None
    flaws: str
    """What is wrong with it, in words; empty if nothing is."""


def taken_apart(message: Message) -> Said:
    """Return what a message is made of."""
    flaws = [str(flaw) for flaw in sorted(message.flaws)]
    if message.role == "tool_calls":
        calls = parse_tool_calls(message.content)
        if calls is not None:
            return Said("", [], calls, "; ".join(flaws))
        flaws.append("the tool calls are not readable JSON")
    content = without_pictures(message.content)
    text, attachments = split_attachments(content) if message.role == "user" else (content, [])
    return Said(text, attachments, None, "; ".join(flaws))


def role(message: Message) -> str:
    """Return who speaks, and what became of the message, if that is told."""
    word = ROLES.get(message.role) or one_line(message.role)[:40] or "no role"
    return f"{word} ({one_line(message.state)})" if message.state else word


def origin(facts: Facts) -> str:
    """Return what a file says of itself."""
    return f"{one_line(facts.about)} · {one_line(facts.user_id)} · exported {times.full(facts.at, facts.zone)}"


def about(conversation: Conversation, zone: tzinfo) -> str:
    """Return what there is to know of a conversation, on one line."""
    parts = [one_line(conversation.channel)]
    if conversation.kind.value not in ("chat", conversation.channel):
        parts.append(conversation.kind.value)
    began, last = times.day(conversation.started_at, zone), times.day(conversation.last_activity, zone)
    parts.append(began if began == last else f"{began} to {last}")
    return " · ".join((*parts, one_line(conversation.shown_id)))


def title(conversation: Conversation) -> str:
    """Return what to call a conversation."""
    return one_line(conversation.title) or "(no title)"


def outcome(counts: Counts) -> str:
    """Return what a file holds, and what was masked in it."""
    words = (
        f"{counts.conversations:,} conversation{'s' if counts.conversations != 1 else ''},"
        f" {counts.messages:,} message{'s' if counts.messages != 1 else ''}"
    )
    masked = ", ".join(f"{kind} {count:,}" for kind, count in counts.masked.items() if count)
    return f"{words} · masked: {masked}" if masked else words


class Days:
    """Tells when a new day begins.

    Args:
        zone: Where days are told.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._day: str | None = None

    def forget(self) -> None:
        """Begin anew."""
        self._day = None

    def turn(self, moment: datetime | None) -> str | None:
        """Return the day of a message if it is another one than that of the message before."""
        day = times.day(moment, self._zone)
        is_new, self._day = day != self._day, day
        return day if is_new else None
