"""Markdown to logical lines, under a budget that no message can exceed.

Pure. markdown-it-py parses; ``_Writer`` walks its tokens. Texts are sanitised again after parsing, since an entity
such as ``&#27;`` becomes a control character only there. Pygments colours code; both are loaded at first use.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tui.text.budget import is_affordable
from tui.text.lines import BLANK, Line, Span
from tui.text.links import shown_url
from tui.text.tables import TABLE_WIDTH, table_lines
from tui.text.visible import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_CODE = 8_000
"""Characters of a code block that is coloured."""
MAX_TOKENS = 1_500
"""Tokens of code that are coloured in one message; what follows is plain."""
MAX_NESTING = 12
"""Lists and quotes within each other that are indented; deeper ones stay at that indent."""

_URL = re.compile(r"https?://[^\s<>\"'`|]+[^\s<>\"'`|.,;:!?)\]}*_~]")
_TASK = re.compile(r"\[([ xX])\] ")
_CODE_STYLES = (
    ("Keyword", "code-keyword"),
    ("Literal.String", "code-string"),
    ("Literal.Number", "code-number"),
    ("Comment", "code-comment"),
    ("Name.Function", "code-name"),
    ("Name.Class", "code-name"),
    ("Name.Tag", "code-name"),
    ("Name.Attribute", "code-name"),
    ("Name.Builtin", "code-name"),
    ("Name.Decorator", "code-name"),
    ("Operator", "code-operator"),
    ("Punctuation", "code-operator"),
)


def plain(text: str) -> list[Line]:
    """Return a text line by line, URLs marked, nothing else read into it."""
    return [Line(row, _url_spans(row)) for row in visible(text).split("\n")]


def prose(text: str, width: int = TABLE_WIDTH) -> list[Line]:
    """Return Markdown as logical lines, or ``plain`` if the text is too long or would take too long to read.

    Args:
        text: Markdown.
        width: Columns that a table may take; all else is independent of it.
    """
    text = visible(text).strip("\n")
    if not is_affordable(text):
        return plain(text)
    try:
        tokens = _parser().parse(text)
        writer = _Writer(width)
        writer.write(tokens)
    except RecursionError:
        return plain(text)
    while writer.lines and writer.lines[-1] is BLANK:
        writer.lines.pop()
    return writer.lines


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 9 ms, only when something is read

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


class _Writer:
    """Turns block tokens into lines, keeping the prefix of the lists and quotes that are open."""

    def __init__(self, width: int) -> None:
        self.lines: list[Line] = []
        self._width = width
        self._indents: list[str] = []
        self._bullet: str | None = None
        self._numbers: list[int | None] = []
        self._tight = False

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
                self._emit(Line("─" * 24, (Span(0, 24, "rule"),), wrap=False))
            else:
                self._structure(token)
            if token.nesting <= 0 and not token.hidden and token.level <= 0 and self.lines[-1:] != [BLANK]:
                self.lines.append(BLANK)
            index += 1

    def _structure(self, token: Token) -> None:
        """Follow lists and quotes opening and closing."""
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            start = token.attrGet("start") if kind == "ordered_list_open" else None
            self._numbers.append(int(start or 1) if kind == "ordered_list_open" else None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._numbers.pop()
        elif kind == "list_item_open":
            number = self._numbers[-1]
            self._bullet = "• " if number is None else f"{number}. "
            if number is not None:
                self._numbers[-1] = number + 1
            self._indents.append(" " * len(self._bullet))
        elif kind == "list_item_close":
            if self._bullet is not None:
                self._emit(Line(""))
            self._indents.pop()
        elif kind == "blockquote_open":
            self._indents.append("▎ ")
        elif kind == "blockquote_close":
            self._indents.pop()

    def _emit(self, line: Line) -> None:
        """Append a line behind the open bullet and indents."""
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
        for text, spans in inline_lines(children):
            over = tuple(Span(0, len(text), style) for style in styles)
            self._emit(Line(text, over + spans))

    def _code(self, token: Token) -> None:
        code = token.content.rstrip("\n")
        language = token.info.split()[0] if token.info.split() else ""
        label = visible(language)[:24]
        if label:
            self._emit(
                Line(
                    label, (Span(0, len(label), "code-label"),), first="  ", rest="  ", fill="code-block", wrap=False
                )
            )
        for text, spans in _code_rows(code, language):
            self._emit(Line(text, spans, first="  ", rest="  ", fill="code-block", wrap=False))

    def _table(self, tokens: list[Token], index: int) -> int:
        rows: list[list[tuple[str, tuple[Span, ...]]]] = []
        aligns: list[str] = []
        while tokens[index].type != "table_close":
            token = tokens[index]
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                aligns.append(str(token.attrGet("style") or "").removeprefix("text-align:"))
            elif token.type == "inline":
                cell = inline_lines(token.children or [])
                rows[-1].append(cell[0] if cell else ("", ()))
            index += 1
        for line in table_lines(rows, aligns, self._width):
            self._emit(line)
        self.lines.append(BLANK)
        return index


def inline_lines(tokens: list[Token]) -> list[tuple[str, tuple[Span, ...]]]:
    """Return running text with its styles, one entry for each line break in it."""
    lines: list[tuple[str, tuple[Span, ...]]] = []
    text = ""
    spans: list[Span] = []
    opened: list[tuple[str, int]] = []
    hrefs: list[tuple[str, int]] = []
    for token in tokens:
        kind = token.type
        if kind in ("softbreak", "hardbreak"):
            spans += [Span(start, len(text), style) for style, start in opened if start < len(text)]
            lines.append((text, tuple(spans)))
            text, spans, opened = "", [], [(style, 0) for style, _ in opened]
        elif kind == "text":
            piece = visible(token.content).replace("\n", " ")
            if not hrefs:
                spans += _url_spans(piece, len(text))
            text += piece
        elif kind == "code_inline":
            piece = visible(token.content).replace("\n", " ")
            spans.append(Span(len(text), len(text) + len(piece), "code"))
            text += piece
        elif kind == "link_open":
            hrefs.append((str(token.attrGet("href") or ""), len(text)))
        elif kind == "link_close" and hrefs:
            href, start = hrefs.pop()
            text = _close_link(text, start, href, spans)
        elif kind == "image":
            label = f"[image: {visible(token.content).replace(chr(10), ' ')}]"
            spans.append(Span(len(text), len(text) + len(label), "image"))
            start = len(text)
            text = _close_link(text + label, start, str(token.attrGet("src") or ""), spans, is_image=True)
        elif token.nesting == 1:
            opened.append((_INLINE.get(token.tag, "em"), len(text)))
        elif token.nesting == -1 and opened:
            style, start = opened.pop()
            if start < len(text):
                spans.append(Span(start, len(text), style))
        elif token.content:
            text += visible(token.content).replace("\n", " ")
    spans += [Span(start, len(text), style) for style, start in opened if start < len(text)]
    lines.append((text, tuple(spans)))
    return lines


_INLINE = {"strong": "strong", "em": "em", "s": "strike"}


def _close_link(text: str, start: int, href: str, spans: list[Span], *, is_image: bool = False) -> str:
    """Mark a link's label and spell its target out behind it, unless the label is the target."""
    url = shown_url(href)
    if url is None:
        address = visible(href).replace("\n", " ")
        return f"{text} ({address})" if address and address != text[start:] else text
    if not is_image:
        spans.append(Span(min(start, len(text)), len(text), "link"))
    if text[start:] == url:
        return text
    tail = f" ({url})"
    spans.append(Span(len(text), len(text) + len(tail), "url"))
    return text + tail


