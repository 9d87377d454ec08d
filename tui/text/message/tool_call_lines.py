"""Tool calls as text: fold them to a line, or to a line for each, or open them to many. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.domain.tool_calls import results_of
from tui.text.lines import Line, Span
from tui.text.visible import one_line, visible
from tui.text.wrap import fit

if TYPE_CHECKING:
    from store.domain.tool_calls import ToolCall, ToolCalls

NAMES_SHOWN = 6
"""Calls named on the folded line; the rest are counted."""
NAME_WIDTH = 24
LINES_SHOWN = 200
"""Lines of one result shown at most."""
_SAID = 400


def summary_line(calls: ToolCalls) -> str:
    """Return the folded line, such as ``2 tools: http ✓ weather ✗ timeout``."""
    count = len(calls.calls)
    parts = [f"{count} tool{'' if count == 1 else 's'}:"] if count else ["no tools"]
    for call in calls.calls[:NAMES_SHOWN]:
        parts.append(f"{fit(one_line(call.name), NAME_WIDTH)} {'✓' if call.ok else '✗'}")
        if call.error:
            parts.append(fit(one_line(call.error), NAME_WIDTH))
    if count > NAMES_SHOWN:
        parts.append(f"+{count - NAMES_SHOWN}")
    return " ".join(parts)


def summary_lines(calls: ToolCalls, width: int) -> list[Line]:
    """Return a line for each call: its mark, its name, the beginning of what came back or went wrong.

    Args:
        calls: The calls.
        width: Columns that a line may take.
    """
    lines = []
    for call in calls.calls:
        line = _head(call, one_line((call.error or call.preview or call.result or "")[:_SAID]), "muted")
        text = fit(line.text, max(1, width - len(line.first)))
        spans = [span._replace(end=min(span.end, len(text))) for span in line.spans if span.start < len(text)]
        lines.append(line._replace(text=text, spans=tuple(spans), wrap=False))
    return lines


def tool_lines(calls: ToolCalls) -> list[Line]:
    """Return the opened view: each call with its mark, why it was made, what came back or went wrong."""
    lines = _block(calls.narrative, "muted", "  ") if calls.narrative else []
    for call in calls.calls:
        lines.append(_head(call, one_line(call.call_id or ""), "muted"))
        if call.rationale:
            lines += _block(call.rationale, "em", "    ")
        if call.error:
            lines += _block(call.error, "error", "    ")
        for shown in results_of(call):
            lines += _block(shown, "muted", "    ")
    return lines


def _head(call: ToolCall, tail: str, style: str) -> Line:
    """Return the line that a call begins with: mark, name, and something behind it."""
    name = one_line(call.name)
    text = f"{'✓' if call.ok else '✗'} {name}"
    spans = [Span(0, 1, "success" if call.ok else "error"), Span(2, len(text), "strong")]
    if tail:
        spans.append(Span(len(text), len(text) + len(tail) + 2, style))
        text += f"  {tail}"
    return Line(text, tuple(spans), first="  ", rest="    ")


def _block(text: str, style: str, indent: str) -> list[Line]:
    rows = visible(text).split("\n")
    lines = [Line(row, (Span(0, len(row), style),), first=indent, rest=indent) for row in rows[:LINES_SHOWN]]
    if len(rows) > LINES_SHOWN:
        more = f"… {len(rows) - LINES_SHOWN:,} more lines"
        lines.append(Line(more, (Span(0, len(more), "muted"),), first=indent, rest=indent))
    return lines
