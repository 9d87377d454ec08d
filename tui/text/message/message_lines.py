"""Lay a stored message out as logical lines: separators, who spoke and when, the body, what to know about it.

Pure; a pane wraps the lines at its width.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from store.domain.pictures import without_pictures
from store.domain.sizes import people_size
from store.domain.tool_calls import ToolCalls, parse_tool_calls
from store.domain.turns import (
    ASSISTANT,
    TOOL_CALLS,
    USER,
    Outcome,
    Work,
    begins_turn,
    outcome_of_answer,
    outcome_without_answer,
)
from tui.text import times
from tui.text.lines import BLANK, Line, Span
from tui.text.markdown.blocks import plain, prose, typed
from tui.text.message import hostile_text as hostile
from tui.text.message.attachments import card, split_attachments
from tui.text.message.layout_options import BOOKMARK, ROLES, SEPARATOR, Markup, Times, Tools, role_style
from tui.text.message.tool_call_lines import summary_line, summary_lines, tool_lines
from tui.text.visible import has_direction_marks, one_line

if TYPE_CHECKING:
    from store.records import Message
    from tui.text.message.layout_options import Context, Options


_FOLDED = ("superseded", "deleted")
"""States of messages that are folded until they are asked for."""


class MessageView(NamedTuple):
    """A message as lines; those from ``body`` to ``end`` belong to the speaker and carry the gutter."""

    lines: list[Line]
    body: int
    end: int
    role_style: str
    text: int
    """The first line of the message's own text; ``end`` where that is folded or shown as something else."""


def view_message(
    message: Message, options: Options, context: Context, *, is_toggled: bool, width: int = 100
) -> MessageView:
    """Lay out one message among its neighbours.

    Args:
        message: The message.
        options: How to lay it out.
        context: What is around it.
        is_toggled: Whether the reader folded or opened it against its default.
        width: Columns for its text.
    """
    lines = _separators(message, options, context)
    start = text = len(lines)
    calls = parse_tool_calls(message.content) if message.role == TOOL_CALLS and message.is_whole else None
    if calls is not None:
        lines += _calls(calls, options.tools, context, width, is_toggled=is_toggled)
    else:
        header = _header(message, options, context)
        if (is_toggled != (message.state in _FOLDED)) and not _has_attachments(message):
            lines.append(_folded(header, message))
        else:
            lines.append(header)
            text = len(lines)
            lines += _body(message, options.markup, is_toggled, width)
            lines += _notes(message)
    lines += _outcome(message, context)
    end = len(lines)
    if not (message.role == TOOL_CALLS and context.following is not None and context.following.role == TOOL_CALLS):
        lines.append(BLANK)
    return MessageView(lines, start, end, role_style(message.role), text if text > start else end)


def _calls(calls: ToolCalls, tools: Tools, context: Context, width: int, *, is_toggled: bool) -> list[Line]:
    """Return the tool calls of a row; one that follows others is their continuation."""
    if is_toggled:
        tools = Tools.FOLDED if tools is Tools.FULL else Tools.FULL
    goes_on = context.previous is not None and context.previous.role == TOOL_CALLS
    summary = ("▸ " if tools is Tools.FOLDED else "▾ ") + ("+ " if goes_on else "") + summary_line(calls)
    tried = hostile.warning(hostile.texts_of(calls))
    lines = [Line(summary + tried, (*_marks(summary), Span(len(summary), len(summary + tried), "error")))]
    if tools is Tools.SUMMARY:
        lines += summary_lines(calls, width)
    elif tools is Tools.FULL:
        lines += tool_lines(calls)
    return lines


def _separators(message: Message, options: Options, context: Context) -> list[Line]:
    day = times.day(message.created_at, options.tz)
    lines = []
    if context.is_first:
        lines = [_separator(f"start of conversation · {day}"), BLANK]
    elif context.previous is not None and times.day(context.previous.created_at, options.tz) != day:
        lines = [_separator(day), BLANK]
    return [*lines, _separator("new"), BLANK] if context.is_first_new else lines


def _separator(text: str) -> Line:
    return Line(text, (Span(0, len(text), SEPARATOR),), wrap=False)


