"""What a person typed as Markdown that shows just that in every reader: only fenced code and bare addresses apply.

Lines stay lines, every sign is escaped, and what is laid out by spaces stands in a fence, since readers run spaces
together.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from tui.export.fences import fenced
from tui.text.markdown.typed import pieces
from tui.text.markdown.urls import bare_addresses, shown_url
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNS = re.compile(r"[\\`*_{}\[\]|~#$^]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BEGINNING = re.compile(r"(\d{1,9})([.)])(?=\s|\Z)|[-+=]")
_COLUMNS = re.compile(r"(?m)^ | {3}(?=\S)|\t")
"""An indented line, or columns set apart by spaces."""
_EMPTY = "&nbsp;"
_BREAK = "  \n"


def typed_markdown(text: str) -> str:
    """Return what a person typed as Markdown, with a line break at its end."""
    blocks: list[str] = []
    for piece in pieces(visible(text).strip("\n")):
        if piece.is_code:
            blocks.append(fenced(piece.text, piece.info))
        else:
            blocks += _blocks(piece.text)
    return "\n".join(blocks)


def _blocks(text: str) -> Iterator[str]:
    """Yield the blocks of a text: paragraphs, fences, and empty lines beyond the one that parts two blocks."""
    waiting: list[str] = []
    for block in _joined(text):
        if not block.strip():
            waiting = [f"{_EMPTY}\n"] * block.count("\n")
            continue
        yield from waiting
        waiting = []
        yield fenced(block) if _COLUMNS.search(block) else _BREAK.join(map(_line, block.split("\n"))) + "\n"


def _joined(text: str) -> list[str]:
    """Return the runs of lines that are empty, and of those that are not; what is laid out by spaces as one."""
    joined: list[str] = []
    for is_empty, lines in groupby(text.split("\n"), lambda line: not line.strip()):
        block = "\n".join(lines)
        is_laid_out = not is_empty and _COLUMNS.search(block) is not None
        if is_laid_out and len(joined) > 1 and _COLUMNS.search(joined[-2]):
            joined[-2:] = ["\n".join((*joined[-2:], block))]
        else:
            joined.append("" if is_empty and not joined else block)
    return joined


def _line(line: str) -> str:
    """Return a line of running text with every sign escaped, and its addresses as links."""
    done, parts = 0, []
    for found in bare_addresses(line):
        if shown_url(found.address) is not None:
            parts += [_escaped(line[done : found.start], is_first=not done), f"<{found.address}>"]
            done = found.end
    return "".join((*parts, _escaped(line[done:].rstrip(" "), is_first=not done))) or _EMPTY


def _escaped(text: str, *, is_first: bool) -> str:
    beginning = _BEGINNING.match(text) if is_first else None
    kept = "" if beginning is None else f"{beginning[1] or ''}\\{beginning[2] or beginning[0]}"
    rest = _SIGNS.sub(r"\\\g<0>", text[beginning.end() :] if beginning is not None else text)
    for sign, entity in _ENTITIES.items():
        rest = rest.replace(sign, entity)
    return kept + rest.replace("  ", f" {_EMPTY}")
