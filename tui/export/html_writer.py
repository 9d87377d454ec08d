"""An export as one HTML page that stands alone: no script, no image, nothing from outside, and a policy that says so.

The list of conversations comes last, since only then all of them are known; the style sheet shows it first.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from store.domain.timestamps import format_canonical
from store.records import Kind
from tui.export import wording
from tui.export.html_prose import html, plain, typed
from tui.export.html_style import STYLE
from tui.text import times
from tui.text.message.attachments import card
from tui.text.message.tool_call_lines import summary_line
from tui.text.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from store.contract.stored_rows import StoredConversation, StoredMessage
    from store.domain.tool_calls import ToolCall, ToolCalls
    from store.records import Message
    from tui.export.export_format import Counts, Facts
    from tui.export.wording import Said
    from tui.text.message.attachments import Attachment

LISTED = 5000
"""Conversations that are listed at most."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
_RUN = re.compile(r"\[([a-z_]{1,20})\] (ok|attention|failed|running)(?:: (.*))?", re.DOTALL)
_WAYS = {"user": typed, "tool_calls": plain}
"""How what is no Markdown is written."""
_ROLES = {"user": "user", "assistant": "assistant"}


class HtmlWriter:
    """Writes conversations one after the other, messages with a gutter in the colour of who speaks."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._days = wording.Days(facts.zone)
        self._titles: list[str] = []
        self._kind = Kind.CHAT
        self._waits = False
        """Whether the last message was the person's, and nothing came after it yet."""

    def begin(self) -> Iterator[str]:
        """Yield the head of the page."""
        title = escape(one_line(self._facts.about))
        yield (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
            '<meta name="referrer" content="no-referrer">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title} · clawback</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
            f'<p class="origin">{escape(wording.origin(self._facts))}</p>\n'
        )

    def conversation(self, row: StoredConversation) -> Iterator[str]:
        """Yield the head of a conversation."""
        yield from self._close()
        self._days.forget()
        shown = row.conversation
        self._kind = shown.kind
        self._titles.append(wording.title(shown)[:200] if len(self._titles) < LISTED else "")
        yield (
            f'<article id="c{len(self._titles)}">\n<h1>{escape(wording.title(shown))}</h1>\n'
            f'<p class="about">{escape(wording.about(shown, self._facts.zone))}</p>\n'
        )

    def message(self, row: StoredMessage) -> Iterator[str]:
        """Yield a message."""
        message = row.message
        if message.role == "user":
            yield from self._unanswered()
        self._waits = message.role == "user"
        when = times.in_zone(message.created_at, self._facts.zone)
        if day := self._days.turn(when):
            yield f'<h2 class="day">{day}</h2>\n'
        said = wording.taken_apart(message)
        run = _RUN.fullmatch(said.text) if self._kind.is_machine and not said.flaws else None
        if said.calls is not None:
            yield _tools(said.calls)
        elif run is not None:
            yield self._run(self._time(message.created_at, when), run)
        else:
            yield self._said(message, self._time(message.created_at, when), said)

    def follow(self, message: Message) -> None:
        """Go on as if a message had been written."""
        self._waits = message.role == "user"
        self._days.turn(message.created_at)

    def end(self, counts: Counts) -> Iterator[str]:
        """Yield the list of conversations and the end of the page."""
        yield from self._close()
        if len(self._titles) > 1:
            yield f"<nav>\n<p>{len(self._titles):,} conversations</p>\n<ol>\n"
            for number, title in enumerate(self._titles[:LISTED], 1):
                yield f'<li><a href="#c{number}">{escape(title)}</a></li>\n'
            yield "</ol>\n</nav>\n"
        yield f"<footer>{escape(wording.outcome(counts))}</footer>\n</body>\n</html>\n"

    def _close(self) -> Iterator[str]:
        if self._titles:
            yield from self._unanswered()
            self._waits = False
            yield "</article>\n"

    def _unanswered(self) -> Iterator[str]:
        if self._waits:
            yield '<p class="note">no reply stored</p>\n'

    def _time(self, moment: datetime | None, local: datetime | None) -> str:
        """Return a time, handed over as it is and in the zone of the file."""
        if moment is None:
            return f"<time>{times.NO_DATE}</time>"
        full, clock = times.full(local, self._facts.zone), times.short_clock(local, self._facts.zone)
        _, _, offset = full.rpartition(" ")
        return f'<time datetime="{format_canonical(moment)}" title="{full}">{clock} {offset}</time>'

    def _said(self, message: Message, when: str, said: Said) -> str:
        flaws = f'<span class="flaw">⚠ {escape(said.flaws)}</span>' if said.flaws else ""
        body = ""
        if said.text.strip():
            body = _WAYS.get(message.role, html)(said.text)
        elif not said.attachments:
            body = f"<p><em>({'white space alone' if said.text else 'empty message'})</em></p>\n"
        cards = "".join(map(_card, said.attachments))
        return (
            f'<section class="message {_ROLES.get(message.role, "other")}">\n'
            f'<div class="who"><b>{escape(wording.role(message))}</b> {when} {flaws}</div>\n'
            f'<div class="said">\n{body}{cards}</div>\n</section>\n'
        )

    def _run(self, when: str, run: re.Match[str]) -> str:
        """Return a run of a routine as a line."""
        trigger, status, summary = run.groups()
        colour = {"ok": "good", "failed": "bad"}.get(status, "")
        return (
            f'<div class="run">{when}<span class="status"><span class="{colour}">{status}</span>'
            f' {escape(trigger)}</span><div class="said">{html(summary or "")}</div></div>\n'
        )


def _tools(calls: ToolCalls) -> str:
    """Return tool calls, folded."""
    narrative = f'<p class="narrative">{escape(visible(calls.narrative))}</p>\n' if calls.narrative else ""
    each = "".join(map(_call, calls.calls))
    return (
        f'<details class="tools">\n<summary>{_marked(summary_line(calls))}</summary>\n{narrative}{each}</details>\n'
    )


def _marked(summary: str) -> str:
    return escape(summary).replace("✓", '<span class="good">✓</span>').replace("✗", '<span class="bad">✗</span>')


def _call(call: ToolCall) -> str:
    mark = '<span class="good">✓</span>' if call.ok else '<span class="bad">✗</span>'
    parts = [f'<div class="call">\n<p>{mark} <b>{escape(one_line(call.name))}</b></p>\n']
    parts += [f"<p><em>{escape(visible(call.rationale))}</em></p>\n"] if call.rationale else []
    parts += [f'<pre class="bad">{escape(visible(call.error))}</pre>\n'] if call.error else []
    result = call.result or call.preview
    parts += [f"<pre>{escape(visible(result))}</pre>\n"] if result else []
    return "".join((*parts, "</div>\n"))


def _card(attachment: Attachment) -> str:
    label = escape(card(attachment))
    if not attachment.body:
        return f'<div class="card">{label}</div>\n'
    body = escape(visible(attachment.body))
    return f'<details class="card">\n<summary>{label}</summary>\n<pre>{body}</pre>\n</details>\n'
