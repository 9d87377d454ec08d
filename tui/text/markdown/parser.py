"""The parser of what the assistant wrote: CommonMark and tables, less what would hide something that was said.

Marks that are part of a word stay (``literal``), bare web addresses are links whatever they hold (``urls``), and
cells beyond a table's head get a head without a text. markdown-it-py is loaded with the first message.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline.emphasis import tokenize as take_emphasis
from markdown_it.rules_inline.escape import escape as take_escape
from markdown_it.token import Token

from tui.text.markdown.literal import backslash_stays, stands_for_itself
from tui.text.markdown.urls import LONGEST, address_length, normalized

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

_SCHEME = re.compile(r"(?<![A-Za-z0-9])https?\Z")
_WRITTEN = re.compile(r"\\([*_~&])|&amp;|&(?:quot|gt|lt|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,6});|\s", re.IGNORECASE)
_BREAK = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|<br[ ]{0,4}/?>", re.IGNORECASE)
_CONTAINER = re.compile(r"^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+|>)*")


def new_parser() -> MarkdownIt:
    """Return a parser."""
    # A reference definition would vanish from the page; nothing that was said may.
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("reference")
    parser.normalizeLink = normalized  # type: ignore[method-assign, assignment]  # how markdown-it is told so
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.inline.ruler.at("escape", _escape)
    parser.inline.ruler.before("escape", "bare_address", _bare_address)
    parser.core.ruler.after("block", "whole_tables", _whole_tables)
    return parser


def _emphasis(state: StateInline, silent: bool) -> bool:
    start = end = state.pos
    mark = state.src[start]
    if silent or mark not in "*_":
        return False
    while end < state.posMax and state.src[end] == mark:
        end += 1
    if not stands_for_itself(state.src, start, end):
        return take_emphasis(state, silent)
    state.pending += state.src[start:end]
    state.pos = end
    return True


def _escape(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "\\":
        return False
    if not backslash_stays(state.src, state.pos):
        return take_escape(state, silent)
    if not silent:
        state.pending += "\\"
    state.pos += 1
    return True


def _bare_address(state: StateInline, silent: bool) -> bool:
    """Take a web address as a link, whatever marks it holds."""
    place = state.pos
    if state.src[place] != ":" or state.linkLevel > 0 or not state.src.startswith("://", place):
        return False
    scheme = _SCHEME.search(state.src, max(0, place - 6), place)
    if scheme is None:
        return False
    start = scheme.start()
    address, written = _unescaped(state.src[start : min(state.posMax, start + LONGEST)])
    if len(address) <= place - start + 3:
        return False
    if not silent:
        state.pending = state.pending[: -(place - start)]
        token = state.push("link_open", "a", 1)
        token.attrs = {"href": address}
        token.info = "auto"
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1).info = "auto"
    state.pos = start + written
    return True


def _unescaped(text: str) -> tuple[str, int]:
    """Return the address that a text begins with, its escapes undone, and how long it is as it is written."""
    plain, places = "", []
    place = 0
    for match in _WRITTEN.finditer(text):
        meant = match[1] or ("&" if match[0].lower() == "&amp;" else "")
        plain += text[place : match.start()] + meant
        places += [*range(place, match.start()), *([match.start()] if meant else [])]
        place = match.end() if meant else match.start()
        if not meant:
            break
    else:
        plain, places = plain + text[place:], [*places, *range(place, len(text))]
        place = len(text)
    length = address_length(plain)
    return plain[:length], [*places, place][length]


def _whole_tables(state: StateCore) -> None:
    """Give every table the columns of its longest row, and cells their line breaks."""
    tokens = state.tokens
    if not any(token.type == "table_open" for token in tokens):
        return
    lines = state.src.split("\n")
    whole: list[Token] = []
    index = 0
    while index < len(tokens):
        if tokens[index].type == "table_open":
            end = next(place for place in range(index, len(tokens)) if tokens[place].type == "table_close")
            whole += _whole_table(tokens[index : end + 1], lines)
            index = end
        else:
            whole.append(tokens[index])
        index += 1
    state.tokens = whole


def _whole_table(tokens: list[Token], lines: list[str]) -> list[Token]:
    rows = [token.map[0] for token in tokens if token.type == "tr_open" and token.map]
    further = {row: cells for row in rows if (cells := _cells(lines[row])[_head_width(tokens) :])}
    columns = max(map(len, further.values()), default=0)
    whole: list[Token] = []
    row = -1
    for token in tokens:
        if token.type == "tr_open" and token.map:
            row = token.map[0]
        elif token.type == "tr_close":
            kind = "th" if row == rows[0] else "td"
            for cell, _ in zip_longest(further.get(row, []) if kind == "td" else [], range(columns), fillvalue=""):
                whole += _cell(kind, str(cell), row, token.level)
        elif token.type == "inline":
            token.content = _with_breaks(token.content)
        whole.append(token)
    return whole


def _head_width(tokens: list[Token]) -> int:
    return sum(token.type == "th_open" for token in tokens)


def _cell(kind: str, content: str, row: int, level: int) -> list[Token]:
    opening, closing = (
        Token(f"{kind}_open", kind, 1, level=level + 1),
        Token(f"{kind}_close", kind, -1, level=level + 1),
    )
    inline = Token("inline", "", 0, content=_with_breaks(content), map=[row, row + 1], children=[], level=level + 2)
    return [opening, inline, closing]


def _cells(line: str) -> list[str]:
    """Return the cells of a row as they are written, by the rules of the parser."""
    cells = escapedSplit(_CONTAINER.sub("", line).strip())
    if cells and not cells[0]:
        cells = cells[1:]
    if cells and not cells[-1]:
        cells = cells[:-1]
    return [cell.strip() for cell in cells]


def _with_breaks(cell: str) -> str:
    if "<" not in cell:
        return cell
    return _BREAK.sub(lambda match: match[0] if match[1] else "\n", cell)
