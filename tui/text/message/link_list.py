"""Every address in a message, with where it leads and what is odd about it; to be read before anything is opened.

Pure. Markdown links, images and bare addresses, also in code; of tool calls and of texts that are too costly to
parse, the bare ones. ``judge`` says which addresses may be opened.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from store.domain.pictures import without_pictures
from store.domain.tool_calls import parse_tool_calls
from tui.text.budget import is_affordable
from tui.text.markdown.hosts import unicode_host
from tui.text.markdown.urls import ANY_SCHEME, bare_addresses, looks_like, shown_url
from tui.text.message.hostile_text import texts_of
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from store.records import Message

LONGEST = 2_000
"""Characters of an address that may be opened; more is not read by anybody."""

_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24})(?:[/?#:].*)?", re.DOTALL)


class Link(NamedTuple):
    """An address in a message."""

    label: str
    """What it is called there; empty if it stands for itself."""
    target: str
    """The whole address, made visible."""
    host: str
    """Where a web browser would go, in ASCII; empty if that cannot be told."""
    url: str | None
    """What is opened; ``None`` if it is not."""
    notes: tuple[str, ...] = ()
    """What is odd about it, or why it is not opened, in words."""


def links_in(message: Message) -> list[Link]:
    """Return the addresses in a message, each once, in the order they stand there."""
    text = without_pictures(message.content)
    calls = parse_tool_calls(message.content) if message.role == "tool_calls" and message.is_whole else None
    if calls is not None:
        found: Iterator[tuple[str, str]] = _bare(texts_of(calls))
    elif is_affordable(text):
        found = _of_tokens(text)
    else:
        found = _bare(text)
    links: dict[str, Link] = {}
    for label, address in found:
        link = judge(label, address)
        known = links.get(link.target)
        if known is None or len(link.notes) > len(known.notes):
            links[link.target] = link
    return list(links.values())


def judge(label: str, address: str) -> Link:
    """Return what is to be known of an address before it is opened.

    Args:
        label: What it is called; empty, or the address, if it stands for itself.
        address: The address as it was written.
    """
    target = one_line(address)
    label = one_line(label)
    label = "" if label == target else label
    url = shown_url(address)
    if url is None or len(target) > LONGEST:
        host, reason = _refusal(address)
        return Link(label, target, host, None, (f"not opened: {reason}",))
    host = urlsplit(url).hostname or ""
    notes = []
    if written := one_line(unicode_host(host)):
        notes.append(f"the name is written {written}")
        if looks := looks_like(written):
            notes.append(f"⚠ looks like {looks}, and is another site")
    named = _HOST.fullmatch(label.lower())
    if named is not None and named[1].removeprefix("www.") != host.removeprefix("www."):
        notes.append(f"⚠ is called {named[1]}, and is another site")
    return Link(label, target, host, url, tuple(notes))


def _refusal(address: str) -> tuple[str, str]:
    """Return the host of an address that is not opened, as far as it has one, and why it is not."""
    try:
        parts = urlsplit(address)
        host = one_line(parts.hostname or "")
    except ValueError:
        return "", "it is no valid address"
    if one_line(address) != address or any(one.isspace() for one in address):
        return host, "it holds hidden characters or spaces"
    if parts.scheme not in ("http", "https"):
        return host, "only http and https are"
    if "@" in parts.netloc:
        user = parts.netloc.rpartition("@")[0]
        return host, f"⚠ {user} is but a user name; it leads to {host}"
    if len(address) > LONGEST:
        return host, f"it is longer than {LONGEST:,} characters"
    return host, "its host is no valid name"


def _bare(text: str) -> Iterator[tuple[str, str]]:
    for found in bare_addresses(text, ANY_SCHEME):
        yield "", found.address


def _of_tokens(text: str) -> Iterator[tuple[str, str]]:
    try:
        tokens = _parser().parse(text)
    except RecursionError:
        yield from _bare(text)
        return
    for token in tokens:
        if token.type == "inline":
            yield from _of_inline(token.children or [])
        elif token.content:
            yield from _bare(token.content)


def _of_inline(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    open_links: list[tuple[str, list[str]]] = []
    for token in tokens:
        if token.type == "link_open":
            open_links.append((str(token.attrGet("href") or ""), []))
        elif token.type == "link_close" and open_links:
            href, label = open_links.pop()
            yield "" if token.info == "auto" else "".join(label), href
        elif token.type == "image":
            yield f"image: {token.content}", str(token.attrGet("src") or "")
        elif open_links:
            open_links[-1][1].append(token.content)
        else:
            yield from _bare(token.content)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """Return a parser that takes every target for a link: all are to be listed."""
    from tui.text.markdown.parser import new_parser

    parser = new_parser()
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # how markdown-it is told so
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]  # how markdown-it is told so
    return parser
