"""Tool calls: read both JSON shapes that IronClaw stored over the years, fold them to a line, open them to many.

Pure. Shapes: up to 0.21 an array of calls, from 0.24 an object with ``calls`` and a ``narrative``. Absent and null
mean the same. What does not parse is ``None``; the caller then shows the row as text.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from tui.text.lines import Line, Span
from tui.text.message.pictures import without_pictures
from tui.text.units import people_size
from tui.text.visible import one_line, visible
from tui.text.wrap import fit

NAMES_SHOWN = 6
"""Calls named on the folded line; the rest are counted."""
NAME_WIDTH = 24
LINES_SHOWN = 200
"""Lines of one result shown at most."""
_SAID = 400

_OPENING = re.compile(r"\A\s*<tool_output\b[^>]{0,400}>\n?")
_CLOSING = re.compile(r"\n?</tool_output>\s*\Z")


class ToolCall(NamedTuple):
    """One call of a tool."""

    name: str
    ok: bool
    preview: str | None = None
    result: str | None = None
    error: str | None = None
    rationale: str | None = None
    call_id: str | None = None
    is_image: bool = False
    """The result is a picture, of which type and size are told."""


class ToolCalls(NamedTuple):
    """The calls of one turn, and what the assistant said about them."""

    calls: tuple[ToolCall, ...]
    narrative: str | None = None


def parse_tool_calls(content: str) -> ToolCalls | None:
    """Return the calls of a ``tool_calls`` row, ``None`` if it is not one of the known shapes."""
    try:
        document = json.loads(content)
        narrative = None
        if isinstance(document, dict):
            narrative = _text(document.get("narrative"))
            document = document.get("calls")
        if not isinstance(document, list) or not all(isinstance(call, dict) for call in document):
            return None
        return ToolCalls(tuple(_call(call) for call in document), narrative)
    except (ValueError, RecursionError):
        return None


def unwrapped(text: str) -> str:
    """Return a result without its ``<tool_output>`` wrapper, an inner closing tag restored."""
    if _OPENING.match(text):
        text = _CLOSING.sub("", _OPENING.sub("", text))
    return text.replace("<\u200b/tool_output>", "</tool_output>")


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
        for shown in _results(call):
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


def _results(call: ToolCall) -> list[str]:
    """Return what came back: the preview too, unless it is but the beginning of the result."""
    if call.result is None:
        return [call.preview] if call.preview else []
    preview = (call.preview or "").removesuffix("...")
    shown = [call.result] if call.result else []
    return shown if call.result.startswith(preview) or call.is_image else [preview, *shown]


def _block(text: str, style: str, indent: str) -> list[Line]:
    rows = visible(text).split("\n")
    lines = [Line(row, (Span(0, len(row), style),), first=indent, rest=indent) for row in rows[:LINES_SHOWN]]
    if len(rows) > LINES_SHOWN:
        more = f"… {len(rows) - LINES_SHOWN:,} more lines"
        lines.append(Line(more, (Span(0, len(more), "muted"),), first=indent, rest=indent))
    return lines


def _call(call: dict[str, Any]) -> ToolCall:
    name = call.get("name")
    error = _text(call.get("error"))
    stored = _stored_text(call.get("result"))
    picture = _picture(stored) if stored is not None else None
    return ToolCall(
        name=name if isinstance(name, str) and name.strip() else "unknown",
        ok=error is None,
        preview=_text(call.get("result_preview")),
        result=_text(stored) if picture is None else picture,
        error=error,
        rationale=_text(call.get("rationale")),
        call_id=_text(call.get("call_id")) or _text(call.get("tool_call_id")),
        is_image=picture is not None,
    )


def _picture(result: str) -> str | None:
    """Return a picture as a line with its type and size, ``None`` for any other result."""
    if '"image_generated"' not in result:
        return None
    try:
        document = json.loads(result)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("type") != "image_generated":
        return None
    kind = _text(document.get("media_type")) or _text(document.get("mime_type")) or "unknown type"
    data = document.get("data")
    if isinstance(data, str):
        return f"image ({kind}, {people_size(len(data.rpartition(',')[2]) * 3 // 4)})"
    reason = _text(document.get("omitted_reason")) or "data left out"
    return f"image ({kind}, {reason})"


def _text(value: object) -> str | None:
    """Return a field as text, pictures in words."""
    text = _stored_text(value)
    return None if text is None else without_pictures(text)


def _stored_text(value: object) -> str | None:
    """Return a field as text: strings unwrapped, other values as JSON, null and absent as ``None``."""
    if value is None:
        return None
    return unwrapped(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
