"""Cut logical lines into rows of terminal cells, and single texts to a given width.

Widths are those of ``rich.cells``, which Textual draws with. A cluster (a letter with its accents, a joined emoji, a
flag) is never split.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from rich.cells import cell_len, get_character_cell_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.text.lines import Line

Align = Literal["left", "right", "center"]

# One cell each and never part of a cluster of several: what most text is made of.
_NARROW = (
    "\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u0386-\u03ff\u0400-\u0482\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u2190-\u2193\u2500-\u25fc"
)
_is_narrow = re.compile(f"[{_NARROW}]*").fullmatch
_has_joiners = re.compile("[\u200d\ufe0e\ufe0f]").search

_NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】〗〙〟…‥ぁぃぅぇぉっゃゅょァィゥェォッャュョ%),.:;!?]}"
)
_NOT_LAST = frozenset("‘“（〔［｛〈《「『【〖〘〝$([{")


class Row(NamedTuple):
    """One row of the screen: ``prefix`` and then ``lines[line].text[start:end]``, in code points."""

    line: int
    start: int
    end: int
    prefix: str


class Cluster(NamedTuple):
    """Code points ``start`` to ``end`` that a terminal shows as one sign of ``cells`` columns."""

    start: int
    end: int
    cells: int


def wrap(lines: Sequence[Line], width: int) -> list[Row]:
    """Return the rows that show the lines at a width.

    Every character but spaces at a row's end is on exactly one row. A row is wider than ``width`` only where a single
    cluster is. A prefix gives way as soon as it would take more than half of the width.

    Args:
        lines: Sanitised logical lines.
        width: Columns of the screen, at least 1.
    """
    if width < 1:
        raise ValueError("width must be at least 1")
    rows: list[Row] = []
    for number, line in enumerate(lines):
        text, _, first, rest, *_ = line
        if not first and len(text) <= width and text.isascii():
            rows.append(Row(number, 0, len(text), ""))
            continue
        first, rest = _fitting_prefix(first, width), _fitting_prefix(rest, width)
        room_first, room_rest = width - cell_len(first), width - cell_len(rest)
        if _is_narrow(text):
            cut = _cut_narrow(text, room_first, room_rest, line.wrap)
        else:
            cut = _cut_clusters(text, room_first, room_rest, line.wrap)
        prefix = first
        for start, end in cut:
            rows.append(Row(number, start, end, prefix))
            prefix = rest
    return rows


def fit(text: str, width: int) -> str:
    """Return the text if it fits into ``width`` columns, else its beginning with "…" behind it."""
    if len(text) <= width and _is_narrow(text):
        return text
    if width < 1:
        return ""
    # No sign takes more than two code points a column for long; the exact cut is made below.
    head = text[: width * 16 + 16]
    if len(head) == len(text) and cell_len(text) <= width:
        return text
    end = used = 0
    for cluster in clusters(head):
        used += cluster.cells
        if used >= width:
            break
        end = cluster.end
    return f"{text[:end]}…"


def pad(text: str, width: int, align: Align = "left") -> str:
    """Return the text cut or filled with spaces to exactly ``width`` columns."""
    text = fit(text, width)
    space = max(0, width - cell_len(text))
    left = {"left": 0, "right": space, "center": space // 2}[align]
    return f"{' ' * left}{text}{' ' * (space - left)}"


def clusters(text: str) -> list[Cluster]:
    """Return what a terminal shows as single signs, in order, without gaps; cells add up to the text's width."""
    size = get_character_cell_size
    starts: list[int] = []
    glue = lone_flag = False
    for index, character in enumerate(text):
        if character < "\u0300":
            if not glue:
                starts.append(index)
            glue = lone_flag = False
            continue
        is_flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        if not glue and (size(character) or not starts) and not (is_flag and lone_flag):
            starts.append(index)
            lone_flag = is_flag
        else:
            lone_flag = False
        glue = character == "\u200d"
    starts.append(len(text))
    if _has_joiners(text):
        return [Cluster(start, end, cell_len(text[start:end])) for start, end in pairwise(starts)]
    return [
        Cluster(start, end, size(text[start]) if end == start + 1 else sum(map(size, text[start:end])))
        for start, end in pairwise(starts)
    ]


def _fitting_prefix(prefix: str, width: int) -> str:
    if cell_len(prefix) * 2 <= width:
        return prefix
    end = used = 0
    for cluster in clusters(prefix):
        used += cluster.cells
        if used * 2 > width:
            break
        end = cluster.end
    return prefix[:end]


def _cut_narrow(text: str, room: int, room_rest: int, by_word: bool) -> list[tuple[int, int]]:
    """Cut a text whose every character is one column wide."""
    length = len(text)
    cut: list[tuple[int, int]] = []
    start = 0
    while length - start > room:
        end = following = start + room
        if by_word:
            space = end if text[end] == " " else text.rfind(" ", start, end)
            row_end = start + len(text[start : max(space, start)].rstrip(" "))
            if row_end > start:
                end = following = row_end
            elif text[start:end].isspace():
                end = start
            following = _skip_spaces(text, following)
        if end > start or not by_word:
            cut.append((start, end))
        start = following
        room = room_rest
    if start < length or not cut:
        cut.append((start, length))
    return cut


def _cut_clusters(text: str, room: int, room_rest: int, by_word: bool) -> list[tuple[int, int]]:
    """Cut a text of any characters."""
    pieces = clusters(text)
    cut: list[tuple[int, int]] = []
    first = index = used = 0
    place = 0  # the last cluster before which a row may end
    while index < len(pieces):
        cells = pieces[index].cells
        if used + cells > room and index > first and not (by_word and _is_space(text, pieces[index])):
            index = place if by_word and place > first else index
            row_start, row_end = pieces[first].start, pieces[index].start
            if by_word:
                row_end = row_start + len(text[row_start:row_end].rstrip(" "))
                while index < len(pieces) and _is_space(text, pieces[index]):
                    index += 1
            if row_end > row_start or not by_word:
                cut.append((row_start, row_end))
            first = place = index
            used, room = 0, room_rest
            continue
        used += cells
        index += 1
        if by_word and index < len(pieces) and _may_break(text, pieces[index - 1], pieces[index]):
            place = index
    if first < len(pieces) or not cut:
        row_start = pieces[first].start if pieces else 0
        row_end = row_start + len(text[row_start:].rstrip(" ")) if used > room else len(text)
        if row_end > row_start or not cut:
            cut.append((row_start, row_end))
    return cut


def _may_break(text: str, before: Cluster, after: Cluster) -> bool:
    """Tell whether a row may end between two neighbours: after a space, and beside a wide sign."""
    if _is_space(text, after):
        return False
    if _is_space(text, before):
        return True
    is_beside_wide = before.cells == 2 or after.cells == 2
    return is_beside_wide and text[after.start] not in _NOT_FIRST and text[before.start] not in _NOT_LAST


def _is_space(text: str, cluster: Cluster) -> bool:
    return cluster.end == cluster.start + 1 and text[cluster.start] == " "


def _skip_spaces(text: str, index: int) -> int:
    while index < len(text) and text[index] == " ":
        index += 1
    return index
