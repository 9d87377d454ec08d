"""Tool calls: read both JSON shapes that IronClaw stored over the years, and tell what a person sees of them.

Pure. Shapes: up to 0.21 an array of calls, from 0.24 an object with ``calls`` and a ``narrative``. Absent and null
mean the same. What does not parse is ``None``; the row then is a text as it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from store.domain.pictures import may_hold_picture, without_pictures
from store.domain.sizes import people_size
from store.domain.turns import TOOL_CALLS
from store.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

_OPENING = lazy_pattern(r"\A\s*<tool_output\b[^>]{0,400}>\n?")
_CLOSING = lazy_pattern(r"\n?</tool_output>\s*\Z")
_NAMELESS = "unknown"
_SHOWN = ("result_preview", "result", "name", "rationale", "error")
_SHOWN_SET = frozenset(_SHOWN)
_NARRATIVE = frozenset(("narrative",))
_PLAIN_TYPES = frozenset((str, bool, type(None)))
USUALLY_HIDDEN = ("calls", *_NARRATIVE, *_SHOWN, "call_id", "tool_call_id", "true", "false", "null")
"""Words of JSON that any tool calls may have and do not show."""
_MOST_HIDDEN = 200
"""Characters; what hides more is looked at as a whole."""
_ESCAPE = lazy_pattern(r"\\(\w+)")
_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # the stubs lack it


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


def tool_names(content: str) -> list[str]:
    """Return the names of the tools that a ``tool_calls`` row called; nothing if it is of no known shape."""
    calls = parse_tool_calls(content)
    return [call.name for call in calls.calls] if calls is not None else []


def unwrapped(text: str) -> str:
    """Return a result without its ``<tool_output>`` wrapper, an inner closing tag restored."""
    if _OPENING.match(text):
        text = _CLOSING.sub("", _OPENING.sub("", text))
    return text.replace("<\u200b/tool_output>", "</tool_output>")


def results_of(call: ToolCall) -> list[str]:
    """Return what came back: the preview too, unless it is but the beginning of the result."""
    if call.result is None:
        return [call.preview] if call.preview else []
    preview = (call.preview or "").removesuffix("...")
    shown = [call.result] if call.result else []
    return shown if call.result.startswith(preview) or call.is_image else [preview, *shown]


def searched_text(role: object, content: str) -> str:
    """Return what of a message is searched: pictures in words, and what is shown of tool calls without JSON."""
    if role != TOOL_CALLS:
        return without_pictures(content)
    if _may_show_pictures(content):
        calls = parse_tool_calls(content)
        if calls is None:
            return without_pictures(content)
        parts = [calls.narrative]
        for call in calls.calls:
            parts += [call.name, call.rationale, call.error, *results_of(call)]
    else:
        # A search asks this of every row: the same texts without a record of each call.
        found = _texts_of(content)
        if found is None:
            return content
        parts = found
    return "\n".join(filter(None, parts))


def plainly_show(content: str, words: Sequence[str]) -> bool:
    """Tell, quicker than ``searched_text``, that tool calls show every word; ``False`` says nothing.

    Args:
        content: What is stored.
        words: Folded words of ASCII letters and digits.
    """
    if _may_show_pictures(content):
        return False
    try:
        document = _document(content)
    except (ValueError, RecursionError):
        return False
    is_object = isinstance(document, dict)
    calls = document.get("calls") if is_object else document
    if not isinstance(calls, list):
        return False
    shown = [document.get("narrative")] if is_object else []
    for call in calls:
        if not isinstance(call, dict):
            return False
        shown += map(call.get, _SHOWN)
        # What is wrapped is told apart elsewhere.
        seen = "\n".join([text for text in shown if type(text) is str and "<" not in text]).lower()
        words = [word for word in words if word not in seen]
        if not words:
            return True
        shown.clear()
    return False


def hidden_text(content: str) -> str | None:
    """Return, in small letters, what tool calls have and do not show, or more; ``None`` if that is not easily told.

    A word of ASCII letters and digits that stands neither there nor in ``USUALLY_HIDDEN`` is shown if they have it.

    Args:
        content: What is stored, of ASCII.
    """
    if "\\\\" in content or _may_show_pictures(content):
        return None
    hidden: list[str] = []
    try:
        document = _document(content)
        is_wrapped = "<" in content
        strings = 0
        if isinstance(document, dict):
            calls = document.pop("calls", None)
            strings = 1 + _hide(document, _NARRATIVE, hidden, is_wrapped=is_wrapped)
            document = calls
        if not isinstance(document, list):
            return None
        for call in document:
            strings += _hide(call, _SHOWN_SET, hidden, is_wrapped=is_wrapped)
    except (AttributeError, ValueError, RecursionError):
        return None
    quotes = content.count('"')
    if "\\" in content:
        quotes -= content.count('\\"')
        hidden += _ESCAPE.findall(content)
    # JSON may give a field twice, of which the first is lost.
    if 2 * strings != quotes:
        return None
    if not hidden:
        return ""
    text = "\n".join(hidden).lower()
    return text if len(text) <= _MOST_HIDDEN else None


def _hide(record: dict[str, Any], shown: Set[str], hidden: list[str], *, is_wrapped: bool) -> int:
    """Note what an object of JSON has and does not show; return how many strings it has.

    Raises:
        ValueError: it has numbers, whose digits are not known any more, or other objects.
    """
    types = [*map(type, record.values())]
    if not _PLAIN_TYPES.issuperset(types):
        raise ValueError
    if not is_wrapped and record.keys() <= shown:
        return len(types) + types.count(str)
    for key, value in record.items():
        if type(value) is str:
            if key not in shown:
                hidden.append(value)
            elif "<" in value and (wrapper := _OPENING.match(value)):
                hidden.append(wrapper.group())
        if key not in USUALLY_HIDDEN:
            hidden.append(key)
    return len(types) + types.count(str)


def _may_show_pictures(content: str) -> bool:
    """Tell whether tool calls may have pictures, also behind escapes of JSON."""
    is_escaped = "\\" in content and ("\\u" in content or "\\/" in content)
    return is_escaped or "image_generated" in content or may_hold_picture(content)


def _texts_of(content: str) -> list[str | None] | None:
    """Return the texts of tool calls without pictures, in the order in which they are searched; see ``_call``."""
    parts: list[str | None] = []
    try:
        document = _document(content)
        if isinstance(document, dict):
            parts.append(_stored_text(document.get("narrative")))
            document = document.get("calls")
        if not isinstance(document, list):
            return None
        for call in document:
            if not isinstance(call, dict):
                return None
            get = call.get
            name, result, preview = get("name"), get("result"), get("result_preview")
            parts.append(name if isinstance(name, str) and name.strip() else _NAMELESS)
            parts += [_stored_text(each) for each in (get("rationale"), get("error")) if each is not None]
            if preview is not None:
                preview = _stored_text(preview)
            if result is not None:
                result = _stored_text(result)
                preview = (preview or "").removesuffix("...")
                if result.startswith(preview):
                    preview = None
            parts += (preview, result)
    except (ValueError, RecursionError):
        return None
    return parts


def _document(content: str) -> Any:
    """Return what JSON says, as ``json.loads`` does, which takes twice as long for a short text."""
    try:
        document, end = _scan(content, 0)
    except StopIteration:
        return json.loads(content)
    return document if end == len(content) else json.loads(content)


def _call(call: dict[str, Any]) -> ToolCall:
    name = call.get("name")
    error = _text(call.get("error"))
    stored = _stored_text(call.get("result"))
    picture = _picture(stored) if stored is not None else None
    return ToolCall(
        name=name if isinstance(name, str) and name.strip() else _NAMELESS,
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


def _stored_text(value: Any) -> Any:
    """Return a field as text: strings unwrapped, other values as JSON, null and absent as ``None``."""
    if isinstance(value, str):
        return unwrapped(value) if "<" in value else value
    return None if value is None else json.dumps(value, ensure_ascii=False)
