"""An export as Markdown: headings of ours, messages as they were written, people's as they typed them.

Only we write headings of the levels that tell conversations, days and messages apart: those of a message are put
below them. A message of the assistant that would not stay within its place (a code block left open, raw HTML, a
definition of links) is fenced; it stands there as it was written, too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from store.domain.turns import USER
from tui.export import wording
from tui.export.fences import fenced
from tui.export.typed_markdown import typed_markdown
from tui.text import times
from tui.text.budget import is_affordable
from tui.text.message.attachments import card
from tui.text.message.tool_call_lines import summary_line, tool_lines
from tui.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from store.contract.stored_rows import StoredConversation, StoredMessage
    from store.records import Message
    from tui.export.export_format import Counts, Facts

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_MOST_HEADING, _MESSAGE_HEADING = 6, 4
_END = "#### end"
_ENDING = [("heading_open", 0, ""), ("inline", 1, "end"), ("heading_close", 0, "")]


class MarkdownWriter:
    """Writes conversations one after the other, each message below who spoke and when."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._days = wording.Days(facts.zone)

    def begin(self) -> Iterator[str]:
        """Yield what the file is."""
        yield f"_{escaped(wording.origin(self._facts))}_\n"

    def conversation(self, row: StoredConversation) -> Iterator[str]:
        """Yield the head of a conversation."""
        self._days.forget()
        shown = row.conversation
        yield f"\n# {escaped(wording.title(shown))}\n\n{escaped(wording.about(shown, self._facts.zone))}\n"

    def message(self, row: StoredMessage) -> Iterator[str]:
        """Yield a message."""
        message = row.message
        said = wording.taken_apart(message)
        if day := self._days.turn(message.created_at):
            yield f"\n## {day}\n"
        flaws = f" ⚠ {escaped(said.flaws)}" if said.flaws else ""
        when = times.full(message.created_at, self._facts.zone)
        yield f"\n#### {escaped(wording.role(message))} · {when}{flaws}\n\n"
        if said.calls is not None:
            yield f"{escaped(summary_line(said.calls))}\n\n"
            yield fenced("\n".join(f"{line.first}{line.text}" for line in tool_lines(said.calls)))
        elif said.text:
            yield typed_markdown(said.text) if message.role == USER else body(said.text)
        elif not said.attachments:
            yield "_(empty message)_\n"
        for attachment in said.attachments:
            yield f"\n{escaped(card(attachment))}\n\n"
            if attachment.body:
                yield fenced(visible(attachment.body))

    def follow(self, message: Message) -> None:
        """Go on as if a message had been written."""
        self._days.turn(message.created_at)

    def end(self, counts: Counts) -> Iterator[str]:
        """Yield what the file holds."""
        yield f"\n---\n\n_{escaped(wording.outcome(counts))}_\n"


def escaped(text: str) -> str:
    """Return a line that is harmless already as Markdown for exactly that line."""
    return _MARKUP.sub(r"\\\1", text)


def body(text: str) -> str:
    """Return a message as it was written, its headings below ours, fenced if it would reach beyond its end."""
    shown = visible(text).strip("\n")
    tokens = _tokens(shown)
    if tokens is not None and any(map(_is_ours, tokens)):
        shown = _demoted(shown, tokens)
        tokens = _tokens(shown)
    return fenced(shown) if tokens is None or any(map(_is_ours, tokens)) else f"{shown}\n"


def _tokens(text: str) -> list[Token] | None:
    """Return what a text is made of, ``None`` unless Markdown after it is read as if the text were not there."""
    if not is_affordable(text):
        return None
    environment: dict[str, object] = {}
    try:
        tokens = _parser().parse(f"{text}\n\n{_END}\n", environment)
    except RecursionError:
        return None
    if environment.get("references") or any(_is_raw(token) for token in tokens):
        return None
    ending = [(token.type, token.level, token.content) for token in tokens[-3:]]
    return tokens[:-3] if ending == _ENDING else None


def _is_ours(token: Token) -> bool:
    """Tell whether a token begins a heading of a level that only we may write."""
    return token.type == "heading_open" and int(token.tag[1:]) <= _MESSAGE_HEADING


def _demoted(text: str, tokens: list[Token]) -> str:
    """Return a text with its headings below ours; those that are underlined become what was typed.

    No marker of a list or a quote, which may stand before it, has a character of a heading's own.
    """
    lines = text.split("\n")
    for token in filter(_is_ours, tokens):
        start, stop = token.map or [0, 1]
        if token.markup.startswith("#"):
            level = min(len(token.markup) + _MESSAGE_HEADING, _MOST_HEADING)
            lines[start] = lines[start].replace(token.markup, "#" * level, 1)
        else:
            lines[stop - 1] = lines[stop - 1].replace(token.markup, f"\\{token.markup}", 1)
    return "\n".join(lines)


def _is_raw(token: Token) -> bool:
    return token.type == "html_block" or any(child.type == "html_inline" for child in token.children or [])


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
