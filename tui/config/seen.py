"""What the reader has seen of one user's conversations in one database: a private file beside the state.

A moment up to which everything counts as seen, and the places of those conversations where that is not so. Losing it
costs nothing, so neither reading nor writing ever raises.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from store.records import MessageCursor
from tui.config.state import write_private

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

MOST_PLACES = 2000
"""Conversations whose place is kept; of more, those seen the longest ago are given up."""
MOST_READERS = 50
"""Users of databases that are remembered, those used last."""


class Seen:
    """The places up to which a reader has seen conversations.

    Args:
        path: The file; ``None`` remembers nothing beyond this process.
        database: The path of the database.
        user: Whose conversations.
    """

    def __init__(self, path: Path | None, database: str, user: str) -> None:
        self._path = path
        self._reader = json.dumps([database, user])
        self.since: int | None = None
        """The instant up to which everything is seen that has no place of its own; ``None`` the first time."""
        self._places: dict[str, MessageCursor] = {}
        facts = _read(path).get(self._reader)
        if isinstance(facts, dict) and isinstance(facts.get("since"), int):
            self.since = facts["since"]
            places = facts.get("places")
            for name, place in (places if isinstance(places, dict) else {}).items():
                if (cursor := _cursor(place)) is not None:
                    self._places[name] = cursor

    @property
    def places(self) -> dict[str, MessageCursor]:
        """Return the conversations that have a place of their own."""
        return dict(self._places)

    def place(self, conversation_id: str) -> MessageCursor:
        """Return the place up to which a conversation counts as seen."""
        return self._places.get(conversation_id) or MessageCursor.at((self.since or 0) + 1)

    def see(self, conversation_id: str, cursor: MessageCursor) -> bool:
        """Note that a message was seen, and all before it; return whether that is new."""
        if cursor <= self.place(conversation_id):
            return False
        self._places.pop(conversation_id, None)
        self._places[conversation_id] = cursor
        return True

    def settle(self, since: int, unseen: Collection[str]) -> None:
        """Count everything up to a moment as seen but for some conversations, which keep their places."""
        self._places = {name: self.place(name) for name in unseen}
        self.since = since

    def save(self) -> None:
        """Write the file beside and rename it into place."""
        if self._path is None:
            return
        everything = _read(self._path)
        everything.pop(self._reader, None)
        kept = list(self._places.items())[-MOST_PLACES:]
        everything[self._reader] = {
            "since": self.since,
            "places": {name: [place.instant, place.tie or 0] for name, place in kept},
        }
        readers = list(everything)[-MOST_READERS:]
        with contextlib.suppress(OSError):
            write_private(self._path, json.dumps({reader: everything[reader] for reader in readers}))


def _cursor(kept: object) -> MessageCursor | None:
    """Return the place that was kept as an instant and a tie, 0 standing for none; ``None`` if it is none."""
    match kept:
        case [int(instant), int() | str() as tie]:
            return MessageCursor(instant, tie or None)
    return None


def _read(path: Path | None) -> dict[str, Any]:
    if path is not None:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            facts = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(facts, dict):
                return facts
    return {}
