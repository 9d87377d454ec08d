"""Go through every text of a row in which a secret could be, and put something else in its place.

Ids and times stay: rows are found and ordered by them. In JSON, texts are looked at as they read, and written back so
that it stays JSON; all else in it keeps every character.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from store.stored import RawText, StoredConversation, StoredMessage, Value
from tui.export.secrets import Find, Secret, finds, finds_between_quotes

if TYPE_CHECKING:
    from collections.abc import Iterable

Swap = Callable[[Secret, str, str, int, int], str]
"""Returns what stands for a secret: told its kind, the secret, and the text around it with its place there."""

_KEPT = frozenset({"id", "conversation_id", "created_at", "started_at", "last_activity"})
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


def text(stored: str, swap: Swap) -> str:
    """Return a text with its secrets swapped."""
    return _swapped(stored, finds(stored), swap)


def json_text(stored: str, swap: Swap) -> str:
    """Return a text that is JSON with its secrets swapped, still JSON; any other text like ``text``."""
    try:
        json.loads(stored)
    except (ValueError, RecursionError):
        return text(stored, swap)

    def token(match: re.Match[str]) -> str:
        read = json.loads(match[0], strict=False)
        written = text(read, swap)
        return match[0] if written == read else json.dumps(written, ensure_ascii=False)

    kept = _STRING.sub(token, stored)
    return _swapped(kept, finds_between_quotes(kept), swap)


def values(row: Mapping[str, Value], swap: Swap) -> dict[str, Value]:
    """Return the values of a row with their secrets swapped."""
    is_calls = any(name.lower() == "role" and value == "tool_calls" for name, value in row.items())
    return {name: _value(name.lower(), value, swap, is_calls=is_calls) for name, value in row.items()}


def conversation(row: StoredConversation, swap: Swap, swap_shown: Swap) -> StoredConversation:
    """Return a conversation with its secrets swapped, by ``swap_shown`` what is only there for reading.

    A title that was cut loses the word that it was cut in: half a secret is none that could be found.
    """
    shown = row.conversation
    title = text(shown.title, swap_shown)
    if title.endswith("…"):
        head, space, _ = title.rpartition(" ")
        title = f"{head} …" if space else "…"
    channel, user = text(shown.channel, swap_shown), text(shown.user_id, swap_shown)
    shown = replace(shown, title=title, channel=channel, user_id=user)
    return StoredConversation(row.rowid, values(row.values, swap), shown)


def message(row: StoredMessage, swap: Swap) -> StoredMessage:
    """Return a message with its secrets swapped."""
    changed, shown = values(row.values, swap), row.message
    stored = next((value for name, value in row.values.items() if name.lower() == "content"), None)
    new = next((value for name, value in changed.items() if name.lower() == "content"), None)
    if new is not stored:
        readable = new.decode("utf-8", "replace") if isinstance(new, bytes) else str(new)
        shown = replace(shown, content=readable)
    return StoredMessage(row.rowid, changed, replace(shown, role=text(shown.role, swap)))


def _value(name: str, value: Value, swap: Swap, *, is_calls: bool) -> Value:
    if name in _KEPT:
        return value
    change = json_text if name == "metadata" or (name == "content" and is_calls) else text
    if isinstance(value, str):
        new = change(value, swap)
        return value if new == value else new
    if isinstance(value, bytes):
        # Each byte that is no UTF-8 is half a character meanwhile.
        read = value.decode("utf-8", "surrogateescape")
        written = change(read, swap)
        if written != read:
            raw = written.encode("utf-8", "surrogateescape")
            return RawText(raw) if isinstance(value, RawText) else raw
    return value


def _swapped(stored: str, found: Iterable[Find], swap: Swap) -> str:
    parts, place = [], 0
    for start, end, kind in found:
        parts += [stored[place:start], swap(kind, stored[start:end], stored, start, end)]
        place = end
    return "".join((*parts, stored[place:])) if parts else stored
