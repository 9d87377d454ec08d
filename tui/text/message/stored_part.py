"""What is stored where a part of a laid-out message is selected: a stretch of its text, never a text put together.

Pure. Every laid-out line names the stored line that it shows; within a line, shown characters are found again by
going through both, over the marks that were read as Markdown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.text.lines import Line

_MARKS = frozenset("*_`~\\[]()<>!#|&;: \t-+")
_ENTITY = re.compile(r"&#?[A-Za-z0-9]{1,31};")
_GRAM = 8
"""Characters by which the place is found again behind what is not shown, such as the target of a link."""


class Edge(NamedTuple):
    """A place in a laid-out line."""

    line: Line
    offset: int


def stored_part(text: str, start: Edge, end: Edge) -> str:
    """Return the stored text from one place to another; both lines show a stored one.

    Args:
        text: The whole text, made visible.
        start: Where the selection begins.
        end: Where it ends.
    """
    rows = text.split("\n")
    first, last = start.line.source, end.line.source
    begin = _begin(start, rows[first])
    stop = _stop(end, rows[last])
    if first == last:
        if stop > begin:
            return rows[first][begin:stop]
        return start.line.text[start.offset : end.offset] if start.line is end.line else rows[first]
    return "\n".join([rows[first][begin:], *rows[first + 1 : last], rows[last][:stop]])


def _begin(edge: Edge, row: str) -> int:
    if edge.offset <= 0:
        return 0
    places = stored_places(edge.line.text, row)[edge.offset :]
    return next((place.start for place in places if place is not None), len(row))


def _stop(edge: Edge, row: str) -> int:
    if edge.offset >= len(edge.line.text):
        return len(row)
    places = stored_places(edge.line.text, row)[: edge.offset]
    return next((place.stop for place in reversed(places) if place is not None), 0)


def stored_places(shown: str, stored: str) -> list[range | None]:
    """Return where each shown character stands in the stored line, ``None`` for what is not stored there."""
    if shown == stored:
        return [range(place, place + 1) for place in range(len(stored))]
    places: list[range | None] = []
    place = 0
    for index, character in enumerate(shown):
        found = _found(shown, index, character, stored, place)
        places.append(found)
        if found is not None:
            place = found.stop
    return places


def _found(shown: str, index: int, character: str, stored: str, place: int) -> range | None:
    """Return where a shown character stands at or behind a place of the stored line."""
    here = place
    while here < len(stored):
        entity = _ENTITY.match(stored, here) if stored[here] == "&" else None
        if entity is not None and _meant(entity[0]) == character:
            return range(here, entity.end())
        if stored[here] == character:
            return range(here, here + 1)
        if stored[here] not in _MARKS:
            break
        here += 1
    rest = shown[index : index + _GRAM]
    if len(rest) == _GRAM:
        here = stored.find(rest, place)
    else:
        here = len(stored) - len(rest) if stored.endswith(rest) else -1
    return range(here, here + 1) if here >= place else None


def _meant(entity: str) -> str:
    # Loads every name that HTML has for a character.
    from html import unescape

    return unescape(entity)