def _header(message: Message, options: Options, context: Context) -> Line:
    word = ROLES.get(message.role) or one_line(message.role)[:40] or "no role"
    text = word
    if options.times is Times.CLOCK:
        text += f" · {times.clock(message.created_at, options.tz)}"
    elif options.times is Times.FULL:
        text += f" · {times.full(message.created_at, options.tz)}"
    previous = context.previous.role if context.previous is not None else None
    if message.state:
        text += f" · {one_line(message.state)}"
    if context.turn is not None and begins_turn(previous, message.role):
        text += f" · #{context.turn:,}"
    if has_direction_marks(message.content):
        text += " · direction marks"
    spans = [Span(0, len(word), role_style(message.role)), Span(len(word), len(text), "muted")]
    if context.bookmark is not None:
        bookmark = f" {BOOKMARK} {one_line(context.bookmark)}".rstrip()
        spans.append(Span(len(text), len(text) + len(bookmark), "strong"))
        text += bookmark
    flaws = [str(flaw) for flaw in sorted(message.flaws)]
    if message.role == TOOL_CALLS and message.is_whole:
        flaws.append("the tool calls are not readable JSON")
    flaws += hostile.attempts(without_pictures(message.content))
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


def _body(message: Message, markup: Markup, is_toggled: bool, width: int) -> list[Line]:
    """Return what a message says, pictures in words; such lines show stored ones only if they kept their numbers."""
    content = without_pictures(message.content, is_whole=message.is_whole)
    if content is message.content:
        return _text(message, markup, is_toggled, width)
    lines = _text(replace(message, content=content), markup, is_toggled, width)
    if content.count("\n") != message.content.count("\n"):
        return [line._replace(source=-1) for line in lines]
    return lines


def _text(message: Message, markup: Markup, is_toggled: bool, width: int) -> list[Line]:
    if message.role == USER:
        text, attachments = split_attachments(message.content)
        is_written = markup is Markup.WRITTEN
        lines = (plain(text.rstrip("\n")) if is_written else typed(text)) if text.strip() else []
        for attachment in attachments:
            label = ("▾ " if is_toggled else "▸ ") + card(attachment)
            lines.append(Line(label, (Span(0, len(label), "image"),)))
            if is_toggled:
                lines += [line._replace(first="  ", rest="  ", source=-1) for line in plain(attachment.body)]
        return lines
    if message.role == TOOL_CALLS or markup is Markup.WRITTEN:
        return plain(message.content)
    return prose(message.content, width)


def _notes(message: Message) -> list[Line]:
    lines = []
    if not message.content and message.state != "redacted":
        lines.append(_muted("(empty message)"))
    elif not message.content.strip():
        lines.append(_muted("(white space alone)"))
    if not message.is_whole:
        shown = len(message.content.encode("utf-8", "replace"))
        lines.append(_muted(f"… {people_size(shown)} of {people_size(message.size)} shown · enter reads more"))
    return lines


def _outcome(message: Message, context: Context) -> list[Line]:
    """Return what became of the turn that a message ends, unless it simply was answered, or says so itself."""
    if message.state:
        return []
    if message.role == ASSISTANT:
        outcome: Outcome | None = outcome_of_answer(message.content)
    elif context.is_last or (context.following is not None and begins_turn(message.role, context.following.role)):
        work = context.work if context.is_last else Work.NONE
        previous = context.previous.role if context.previous is not None else None
        outcome = outcome_without_answer(message.role, previous, work)
    else:
        outcome = None
    if outcome is None or outcome is Outcome.ANSWERED:
        return []
    return [_muted(f"{'⋯' if outcome is Outcome.WORKING else '—'} {outcome.value}")]


def _has_attachments(message: Message) -> bool:
    return message.role == USER and "<attachments" in message.content


def _marks(text: str) -> tuple[Span, ...]:
    spans = [Span(0, len(text), "muted")]
    for index, character in enumerate(text):
        if character in "✓✗":
            spans.append(Span(index, index + 1, "success" if character == "✓" else "error"))
    return tuple(spans)


def _muted(text: str) -> Line:
    return Line(text, (Span(0, len(text), "muted"),))
