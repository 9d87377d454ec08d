"""A search as one would write it first: every row read, every text folded a character at a time. For comparison."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from store.domain import folding
from store.domain.pictures import without_pictures
from store.domain.timestamps import instant, instant_of
from store.domain.tool_calls import parse_tool_calls, results_of
from store.records import UNREADABLE, ConversationCursor, MessageCursor
from tests.store.conftest import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from store.domain.query import Query
    from store.records import Cursor


class Row(NamedTuple):
    """A stored message."""

    rowid: int
    conversation_id: Any
    role: Any
    content: Any
    created_at: Any


TYPED = {character: typed for typed, characters in folding.TYPED.items() for character in characters}
TAKEN_FIRST = {"\u00b4": "'", "\u2033": '"', "\u2036": '"'}


@lru_cache(5000)
def fold(text: str) -> str:
    return "".join(map(fold_character, text))


@lru_cache(1000)
def fold_character(character: str) -> str:
    apart = unicodedata.normalize("NFKD", TAKEN_FIRST.get(character, character))
    kept = [each for each in apart if not unicodedata.combining(each) and ord(each) not in folding.INVISIBLE]
    return "".join(TYPED.get(each, each) for each in "".join(kept).casefold())


def shown(content: Any) -> str:
    match content:
        case None:
            return ""
        case bytes():
            return content.decode("utf-8", "replace")
        case _:
            return str(content)


def searched(row: Row) -> str:
    """Return what of a message is searched, tool calls as the screen has them."""
    text = shown(row.content)
    calls = parse_tool_calls(text) if row.role == "tool_calls" else None
    if calls is None:
        return without_pictures(text)
    parts = [calls.narrative]
    for call in calls.calls:
        parts += [call.name, call.rationale, call.error, *results_of(call)]
    return "\n".join(filter(None, parts))


def has(text: str, term: str) -> bool:
    if " " not in term:
        return term in text
    return re.search(r"\s+".join(map(re.escape, term.split(" "))), text) is not None


def rows(path: Path) -> list[Row]:
    with plain(path) as db:
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return [
            Row(*row)
            for row in db.execute(
                "SELECT rowid, conversation_id, role, content, created_at FROM conversation_messages"
            )
        ]


def row_of(cursor: Cursor) -> int:
    """Return the tie that a file's rows have."""
    assert isinstance(cursor.tie, int)
    return cursor.tie


def matches(query: Query, text: str) -> bool:
    seen = fold(text)
    return all(has(seen, word) for word in query.words) and not any(has(seen, word) for word in query.without)


def hits(path: Path, query: Query, conversations: Iterable[str]) -> list[tuple[str, MessageCursor]]:
    """Return the hits in the order of results."""
    theirs, found = set(conversations), []
    has_time = query.since is not None or query.until is not None
    for row in rows(path):
        if row.conversation_id not in theirs or not matches(query, searched(row)):
            continue
        created = instant_of(row.created_at)
        if (
            (query.role is None or (isinstance(row.role, str) and row.role.lower() == query.role.lower()))
            and not (has_time and created == UNREADABLE)
            and (query.since is None or created >= instant(query.since))
            and (query.until is None or created < instant(query.until))
        ):
            found.append((row.conversation_id, MessageCursor(created, row.rowid)))
    return sorted(found, key=lambda hit: (hit[1].instant == UNREADABLE, -hit[1].instant, -row_of(hit[1])))


def conversations(
    found: list[tuple[str, MessageCursor]], titles: Mapping[str, tuple[str, ConversationCursor]], query: Query
) -> list[tuple[str, int]]:
    """Return the conversations in the order of results, with the number of their hits."""
    places: dict[str, list[tuple[bool, int, bool, int, str]]] = {}
    for key, cursor in found:
        places.setdefault(key, []).append(
            (cursor.instant == UNREADABLE, -cursor.instant, False, -row_of(cursor), key)
        )
    numbers = {key: len(each) for key, each in places.items()}
    if not query.is_about_messages:
        for key, (title, place) in titles.items():
            if matches(query, title):
                places.setdefault(key, []).append(
                    (place.instant == UNREADABLE, -place.instant, True, -row_of(place), key)
                )
    return [(key, numbers.get(key, 0)) for key in sorted(places, key=lambda key: min(places[key]))]


def turns_of(roles: Sequence[str]) -> Iterator[list[int]]:
    """Yield the positions of each turn: a question begins one, an answer ends it."""
    held: list[int] = []
    for position, role in enumerate(roles):
        if held and (role == "user" or roles[position - 1] == "assistant"):
            yield held
            held = []
        held.append(position)
    if held:
        yield held
