"""The Markdown that most messages are made of as HTML, without the parser, which takes ten times as long.

That is paragraphs, flat lists and fenced code, each begun at the left edge, with ``**words**`` and `` `code` `` in
them, and nothing that could be anything else. Such blocks stand for themselves wherever they are; what lies between
them is left to the parser, and the page is the same to the last byte.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from tui.text.budget import has_doubtful_fence, opening_fence
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TEXT = r"[^\\`*_\[<&~\n]"
_CODE = r"`[^`\s](?:[^`\n]*[^`\s])?`(?!`)"
# What is on either side of the stars leaves no doubt that they open and close, see ``literal``.
_BOLD = rf"(?<![^\s(])\*\*(?=[A-Za-z0-9]){_TEXT}+(?<=[A-Za-z0-9])\*\*(?=[.,:;!?)]?(?:\s|\Z))"
_INLINE = rf"(?=[^\W\d_]|`|\*\*)(?:{_TEXT}++|{_CODE}|{_BOLD})++(?<=\S)"
_line = re.compile(_INLINE).fullmatch
_item = re.compile(rf"(?:([-*+])|([0-9]{{1,9}})([.)])) ({_INLINE})").fullmatch
_marked = re.compile(r"`([^`]*)`|\*\*([^*]*)\*\*").finditer


class _Block(NamedTuple):
    """Neighbouring lines, set apart by blank lines or fences."""

    text: str
    html: str | None
    """``None`` for what is left to the parser."""
    begins_list: bool = False
    ends_list: bool = False
    """Whether it begins or ends with a list, which another one would go on."""


def quick_html(shown: str, parsed: Callable[[str], str]) -> str:
    """Return Markdown as HTML.

    Args:
        shown: Visible text without line breaks at its ends.
        parsed: Returns the same of any Markdown.
    """
    blocks = _blocks(shown)
    if blocks is None:
        return parsed(shown)
    pages: list[str] = []
    waiting: list[str] = []
    for text, html, *_ in _without_doubt(blocks):
        if html is None:
            waiting.append(text)
            continue
        if waiting:
            pages.append(parsed("\n\n".join(waiting)))
            waiting.clear()
        pages.append(html)
    if waiting:
        pages.append(parsed("\n\n".join(waiting)))
    return "".join(pages)


def code_block(code: str, info: str) -> str:
    """Return a code block below what stands behind its fence; both are visible text."""
    label = f'<p class="info">{escape(info)}</p>\n' if info else ""
    return f"{label}<pre><code>{escape(code)}\n</code></pre>\n"


def _blocks(shown: str) -> list[_Block] | None:
    """Return the blocks of a text; ``None`` if it has a fence of which it is not clear where it ends."""
    if "```" not in shown and "~~~" not in shown:
        return list(map(_block, shown.split("\n\n")))
    if has_doubtful_fence(shown):
        return None
    blocks: list[_Block] = []
    outside: list[str] = []
    lines = iter(shown.split("\n"))
    for line in lines:
        fence = opening_fence(line)
        if fence is None:
            outside.append(line)
            continue
        code = _code(lines, fence[1])
        if code is None:
            return None
        blocks += _outside(outside)
        outside.clear()
        blocks.append(_Block("", code_block(visible(code), visible(line[fence.end() :].strip()))))
    return [*blocks, *_outside(outside)]


def _outside(lines: list[str]) -> Iterator[_Block]:
    text = "\n".join(lines).strip("\n")
    return map(_block, text.split("\n\n") if text else ())


def _code(lines: Iterator[str], fence: str) -> str | None:
    """Return the lines up to the one that closes a fence; ``None`` if none does."""
    code: list[str] = []
    for line in lines:
        if line.startswith(fence) and not line.rstrip(" ").strip(fence[0]):
            return "\n".join(code)
        code.append(line)
    return None


def _block(text: str) -> _Block:
    lines = text.split("\n")
    first = 0
    for line in lines:
        if _line(line) is None:
            break
        first += 1
    if "://" in text:
        return _Block(text, None)
    paragraph = "<br>\n".join(map(_inline, lines[:first]))
    page = f"<p>{paragraph}</p>\n" if first else ""
    if first == len(lines):
        return _Block(text, page)
    items = [item for line in lines[first:] if (item := _item(line)) is not None]
    # A list with numbers may go on with the paragraph before it.
    if first + len(items) < len(lines) or len({(item[1], item[3]) for item in items}) > 1 or (first and items[0][2]):
        return _Block(text, None)
    return _Block(text, page + _list(items), begins_list=not first, ends_list=True)


def _list(items: list[re.Match[str]]) -> str:
    start = items[0][2]
    if not start:
        rows = [f"<li>{_inline(item[4])}</li>\n" for item in items]
        return f"<ul>\n{''.join(rows)}</ul>\n"
    rows = [f'<li><span class="number">{item[2]}{item[3]}</span> {_inline(item[4])}</li>\n' for item in items]
    attribute = "" if int(start) == 1 else f' start="{int(start)}"'
    return f"<ol{attribute}>\n{''.join(rows)}</ol>\n"


def _inline(line: str) -> str:
    if "`" not in line and "**" not in line:
        return _escaped(line)
    parts: list[str] = []
    place = 0
    for match in _marked(line):
        words = _escaped(match[1] or match[2])
        marked = f"<strong>{words}</strong>" if match[1] is None else f"<code>{words}</code>"
        parts += [_escaped(line[place : match.start()]), marked]
        place = match.end()
    return "".join((*parts, _escaped(line[place:])))


def _escaped(part: str) -> str:
    """Return a part of visible text, which may be none any more without what stood around it."""
    return escape(part if part.isascii() else visible(part))


def _without_doubt(blocks: list[_Block]) -> list[_Block]:
    """Return the same blocks, those of them left to the parser whose list begins before them or goes on behind."""
    sure = list(blocks)
    for number in range(len(sure) - 2, -1, -1):
        following = sure[number + 1]
        if sure[number].ends_list and (following.html is None or following.begins_list):
            sure[number] = sure[number]._replace(html=None)
    for number in range(1, len(sure)):
        if sure[number].begins_list and sure[number - 1].html is None:
            sure[number] = sure[number]._replace(html=None)
    return sure
