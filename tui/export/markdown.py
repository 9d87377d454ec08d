"""An export as Markdown: headings of ours, messages as they were written.

A message that would not stay within its place (a code block left open, raw HTML, a definition of links) is fenced; it
stands there as it was written, too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.export import telling
from tui.text import times
from tui.text.attachments import card
from tui.text.budget import is_affordable
from tui.text.tools import summary_line, tool_lines
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from store.stored import StoredConversation, StoredMessage
    from tui.export.formats import Counts, Facts

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_TICKS = re.compile("`{3,}")


class MarkdownWriter:
    """Writes conversations one after the other, each message below who spoke and when."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._days = telling.Days(facts.zone)

    def begin(self) -> Iterator[str]:
        """Yield what the file is."""
        yield f"_{escaped(telling.origin(self._facts))}_\n"

    def conversation(self, row: StoredConversation) -> Iterator[str]:
        """Yield the head of a conversation."""
        self._days.forget()
        shown = row.conversation
        yield f"\n# {escaped(telling.title(shown))}\n\n{escaped(telling.about(shown, self._facts.zone))}\n"

    def message(self, row: StoredMessage) -> Iterator[str]:
        """Yield a message."""
        message = row.message
        said = telling.taken_apart(message)
        if day := self._days.turn(message.created_at):
            yield f"\n## {day}\n"
        flaws = f" ⚠ {escaped(said.flaws)}" if said.flaws else ""
        when = times.full(message.created_at, self._facts.zone)
        yield f"\n#### {escaped(telling.role(message))} · {when}{flaws}\n\n"
        if said.calls is not None:
            yield f"{escaped(summary_line(said.calls))}\n\n"
            yield fenced("\n".join(f"{line.first}{line.text}" for line in tool_lines(said.calls)))
        elif said.text:
            yield body(said.text)
        elif not said.attachments:
            yield "_(empty message)_\n"
        for attachment in said.attachments:
            yield f"\n{escaped(card(attachment))}\n\n"
            if attachment.body:
                yield fenced(visible(attachment.body))

    def end(self, counts: Counts) -> Iterator[str]:
        """Yield what the file holds."""
        yield f"\n---\n\n_{escaped(telling.outcome(counts))}_\n"


def escaped(text: str) -> str:
    """Return a line that is harmless already as Markdown for exactly that line."""
    return _MARKUP.sub(r"\\\1", text)


def fenced(text: str) -> str:
    """Return a text as a code block whose fence nothing in it can close."""
    longest = max(map(len, _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def body(text: str) -> str:
    """Return a message as it was written, fenced if it would reach beyond its end."""
    shown = visible(text).strip("\n")
    return f"{shown}\n" if stays_in_place(shown) else fenced(shown)


def stays_in_place(text: str) -> bool:
    """Tell whether Markdown after a text is read as if the text were not there."""
    if not is_affordable(text):
        return False
    environment: dict[str, object] = {}
    try:
        tokens = _parser().parse(text, environment)
    except RecursionError:
        return False
    if environment.get("references") or any(_is_raw(token) for token in tokens):
        return False
    last = next((token for token in reversed(tokens) if token.level == 0), None)
    return last is None or last.type != "fence" or _is_closed(text, last)


def _is_raw(token: Token) -> bool:
    return token.type == "html_block" or any(child.type == "html_inline" for child in token.children or [])


def _is_closed(text: str, fence: Token) -> bool:
    """Tell whether the code block that ends a text was closed: then its last line is a fence and no code."""
    lines = text.split("\n")
    start, stop = fence.map or [0, len(lines)]
    closing = lines[min(stop, len(lines)) - 1].strip()
    code = fence.content.count("\n")
    return stop - start == code + 2 and set(closing) == {fence.markup[0]} and len(closing) >= len(fence.markup)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only when something is exported

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
