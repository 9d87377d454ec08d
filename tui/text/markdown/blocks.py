"""Markdown to logical lines, under a budget that no message can exceed.

Pure. markdown-it-py, loaded at first use, parses; ``_Writer`` walks its tokens; ``inline``, ``code`` and ``tables``
do their parts. Texts are sanitised again after parsing, since an entity such as ``&#27;`` becomes a control character
only there.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.text.budget import is_affordable
from tui.text.lines import BLANK, Line, Span
from tui.text.markdown.code import Highlighter
from tui.text.markdown.inline import mark_urls, styled_lines
from tui.text.markdown.tables import TABLE_WIDTH, TableRow, table_lines
from tui.text.markdown.typed import pieces
from tui.text.visible import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_NESTING = 12
"""Lists and quotes within each other that are indented; deeper ones stay at that indent."""

_TASK = re.compile(r"\[([ xX])\] ")

KEPT_CHARACTERS = 4_000
"""Longest text whose lines are kept, with those of the 32 that were read last: some two MB at most."""


def plain(text: str) -> list[Line]:
    """Return a text line by line, URLs marked, nothing else read into it."""
    rows = visible(text).split("\n")
    return [
        Line(*mark_urls(row), source=number) if "://" in row else Line(row, source=number)
        for number, row in enumerate(rows)
    ]


def typed(text: str) -> list[Line]:
    """Return what a person typed as it is: its fenced code set apart, URLs marked, nothing else read into it."""
    text = visible(text).rstrip("\n")
    lines: list[Line] = []
    highlighter = Highlighter()
    for piece in pieces(text):
        if piece.is_code:
            lines += code_lines(piece.text, piece.info, piece.line, highlighter)
        else:
            lines += [line._replace(source=line.source + piece.line) for line in plain(piece.text)]
    return lines


def prose(text: str, width: int = TABLE_WIDTH) -> list[Line]:
    """Return Markdown as logical lines, or ``plain`` if the text is too long or would take too long to read.

    What was read last is kept: a message is laid out anew when what is around it changes.

    Args:
        text: Markdown.
        width: Columns that a table may take; all else is independent of it.
    """
    return [*_recent(text, width)] if len(text) <= KEPT_CHARACTERS else _read(text, width)


@lru_cache(maxsize=32)
def _recent(text: str, width: int) -> tuple[Line, ...]:
    return tuple(_read(text, width))


def _read(text: str, width: int) -> list[Line]:
    text = visible(text)
    if not text.strip("\n"):
        return []
    if not is_affordable(text):
        return plain(text)
    try:
        writer = _Writer(width)
        writer.write(_parser().parse(text))
    except RecursionError:
        return plain(text)
    while writer.lines and writer.lines[-1] is BLANK:
        writer.lines.pop()
    shows_nothing = not any((line.first + line.text).strip() for line in writer.lines)
    return plain(text.strip("\n")) if shows_nothing and text.strip() else writer.lines


def code_lines(code: str, info: str, number: int, highlighter: Highlighter) -> list[Line]:
    """Return a code block as lines.

    Args:
        code: Sanitised code.
        info: What stands behind its fence: the language, and whatever else was written there.
        number: The line of the whole text that it begins on.
        highlighter: Colours the code of this message.
    """
    lines = []
    if info:
        span = Span(0, len(info), "code-label")
        lines.append(Line(info, (span,), "  ", "  ", fill="code-block", wrap=False, source=number - 1))
    language = (info.split() or [""])[0]
    rows = zip(code.split("\n"), highlighter.spans(code, language), strict=True)
    for index, (text, spans) in enumerate(rows, number):
        lines.append(Line(text, tuple(spans), "  ", "  ", fill="code-block", wrap=False, source=index))
    return lines


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from tui.text.markdown.parser import new_parser

    return new_parser()


class _Writer:
    """Turns block tokens into lines, keeping the prefix of the lists and quotes that are open."""

    def __init__(self, width: int) -> None:
        self.lines: list[Line] = []
        self._width = width
        self._indents: list[str] = []
        self._bullet: str | None = None
        self._bullet_line = -1
        self._highlighter = Highlighter()

    def write(self, tokens: list[Token]) -> None:
        """Append the lines of a token stream."""
        index = 0
        while index < len(tokens):
            token = tokens[index]
            kind = token.type
            if kind == "table_open":
                index = self._table(tokens, index)
            elif kind == "inline":
                self._text(token, tokens[index - 1])
            elif kind in ("fence", "code_block"):
                self._code(token)
            elif kind == "hr":
                self._emit(Line("─" * 24, (Span(0, 24, "rule"),), wrap=False, source=_line_of(token)))
            else:
                self._structure(token)
            if token.nesting <= 0 and not token.hidden and token.level <= 0 and self.lines[-1:] != [BLANK]:
                self.lines.append(BLANK)
            index += 1

    def _structure(self, token: Token) -> None:
        """Follow lists and quotes opening and closing."""
        kind = token.type
        if kind == "list_item_open":
            # The number as it was written, which a list of Markdown would count anew.
            self._bullet = f"{token.info}{token.markup} " if token.info else "• "
            self._bullet_line = _line_of(token)
            self._indents.append(" " * len(self._bullet))
        elif kind == "list_item_close":
            if self._bullet is not None:
                self._emit(Line("", source=self._bullet_line))
            self._indents.pop()
        elif kind == "blockquote_open":
            self._indents.append("▎ ")
        elif kind == "blockquote_close":
            self._indents.pop()

    def _emit(self, line: Line) -> None:
        """Append a line behind the open bullet and indents.

        Pieces that are harmless alone may pile up accents together, so the whole is made visible once more.
        """
        text = line.text if line.text.isascii() else visible(line.text)
        if text != line.text:
            line = line._replace(text=text, spans=tuple(span for span in line.spans if span.end <= len(text)))
        rest = "".join(self._indents[:MAX_NESTING])
        first = rest
        if self._bullet is not None:
            first = (
                "".join(self._indents[: MAX_NESTING - 1 if len(self._indents) > MAX_NESTING else -1]) + self._bullet
            )
            self._bullet = None
        style = "quote" if "▎" in rest else "bullet" if first != rest else ""
        self.lines.append(
            line._replace(first=first + line.first, rest=rest + line.rest, prefix_style=style or line.prefix_style)
        )

    def _text(self, token: Token, opening: Token) -> None:
        children = token.children or []
        if self._bullet is not None and children and (task := _TASK.match(children[0].content)):
            self._bullet = "☐ " if task[1] == " " else "☑ "
            children[0].content = children[0].content[len(task[0]) :]
        styles = []
        if opening.type == "heading_open":
            styles = ["heading", "heading-high"] if opening.tag in ("h1", "h2") else ["heading"]
        elif any("▎" in indent for indent in self._indents):
            styles = ["quote"]
        for number, (text, spans) in enumerate(styled_lines(children), _line_of(token)):
            over = tuple(Span(0, len(text), style) for style in styles if text)
            self._emit(Line(text, over + spans, source=number))

    def _code(self, token: Token) -> None:
        code = visible(token.content.removesuffix("\n"))
        first, end = token.map or [-1, 0]
        number = min(first + (token.type == "fence"), end - 1)
        for line in code_lines(code, visible(token.info.strip()), number, self._highlighter):
            self._emit(line)

    def _table(self, tokens: list[Token], index: int) -> int:
        rows: list[TableRow] = []
        aligns: list[str] = []
        while tokens[index].type != "table_close":
            token = tokens[index]
            if token.type == "tr_open":
                rows.append(TableRow([], _line_of(token)))
            elif token.type == "th_open":
                aligns.append(str(token.attrGet("style") or "").removeprefix("text-align:"))
            elif token.type == "inline":
                rows[-1].cells.append(styled_lines(token.children or []))
            index += 1
        for line in table_lines(rows, aligns, self._width):
            self._emit(line)
        self.lines.append(BLANK)
        return index


def _line_of(token: Token) -> int:
    """Return the line of the text that a token begins on."""
    return token.map[0] if token.map else -1
