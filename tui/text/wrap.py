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
    "\u2190-\u2319\u2460-\u25fc\u2713-\u2718"
)
_is_narrow = re.compile(f"[{_NARROW}]*").fullmatch
# All that is not narrow, with the narrow characters that it may be clustered with.
_odd_runs = re.compile(f"[{_NARROW}]?[^{_NARROW}]+(?:(?<=\u200d).[^{_NARROW}]*)*").finditer
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
            cut = _cut_mixed(text, room_first, room_rest, line.wrap)
        prefix = first
        for start, end in cut:
            rows.append(Row(number, start, end, prefix))
            prefix = rest
    return rows


def fit(text: str, width: int) -> str:
    """Return the text if it fits into ``width`` columns, else its beginning with "…" behind it."""
    if width < 1:
        return ""
    if _is_narrow(text[:width]):
        if len(text) <= width:
            return text
        if get_character_cell_size(text[width]):
            return text[: width - 1] + "…"
    # Enough code points for any sign, so that a long text is not measured whole.
    head = text[: width * 16 + 16]
    if len(head) == len(text) and cell_len(text) <= width:
        return text
    end = used = 0
    for cluster in clusters(head):
        used += cluster.cells
        if used >= width:
            break
        end = cluster.end
    return text[:end].rstrip("\u200c\u200d") + "…"


def pad(text: str, width: int, align: Align = "left") -> str:
    """Return the text cut or filled with spaces to exactly ``width`` columns."""
    text = fit(text, width)
    space = max(0, width - cell_len(text))
    left = {"left": 0, "right": space, "center": space // 2}[align]
    return f"{' ' * left}{text}{' ' * (space - left)}"


def clusters(text: str, offset: int = 0) -> list[Cluster]:
    """Return what a terminal shows as single signs, in order, without gaps; cells add up to the text's width.

    Args:
        text: One line.
        offset: Added to every ``start`` and ``end``.
    """
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
        return [Cluster(start + offset, end + offset, cell_len(text[start:end])) for start, end in pairwise(starts)]
    return [
        Cluster(
            start + offset, end + offset, size(text[start]) if end == start + 1 else sum(map(size, text[start:end]))
        )
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


def _cut_mixed(text: str, room: int, room_rest: int, by_word: bool) -> list[tuple[int, int]]:
    """Cut a text of any characters, walking from one odd cluster to the next."""
    odd: list[Cluster] = []
    for run in _odd_runs(text):
        odd += clusters(run[0], run.start())
    cut: list[tuple[int, int]] = []
    start = index = 0
    while start < len(text):
        end, index = _row_end(text, start, room, odd, index)
        following = end
        if by_word and end < len(text):
            row_end, index = _word_end(text, start, end, odd, index)
            following = _skip_spaces(text, row_end)
            end = start + len(text[start:row_end].rstrip(" "))
        if end > start or not by_word:
            cut.append((start, end))
        start, room = following, room_rest
    return cut or [(0, 0)]


def _row_end(text: str, start: int, room: int, odd: list[Cluster], index: int) -> tuple[int, int]:
    """Return where the row from ``start`` is full, and the first odd cluster that ends behind it."""
    at = start
    while index < len(odd):
        odd_start, odd_end, cells = odd[index]
        if odd_end <= start:
            index += 1
            continue
        if odd_start - at > room:
            return at + max(room, 0), index
        if odd_start - at + cells > room and odd_start > start:
            return odd_start, index
        room -= odd_start - at + cells
        at = odd_end
        index += 1
    return min(at + max(room, 0), len(text)), index


def _word_end(text: str, start: int, end: int, odd: list[Cluster], index: int) -> tuple[int, int]:
    """Return the last place up to ``end`` where a row may end, or ``end``; and the first odd cluster behind it."""
    space = end if text[end] == " " else text.rfind(" ", start, end)
    here = min(index, len(odd) - 1)
    while here >= 0 and odd[here].end > max(space, start):
        for place in (odd[here].end, odd[here].start):
            if max(space, start) < place <= end and _may_break(text, place):
                return place, here
        here -= 1
    if space > start and text[start:space].strip(" "):
        return space, max(here, 0)
    return end, index


def _may_break(text: str, place: int) -> bool:
    """Tell whether a row may end before ``text[place]`` because it is beside a wide sign."""
    before, after = text[place - 1], text[place]
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return get_character_cell_size(before) == 2 or get_character_cell_size(after) == 2


def _skip_spaces(text: str, index: int) -> int:
    """Return the first place from ``index`` that is no plain space; a space that carries an accent is none."""
    start = index
    while index < len(text) and text[index] == " ":
        index += 1
    has_accent = start < index < len(text) and not get_character_cell_size(text[index])
    return index - has_accent
