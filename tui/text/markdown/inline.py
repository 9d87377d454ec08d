"""Running text with its styles: what stands inside a paragraph, a heading or a table cell.

A link shows where it leads: its address follows the label unless it is the label. Only http and https are links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.text.lines import Span
from tui.text.markdown.urls import bare_addresses, shown_url
from tui.text.visible import visible
from tui.text.wrap import fit

if TYPE_CHECKING:
    from markdown_it.token import Token

ADDRESS_WIDTH = 80
"""Columns of an address that is no web link, such as ``data:``."""

StyledText = tuple[str, tuple[Span, ...]]

_STYLE_OF_TAG = {"strong": "strong", "em": "em", "s": "strike"}


def styled_lines(tokens: list[Token]) -> list[StyledText]:
    """Return the children of an inline token as text, one entry for each line break in it."""
    builder = _Builder()
    for token in tokens:
        builder.add(token)
    return builder.finish()


def mark_urls(text: str) -> StyledText:
    """Return text with its bare web addresses marked, a look-alike host spelled out behind its address."""
    if "://" not in text:
        return text, ()
    spans: list[Span] = []
    shown = ""
    done = 0
    for found in bare_addresses(text):
        url: str | None = found.address
        if not found.address.isascii() or "@" in found.address:
            url = shown_url(found.address)
        if url is None:
            continue
        shown += text[done : found.end]
        done = found.end
        spans.append(Span(len(shown) - len(found.address), len(shown), "link"))
        if url != found.address:
            spans.append(Span(len(shown), len(shown) + len(url) + 3, "url"))
            shown += f" ({url})"
    return shown + text[done:], tuple(spans)


class _Builder:
    """Collects text and styles token by token."""

    def __init__(self) -> None:
        self._lines: list[StyledText] = []
        self._text = ""
        self._spans: list[Span] = []
        self._styles: list[tuple[str, int]] = []
        self._links: list[tuple[str, int]] = []

    def add(self, token: Token) -> None:
        """Append what a token says."""
        kind = token.type
        if kind in ("softbreak", "hardbreak"):
            self._break()
        elif kind == "code_inline":
            self._append(_clean(token.content), "code")
        elif kind == "link_open":
            self._links.append((str(token.attrGet("href") or ""), len(self._text)))
        elif kind == "link_close" and self._links:
            href, start = self._links.pop()
            if token.info != "auto" or shown_url(href) is not None:
                self._spell_out(href, start, is_image=False)
        elif kind == "image":
            start = len(self._text)
            self._append(f"[image: {_clean(token.content)}]", "image")
            self._spell_out(str(token.attrGet("src") or ""), start, is_image=True)
        elif token.nesting == 1:
            self._styles.append((_STYLE_OF_TAG.get(token.tag, "em"), len(self._text)))
        elif token.nesting == -1 and self._styles:
            style, start = self._styles.pop()
            self._style(start, style)
        else:
            self._text += _clean(token.content)

    def finish(self) -> list[StyledText]:
        """Return the lines."""
        self._break()
        return self._lines

    def _break(self) -> None:
        """End the line; styles and links that are open go on on the next."""
        for style, start in self._styles:
            self._style(start, style)
        for href, start in self._links:
            if shown_url(href) is not None:
                self._style(start, "link")
        self._lines.append((self._text, tuple(self._spans)))
        self._text, self._spans = "", []
        self._styles = [(style, 0) for style, _ in self._styles]
        self._links = [(href, 0) for href, _ in self._links]

    def _append(self, text: str, style: str) -> None:
        self._text += text
        self._style(len(self._text) - len(text), style)

    def _style(self, start: int, style: str) -> None:
        if start < len(self._text):
            self._spans.append(Span(start, len(self._text), style))

    def _spell_out(self, href: str, start: int, *, is_image: bool) -> None:
        """Put the target behind a label unless the label is the target."""
        url = shown_url(href)
        label = self._text[start:]
        if url is None:
            address = fit(_clean(href), ADDRESS_WIDTH)
            self._text += f" ({address})" if address and address != label else ""
            return
        if not is_image:
            self._style(start, "link")
        if label != url:
            self._append(f" ({url})", "url")


def _clean(text: str) -> str:
    return visible(text).replace("\n", " ")
