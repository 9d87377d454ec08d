"""Go through every text of a row in which a secret could be, and put something else in its place.

Ids and times stay: rows are found and ordered by them. In JSON, texts are looked at as they read, and written back so
that it stays JSON; all else in it keeps every character.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from store.contract.stored_rows import RawText, StoredConversation, StoredMessage, Value
from tui.export.labelled_secrets import is_label
from tui.export.secrets import Find, finds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Change(NamedTuple):
    """What is written in the place of a part of a text."""

    start: int
    end: int
    written: str


Swap = Callable[[str, Sequence[Find]], Sequence[Change]]
"""Told a text and what looks like a secret in it, returns what to change, in order and apart."""

_KEPT = frozenset({"id", "conversation_id", "created_at", "started_at", "last_activity"})
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_COLON = re.compile(r"\s*+:\s*+")
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


def text(stored: str, swap: Swap) -> str:
    """Return a text with its secrets swapped."""
    return _changed(stored, swap(stored, finds(stored)))


def json_text(stored: str, swap: Swap) -> str:
    """Return a text that is JSON with its secrets swapped, still JSON; any other text like ``text``."""
    return _changed(stored, _changes(stored, swap))


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
    shown = replace(shown, title=title, whole_title="", channel=channel, user_id=user)
    return StoredConversation(row.row, values(row.values, swap), shown)


def message(row: StoredMessage, swap: Swap) -> StoredMessage:
    """Return a message with its secrets swapped."""
    changed, shown = values(row.values, swap), row.message
    stored = next((value for name, value in row.values.items() if name.lower() == "content"), None)
    new = next((value for name, value in changed.items() if name.lower() == "content"), None)
    if new is not stored:
        readable = new.decode("utf-8", "replace") if isinstance(new, bytes) else str(new)
        shown = replace(shown, content=readable)
    shown = replace(shown, role=text(shown.role, swap))
    return StoredMessage.of(row.row, changed, shown)


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


def _changes(stored: str, swap: Swap) -> Sequence[Change]:
    """Return what changes in a text that may be JSON and have JSON in its strings, where each level is shorter."""
    try:
        json.loads(stored)
    except (ValueError, RecursionError):
        return swap(stored, finds(stored))
    found: list[Change] = []
    before, ended = "", 0
    for match in _STRING.finditer(stored):
        read = json.loads(match[0])
        name = before if _COLON.fullmatch(stored, ended, match.start()) else ""
        before, ended = read, match.end()
        if read.lstrip()[:1] in ("{", "[") and not is_label(name):
            changes = _changes(read, swap)
        else:
            changes = swap(read, finds(read, name))
        if changes:
            found += _as_stored(changes, match[0], match.start())
    return found


def _as_stored(changes: Iterable[Change], token: str, start: int) -> Iterator[Change]:
    """Yield changes of what a JSON string says as changes of how it is written; what stays keeps its escapes.

    An escape of half a character (a lone surrogate) would be no text any more if it were written out.
    """
    places = [match.start() for match in _CHARACTER.finditer(token, 1, len(token) - 1)]
    places.append(len(token) - 1)
    for change in changes:
        written = json.dumps(change.written)[1:-1]
        yield Change(start + places[change.start], start + places[change.end], written)


def _changed(stored: str, changes: Iterable[Change]) -> str:
    parts, place = [], 0
    for start, end, written in changes:
        parts += [stored[place:start], written]
        place = end
    return "".join((*parts, stored[place:])) if parts else stored