def _url_spans(text: str, offset: int = 0) -> tuple[Span, ...]:
    if "://" not in text:
        return ()
    return tuple(Span(offset + match.start(), offset + match.end(), "link") for match in _URL.finditer(text))


def _code_rows(code: str, language: str) -> list[tuple[str, tuple[Span, ...]]]:
    code = visible(code)
    if not language or len(code) > MAX_CODE:
        return [(row, ()) for row in code.split("\n")]
    rows: list[tuple[str, tuple[Span, ...]]] = []
    text = ""
    spans: list[Span] = []
    for kind, piece in _lex(code, language):
        style = _code_style(str(kind))
        for number, part in enumerate(piece.split("\n")):
            if number:
                rows.append((text, tuple(spans)))
                text, spans = "", []
            if part and style:
                spans.append(Span(len(text), len(text) + len(part), style))
            text += part
    rows.append((text, tuple(spans)))
    while len(rows) > 1 and not rows[-1][0] and len(rows) > code.count("\n") + 1:
        rows.pop()
    return rows


def _lex(code: str, language: str) -> list[tuple[Any, str]]:
    lexer = _lexer(language.lower())
    return [("Text", code)] if lexer is None else list(lexer.get_tokens(code))


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 - 31 ms, only when code is read
    from pygments.util import ClassNotFound  # noqa: PLC0415 - as above

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=256)
def _code_style(kind: str) -> str:
    name = kind.removeprefix("Token.")
    return next((style for prefix, style in _CODE_STYLES if name.startswith(prefix)), "")
