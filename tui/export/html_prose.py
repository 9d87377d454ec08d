"""A message's Markdown as HTML that loads nothing, runs nothing and stays within its place.

What ``tui.text.markdown.blocks`` is for the terminal: the same parser, the same budget, the same distrust. Texts are
made visible again after parsing, since an entity such as ``&#27;`` becomes a control character only there.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from tui.export.quick_markdown import code_block, quick_html
from tui.text.budget import is_affordable
from tui.text.markdown.typed import pieces
from tui.text.markdown.urls import bare_addresses, shown_url
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LEAST_HEADING, _MOST_HEADING = 4, 6


def html(text: str) -> str:
    """Return Markdown as HTML, or as a plain text if it is too long or would take too long to read."""
    shown = visible(text).strip("\n")
    if not is_affordable(shown):
        return plain(shown)
    try:
        return quick_html(shown, _parsed)
    except RecursionError:
        return plain(shown)


def _parsed(text: str) -> str:
    tokens = _parser().parse(text)
    return str(_parser().renderer.render(tokens, _parser().options, {}))


def typed(text: str) -> str:
    """Return what a person typed as it is: its fenced code set apart, addresses as links."""
    parts = pieces(visible(text).rstrip("\n"))
    return "".join(code_block(each.text, each.info) if each.is_code else plain(each.text) for each in parts)


def plain(text: str) -> str:
    """Return a text line by line, addresses as links."""
    return f'<p class="plain">{linked(visible(text))}</p>\n'


def linked(shown: str) -> str:
    """Return visible text, escaped, with its web addresses as links."""
    if "://" not in shown:
        return escape(shown)
    parts, place = [], 0
    for found in bare_addresses(shown):
        url = shown_url(found.address)
        if url is None:
            continue
        parts += [escape(shown[place : found.start]), anchor(url), escape(found.address), "</a>"]
        place = found.end
    return "".join((*parts, escape(shown[place:])))


def anchor(url: str) -> str:
    """Return the opening tag of a link to an address that may be shown."""
    return f'<a href="{escape(url)}" rel="noreferrer noopener">'


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from tui.text.markdown.parser import new_parser

    parser = new_parser()
    rules = {
        "text": _text, "code_inline": _code_inline, "fence": _code, "code_block": _code, "image": _image,
        "link_open": _link_open, "link_close": _link_close, "heading_open": _heading, "heading_close": _heading,
        "list_item_open": _item, "softbreak": _line_break, "table_open": _table, "table_close": _table,
    }  # fmt: skip
    parser.renderer.rules.update(rules)  # type: ignore[attr-defined]  # the protocol lacks it
    return parser


def _text(tokens: Sequence[Token], index: int, *_: Any) -> str:
    return escape(visible(tokens[index].content))


def _code_inline(tokens: Sequence[Token], index: int, *_: Any) -> str:
    return f"<code>{escape(visible(tokens[index].content))}</code>"


def _code(tokens: Sequence[Token], index: int, *_: Any) -> str:
    token = tokens[index]
    return code_block(visible(token.content).removesuffix("\n"), visible(token.info.strip()))


def _item(tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Return the beginning of a list's item, its number as it was written, which HTML would count anew."""
    token = tokens[index]
    return f'<li><span class="number">{token.info}{token.markup}</span> ' if token.info else "<li>"


def _line_break(*_: Any) -> str:
    """Return a line break where one was written, as the terminal shows it."""
    return "<br>\n"


def _image(tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Return the words that stand for an image, and where it would have been loaded from."""
    token = tokens[index]
    label = visible(token.content).replace("\n", " ")
    address = visible(str(token.attrGet("src") or "")).replace("\n", " ")
    return f'▣ {escape(label)} <span class="address">({escape(address[:200])})</span>'


def _link_open(tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Return the beginning of a link, or of words with no link, if the address is none that may be shown."""
    url = _target(tokens[index])
    return "<span>" if url is None else anchor(url)


def _link_close(tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Return the end of a link; the address stands behind it unless it is what was to be read anyway."""
    opening = next(token for token in reversed(tokens[:index]) if token.type == "link_open")
    label = "".join(token.content for token in tokens[tokens.index(opening) + 1 : index])
    if opening.info == "auto" and _target(opening) is None:
        return "</span>"
    url = _target(opening)
    address = url or visible(str(opening.attrGet("href") or "")).replace("\n", " ")[:200]
    tail = "" if label == address else f' <span class="address">({escape(address)})</span>'
    return f"{'</span>' if url is None else '</a>'}{tail}"


def _target(token: Token) -> str | None:
    return shown_url(str(token.attrGet("href") or ""))


def _heading(tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Return a heading below those of the page."""
    level = min(int(tokens[index].tag[1:]) + _LEAST_HEADING - 1, _MOST_HEADING)
    return f"<h{level}>" if tokens[index].nesting > 0 else f"</h{level}>\n"


def _table(tokens: Sequence[Token], index: int, *_: Any) -> str:
    return '<div class="wide"><table>\n' if tokens[index].nesting > 0 else "</table></div>\n"
