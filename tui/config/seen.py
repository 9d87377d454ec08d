"""What the reader has seen of one user's conversations in one database: a private file beside the state.

A moment up to which everything counts as seen, and the places of those conversations where that is not so. Losing it
costs nothing, so neither reading nor writing ever raises.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from store.files.private_file import write_private
from store.records import MessageCursor
from tui.config.private_file import alone, read_object

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

MOST_PLACES = 2000
"""Conversations whose place is kept; of more, those seen the longest ago are given up."""
MOST_READERS = 50
"""Users of databases that are remembered, those used last."""


class Seen:
    """The places up to which a reader has seen conversations.

    Several processes may keep theirs in one file: what one of them has seen is seen. Nothing that was seen becomes
    new again, whatever the clock says.

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
        self.visited: int | None = None
        """When the reader was here last, before this process; ``None`` if that is not known."""
        self._places: dict[str, MessageCursor] = {}
        self._unwritten: dict[str, MessageCursor] = {}
        self._put_back: dict[str, tuple[MessageCursor, MessageCursor]] = {}
        """What is new again and not written yet: after which place, and up to where it was seen."""
        self._settled: dict[str, MessageCursor] = {}
        """The places of conversations that were found without anything new when the moment was last moved on."""
        if path is not None:
            with suppress(OSError):
                facts = read_object(path).get(self._reader)
                self.since, self._places = _told(facts)
                self.visited = _visited(facts)

    @property
    def places(self) -> dict[str, MessageCursor]:
        """Return the conversations that have a place of their own."""
        return dict(self._places)

    def place(self, conversation_id: str) -> MessageCursor:
        """Return the place up to which a conversation counts as seen."""
        return _place(conversation_id, self.since, self._places)

    def see(self, conversation_id: str, cursor: MessageCursor) -> bool:
        """Note that a message was seen, and all before it; return whether that is new."""
        if cursor <= self.place(conversation_id):
            return False
        self._places.pop(conversation_id, None)
        self._places[conversation_id] = self._unwritten[conversation_id] = cursor
        return True

    def put_back(self, conversation_id: str, place: MessageCursor, upto: MessageCursor) -> bool:
        """Count what came after a place as new again; return whether that holds.

        Args:
            conversation_id: Which conversation.
            place: The last message that stays seen.
            upto: Up to where it was marked as seen; if more of it was seen since, it all stays seen.
        """
        # Without a place of its own it counts as seen up to the moment, which tells nothing of what was read.
        if self._places.get(conversation_id, upto) > upto:
            return False
        self._unwritten.pop(conversation_id, None)
        self._places[conversation_id] = place
        self._put_back[conversation_id] = place, upto
        return True

    def settle(self, since: int, unseen: Collection[str]) -> None:
        """Count everything up to a moment as seen but for some conversations, which keep their places.

        Places beyond the moment are kept too, of messages that were stamped ahead of the clock. The moment never
        moves backwards.

        Args:
            since: The moment, in microseconds of the epoch.
            unseen: The conversations with something new.
        """
        since = max(since, self.since or since)
        ahead = {name: place for name, place in self._places.items() if place > _just_after(since)}
        self._settled = {name: self._places[name] for name in self._places.keys() - ahead.keys() - set(unseen)}
        self._places = {**ahead, **{name: self.place(name) for name in unseen}}
        self._unwritten = dict(self._places)
        self.since = since

    def save(self, now: int | None = None) -> bool:
        """Bring what was seen here together with what other processes have written, and write it down.

        Args:
            now: The instant at which the reader is here; ``None`` leaves what is written of that.

        Returns:
            Whether to leave it at that: not if another process is writing, which an event loop must not wait for.
        """
        if self._path is not None:
            try:
                self._write(self._path, now)
            except BlockingIOError:
                return False
            except OSError:
                pass
        return True

    def _write(self, path: Path, now: int | None) -> None:
        with alone(path.parent):
            everything = read_object(path)
            facts = everything.pop(self._reader, None)
            self._take_in(*_told(facts))
            kept = list(self._places.items())[-MOST_PLACES:]
            everything[self._reader] = {
                "since": self.since,
                "visited": _visited(facts) if now is None else now,
                "places": {name: [place.instant, place.tie or 0] for name, place in kept},
            }
            readers = list(everything)[-MOST_READERS:]
            write_private(path, json.dumps({reader: everything[reader] for reader in readers}))
            self._unwritten.clear()
            self._put_back.clear()
            self._settled = {}

    def _take_in(self, since: int | None, places: dict[str, MessageCursor]) -> None:
        """Take in what is in the file; of two places the later one holds."""
        if since is None:
            return
        is_later = since > (self.since or 0)
        merged = {
            name: place
            for name, place in places.items()
            # What another process found later, or changed since, is better known there.
            if is_later or self._settled.get(name) != place or place > _just_after(self.since or 0)
        }
        for name, (place, upto) in self._put_back.items():
            # Of two processes the one that saw more of it is right.
            if name not in places or places[name] <= upto:
                merged[name] = places[name] = place
        for name, place in self._unwritten.items():
            known = _place(name, since, places)
            merged.pop(name, None)
            # One that settled up to the same moment and kept no place found nothing new, or saw it.
            if place > known or name in places or since < (self.since or 0):
                merged[name] = max(place, known)
        self._places = merged
        self.since = max(since, self.since or since)


def _just_after(since: int) -> MessageCursor:
    return MessageCursor.at(since + 1)


def _place(conversation_id: str, since: int | None, places: Mapping[str, MessageCursor]) -> MessageCursor:
    return places.get(conversation_id) or _just_after(since or 0)


def _told(facts: object) -> tuple[int | None, dict[str, MessageCursor]]:
    """Return the moment and the places of a reader, as they were kept."""
    if not isinstance(facts, dict) or not isinstance(facts.get("since"), int):
        return None, {}
    places = facts.get("places")
    found = {name: _cursor(place) for name, place in (places if isinstance(places, dict) else {}).items()}
    return facts["since"], {name: place for name, place in found.items() if place is not None}


def _visited(facts: object) -> int | None:
    """Return when a reader was here last, as it was kept."""
    kept = facts.get("visited") if isinstance(facts, dict) else None
    return kept if isinstance(kept, int) else None


def _cursor(kept: Any) -> MessageCursor | None:
    """Return the place that was kept as an instant and a tie, 0 standing for none; ``None`` if it is none."""
    match kept:
        case [int(instant), int() | str() as tie]:
            return MessageCursor(instant, tie or None)
    return None
