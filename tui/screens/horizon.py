"""The lines that say what is shown, what is left and what is hidden. Pure text from records and window states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.records import Conversation, Count, Machines
from tui.text import times
from tui.text.visible import one_line
from tui.text.wrap import fit

if TYPE_CHECKING:
    from datetime import tzinfo

    from store.records import Channel
    from tui.widgets.transcript import Transcript
    from tui.window import ConversationWindow


def of_list(
    window: ConversationWindow,
    channels: list[Channel],
    channel: str | None,
    machines: Machines,
    tz: tzinfo,
    *,
    new_above: int = 0,
) -> str:
    """Return what the line under the list says."""
    if not window.rows:
        return ""
    held = len(window)
    if window.reaches_newest and window.reaches_oldest:
        text = f"all {held:,}"
    else:
        of = f" of {window.total:,}" if window.total is not None else ""
        text = f"{window.first + 1:,}–{window.first + held:,}{of}"
    last = window.rows[-1].last_activity
    if last is not None:
        text += f" · {'oldest' if window.reaches_oldest else 'back to'} {times.day(last, tz)}"
    if machines is Machines.FOLDED:
        folded = sum(each.folded for each in channels if channel is None or each.name == channel)
        if folded:
            text = f"{folded:,} folded: a · {text}"
    elif machines is Machines.ONLY:
        text = f"machine threads only: a · {text}"
    return f"▲ {new_above:,} new · {text}" if new_above else text


def of_transcript(transcript: Transcript, *, is_counted: bool, is_complete: bool, arrived: int = 0) -> str:
    """Return what the line under the transcript says."""
    first, last = transcript.seen
    if last < 0 or transcript.conversation is None:
        return ""
    text = f"{first + 1:,}–{last + 1:,} of {transcript.total:,}" if is_counted else "newest of 10,000+"
    if not is_complete:
        text += " · reading the order"
    if transcript.is_waiting:
        return f"{text} · ⋯ loading"
    parts = [text]
    if first > 0 or not transcript.viewport.is_at_start:
        parts.append("▲ older")
    if not transcript.viewport.is_at_end:
        parts.append(f"▼ {arrived:,} new" if arrived else "▼ newer")
    return " · ".join(parts)


def title_of(conversation: Conversation, counted: int | None) -> str:
    """Return what the line above the transcript says, with the true number of messages if it was counted."""
    total = conversation.total if counted is None else Count(counted)
    messages = f"{total} message{'' if total.value == 1 else 's'}"
    return f"{fit(one_line(conversation.title), 60)} · {one_line(conversation.channel)} · {messages}"


def special_label(conversation: Conversation, *, is_duplicate: bool) -> str:
    """Return how a picker names a thread that the assistant keeps."""
    text = f"{conversation.title} · {conversation.channel} · {conversation.total} messages"
    return f"{text} · duplicate, IronClaw writes to the other" if is_duplicate else text
