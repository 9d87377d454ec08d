"""A message's Markdown as HTML that loads nothing, runs nothing and stays within its place.

What ``tui.text.markdown.blocks`` is for the terminal: the same parser, the same budget, the same distrust. Texts are
made visible again after parsing, since an entity such as ``&#27;`` becomes a control character only there.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from tui.text.budget import is_affordable
from tui.text.markdown.urls import shown_url
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_URL = re.compile(r"https?://[^\s<>\"'`]{1,2000}")
_TAIL = ".,;:!?)]}*_"
_LEAST_HEADING, _MOST_HEADING = 4, 6


def html(text: str) -> str:
    """Return Markdown as HTML, or as a plain text if it is too long or would take too long to read."""
    shown = visible(text).strip("\n")
    if not is_affordable(shown):
        return plain(shown)
    try:
        tokens = _parser().parse(shown)
        return str(_parser().renderer.render(tokens, _parser().options, {}))
    except RecursionError:
        return plain(shown)


def plain(text: str) -> str:
    """Return a text line by line, addresses as links."""
    return f'<p class="plain">{linked(visible(text))}</p>\n'


def linked(shown: str) -> str:
    """Return visible text, escaped, with its web addresses as links."""
    if "://" not in shown:
        return escape(shown)
    parts, place = [], 0
    for match in _URL.finditer(shown):
        address = match[0].rstrip(_TAIL)
        url = shown_url(address)
        if url is None:
            continue
        parts += [escape(shown[place : match.start()]), anchor(url), escape(address), "</a>"]
        place = match.start() + len(address)
    return "".join((*parts, escape(shown[place:])))


def anchor(url: str) -> str:
    """Return the opening tag of a link to an address that may be shown."""
    return f'<a href="{escape(url)}" rel="noreferrer noopener">'


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # A reference definition would vanish from the page; nothing that was said may.
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("reference")
    rules = {
        "text": _text, "code_inline": _code_inline, "fence": _code, "code_block": _code, "image": _image,
        "link_open": _link_open, "link_close": _link_close, "heading_open": _heading, "heading_close": _heading,
        "table_open": _table, "table_close": _table,
    }  # fmt: skip
    parser.renderer.rules.update(rules)  # type: ignore[attr-defined]  # the protocol lacks it
    return parser


def _is_in_link(tokens: Sequence[Token], index: int) -> bool:
    opened = [token for token in tokens[:index] if token.type in ("link_open", "link_close")]
    return bool(opened) and opened[-1].type == "link_open"


def _text(tokens: Sequence[Token], index: int, *_: Any) -> str:
    shown = visible(tokens[index].content)
    return escape(shown) if "://" in shown and _is_in_link(tokens, index) else linked(shown)


def _code_inline(tokens: Sequence[Token], index: int, *_: Any) -> str:
    return f"<code>{escape(visible(tokens[index].content))}</code>"


def _code(tokens: Sequence[Token], index: int, *_: Any) -> str:
    return f"<pre><code>{escape(visible(tokens[index].content))}</code></pre>\n"


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
