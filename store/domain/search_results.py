"""What a search gives, batch by batch, and how its hits are gathered for a screen. Pure.

A search reads the newest rows first, so that hits arrive nearly in order. ``Findings`` and ``Places`` keep them in
the exact order, whatever order they arrived in.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from store.records import UNREADABLE, ConversationCursor, MessageCursor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from store.records import Cursor, Tie

Place = tuple[bool, int, bool, Any]


class Way(StrEnum):
    """How a search goes about it; the value says it in words."""

    INDEX = "the index answers"
    NO_INDEX = "there is no index, so every message is read"
    UNFINISHED = "the index is not finished, so every message is read"
    OLD_VERSION = "every message is read: 'clawback index' builds the old index anew"
    OUTDATED = "the index does not fit the database any more, so every message is read"
    TOO_LITTLE = "the index does not know such short or common words, so every message is read"
    DAMAGED = "the index has lost rows, so every message is read: 'clawback index' builds it anew"
    BROKEN = "the index cannot be read, so every message is"


class ConversationHits(NamedTuple):
    """The messages of a conversation that match, of those that one step read."""

    conversation_id: str
    messages: int
    """How many there are."""
    newest: MessageCursor
    excerpt: str
    """The piece of the text of the newest around its first match, as stored."""


class TitleHit(NamedTuple):
    """A conversation whose title matches."""

    conversation_id: str
    cursor: ConversationCursor
    title: str


@dataclass(frozen=True, slots=True)
class SearchBatch:
    """What was found in one step of a search over all conversations, and how far it is."""

    hits: tuple[ConversationHits, ...]
    titles: tuple[TitleHit, ...]
    searched: int
    """Messages that are done with."""
    total: int | None
    """Messages of the file; ``None`` until they are counted."""
    way: Way


@dataclass(frozen=True, slots=True)
class FindBatch:
    """What was found in one step of a search in one conversation, and how far it is."""

    hits: tuple[MessageCursor, ...]
    searched: int
    """Messages that are done with."""
    total: int | None
    """Messages of the conversation; ``None`` until they are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A conversation with hits."""

    conversation_id: str
    hits: int
    """Messages that match."""
    newest: MessageCursor | None
    """The newest of them; ``None`` if only the title matches."""
    excerpt: str
    """What to show: the piece of text around the newest hit, or else the title."""
    is_title: bool
    """The title matches."""
    place: Place
    """The key of the order of findings, greatest first: by the newest hit, a title counting as the conversation's
    last activity; unreadable times last, then hits before titles, then by tie."""


class Findings:
    """The conversations that a search has found so far, those with the newest hits first."""

    def __init__(self) -> None:
        self.hits = 0
        """Messages that match, of all conversations."""
        self._newest: dict[str, ConversationHits] = {}
        self._titles: dict[str, TitleHit] = {}
        self._counts: Counter[str] = Counter()
        self._ordered: list[Finding] | None = None

    def add(self, batch: SearchBatch) -> None:
        """Take in what was found since."""
        self._ordered = None
        self._titles.update((title.conversation_id, title) for title in batch.titles)
        for hits in batch.hits:
            self.hits += hits.messages
            self._counts[hits.conversation_id] += hits.messages
            known = self._newest.get(hits.conversation_id)
            if known is None or is_newer(hits.newest, known.newest):
                self._newest[hits.conversation_id] = hits

    def conversations(self) -> list[Finding]:
        """Return the conversations in order."""
        if self._ordered is None:
            found = map(self._finding, sorted(self._newest.keys() | self._titles.keys()))
            self._ordered = sorted(found, key=lambda finding: finding.place, reverse=True)
        return self._ordered

    def _finding(self, conversation_id: str) -> Finding:
        hits, title = self._newest.get(conversation_id), self._titles.get(conversation_id)
        places = []
        if hits:
            places.append(_place(hits.newest))
        if title:
            places.append(_place(title.cursor, is_title=True))
        return Finding(
            conversation_id,
            self._counts[conversation_id],
            hits and hits.newest,
            (hits and hits.excerpt) or (title.title if title else ""),
            title is not None,
            max(places),
        )


class Places:
    """Messages of one conversation that match, numbered from 0 at the newest; ties of 64 bits take 8 bytes each."""

    def __init__(self) -> None:
        self._instants = array("q")
        self._ties: array[int] | list[Tie] = array("q")

    def __len__(self) -> int:
        return len(self._instants)

    def __getitem__(self, number: int) -> MessageCursor:
        return MessageCursor(self._instants[number], self._ties[number])

    def __iter__(self) -> Iterator[MessageCursor]:
        return (self[number] for number in range(len(self)))

    def add(self, hits: Iterable[MessageCursor]) -> None:
        """Take in what was found since."""
        new: list[tuple[int, Any]] = sorted(((hit.instant, hit.tie) for hit in hits), reverse=True)
        if not new:
            return
        if len(self) and new[0] > (self._instants[-1], self._ties[-1]):
            new = sorted([*zip(self._instants, self._ties, strict=True), *new], reverse=True)
            self._instants, self._ties = array("q"), array("q")
        self._instants.extend(instant for instant, _ in new)
        ties = [tie for _, tie in new]
        if isinstance(self._ties, array):
            try:
                self._ties.extend(array("q", ties))
            except (TypeError, OverflowError):
                self._ties = [*self._ties, *ties]
        else:
            self._ties.extend(ties)

    def number(self, cursor: MessageCursor) -> int:
        """Return how many of them are newer than a message: its own number, if it is one of them."""
        return bisect_left(range(len(self)), True, key=lambda number: self[number] <= cursor)

    def older(self, cursor: MessageCursor) -> MessageCursor | None:
        """Return the next one towards the start; ``None`` if there is none."""
        number = self.number(cursor)
        if number < len(self) and self[number] == cursor:
            number += 1
        return self[number] if number < len(self) else None

    def newer(self, cursor: MessageCursor) -> MessageCursor | None:
        """Return the next one towards the end; ``None`` if there is none."""
        number = self.number(cursor)
        return self[number - 1] if number else None


def by_conversation(
    found: Iterable[tuple[str, MessageCursor, str]], excerpt: Callable[[str], str]
) -> tuple[ConversationHits, ...]:
    """Return messages that match as hits of their conversations.

    Args:
        found: The conversation, the place and the text of each.
        excerpt: Returns the piece of a text around its first match.
    """
    numbers: Counter[str] = Counter()
    newest: dict[str, tuple[MessageCursor, str]] = {}
    for key, cursor, text in found:
        numbers[key] += 1
        if key not in newest or is_newer(cursor, newest[key][0]):
            newest[key] = cursor, text
    return tuple(ConversationHits(key, numbers[key], cursor, excerpt(text)) for key, (cursor, text) in newest.items())


def is_newer(one: MessageCursor, other: MessageCursor) -> bool:
    """Tell whether a message comes before another in results: newest first, unreadable times last."""
    return _place(one) > _place(other)


def _place(cursor: Cursor, *, is_title: bool = False) -> Place:
    return cursor.instant != UNREADABLE, cursor.instant, not is_title, cursor.tie
