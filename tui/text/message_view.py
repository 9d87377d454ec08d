"""Lay a stored message out as logical lines: separators, who spoke and when, the body, what to know about it.

Pure. The transcript calls ``view_message`` and wraps what comes back; the command line prints the same lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.text import hostile, times
from tui.text.attachments import card, split_attachments
from tui.text.lines import BLANK, Line, Span
from tui.text.options import ROLES, SEPARATOR, Options, Times, role_style
from tui.text.prose import plain, prose
from tui.text.tools import parse_tool_calls, summary_line, tool_lines
from tui.text.units import people_size
from tui.text.visible import one_line, visible

if TYPE_CHECKING:
    from store.records import Message


class MessageView(NamedTuple):
    """A message as lines; those from ``body`` to ``end`` belong to the speaker and carry the gutter."""

    lines: list[Line]
    body: int
    end: int
    role_style: str
    text: int
    """The first line of the message's own text; ``end`` where that is folded or shown as something else."""


def view_message(
    message: Message,
    options: Options,
    *,
    previous: Message | None,
    following: Message | None,
    is_first: bool,
    is_last: bool,
    is_toggled: bool,
    is_first_new: bool = False,
    width: int = 100,
) -> MessageView:
    """Lay out one message among its neighbours.

    Args:
        message: The message.
        options: How to lay it out.
        previous: The message before it, if known.
        following: The message after it, if known.
        is_first: Whether it begins the conversation.
        is_last: Whether it ends the conversation.
        is_toggled: Whether the reader folded or opened it against its default.
        is_first_new: Whether it is the first that the reader has not seen.
        width: Columns for its text.
    """
    lines = _separators(message, options, previous, is_first)
    if is_first_new:
        lines += [_separator("new"), BLANK]
    start = text = len(lines)
    calls = parse_tool_calls(message.content) if message.role == "tool_calls" and message.is_whole else None
    if calls is not None:
        is_open = options.opens_tools != is_toggled
        summary = ("▾ " if is_open else "▸ ") + summary_line(calls)
        tried = hostile.warning(hostile.texts_of(calls))
        lines.append(Line(summary + tried, (*_marks(summary), Span(len(summary), len(summary + tried), "error"))))
        if is_open:
            lines += tool_lines(calls)
    else:
        header = _header(message, options)
        if is_toggled and not _has_attachments(message):
            lines.append(_folded(header, message))
        else:
            lines.append(header)
            text = len(lines)
            lines += _body(message, is_toggled, width)
            lines += _notes(message, following, is_last)
    end = len(lines)
    lines.append(BLANK)
    return MessageView(lines, start, end, role_style(message.role), text if text > start else end)


def _separators(message: Message, options: Options, previous: Message | None, is_first: bool) -> list[Line]:
    day = times.day(message.created_at, options.tz)
    if is_first:
        return [_separator(f"start of conversation · {day}"), BLANK]
    if previous is not None and times.day(previous.created_at, options.tz) != day:
        return [_separator(day), BLANK]
    return []


def _separator(text: str) -> Line:
    return Line(text, (Span(0, len(text), SEPARATOR),), wrap=False)


def _header(message: Message, options: Options) -> Line:
    word = ROLES.get(message.role) or one_line(message.role)[:40] or "no role"
    text = word
    if options.times is Times.CLOCK:
        text += f" · {times.clock(message.created_at, options.tz)}"
    elif options.times is Times.FULL:
        text += f" · {times.full(message.created_at, options.tz)}"
    spans = [Span(0, len(word), role_style(message.role)), Span(len(word), len(text), "muted")]
    flaws = [str(flaw) for flaw in sorted(message.flaws)]
    if message.role == "tool_calls" and message.is_whole:
        flaws.append("the tool calls are not readable JSON")
    flaws += hostile.attempts(message.content)
    if flaws:
        warning = " ⚠ " + "; ".join(flaws)
        spans.append(Span(len(text), len(text) + len(warning), "error"))
        text += warning
    return Line(text, tuple(spans))


def _folded(header: Line, message: Message) -> Line:
    count = message.content.count("\n") + 1
    tail = f" ▸ {count:,} line{'s' if count != 1 else ''} folded"
    return header._replace(
        text=header.text + tail,
        spans=(*header.spans, Span(len(header.text), len(header.text) + len(tail), "muted")),
    )


def _body(message: Message, is_toggled: bool, width: int) -> list[Line]:
    if message.role == "user":
        text, attachments = split_attachments(message.content)
        lines = prose(text, width) if text.strip() else []
        for attachment in attachments:
            label = ("▾ " if is_toggled else "▸ ") + card(attachment)
            lines.append(Line(label, (Span(0, len(label), "image"),)))
            if is_toggled:
                lines += [line._replace(first="  ", rest="  ") for line in plain(visible(attachment.body))]
        return lines
    if message.role == "tool_calls":
        return plain(visible(message.content))
    return prose(message.content, width)


def _notes(message: Message, following: Message | None, is_last: bool) -> list[Line]:
    lines = []
    if not message.content:
        lines.append(_muted("(empty message)"))
    if not message.is_whole:
        shown = len(message.content.encode("utf-8", "replace"))
        lines.append(_muted(f"… {people_size(shown)} of {people_size(message.size)} shown · enter reads more"))
    answered = following is not None and following.role != "user"
    if message.role == "user" and not answered and (is_last or following is not None):
        lines.append(_muted("— no reply stored"))
    return lines


def _has_attachments(message: Message) -> bool:
    return message.role == "user" and "<attachments" in message.content


def _marks(text: str) -> tuple[Span, ...]:
    spans = [Span(0, len(text), "muted")]
    for index, character in enumerate(text):
        if character in "✓✗":
            spans.append(Span(index, index + 1, "success" if character == "✓" else "error"))
    return tuple(spans)


def _muted(text: str) -> Line:
    return Line(text, (Span(0, len(text), "muted"),))
