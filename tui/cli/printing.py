"""What the commands for pipes print: clean lines for people, one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from store import open_store
from store.domain.pictures import without_pictures
from store.domain.query import excerpt, parse_query
from store.domain.search_results import Findings
from store.domain.timestamps import moment_of
from tui.cli import about
from tui.cli.conversation_id import named
from tui.cli.output import is_terminal, say
from tui.config.date_order import date_order
from tui.config.state import index_folder
from tui.text import times
from tui.text.nearest import nearest
from tui.text.query_hint import hint_of
from tui.text.visible import one_line, visible
from tui.text.wrap import fit
from tui.text.zone import SystemZone

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from store.domain.search_results import Finding
    from store.environment.source import Source
    from store.records import Conversation, Message

PAGE = 500
"""Rows read at a time."""
EXCERPT = 100
"""Characters of a hit that are shown to people."""
NOTHING_FOUND = 1
"""Exit status of a search without a hit."""


async def print_list(source: Source, channel: str | None, limit: int | None, as_json: bool) -> int | None:
    """Print conversations, newest first; say on stderr who is there if there are none.

    Args:
        source: Where the history lies, and whose conversations are printed.
        channel: Only those of this channel; ``None`` for all.
        limit: How many at most; ``None`` for all.
        as_json: Whether each is a JSON object on a line.

    Raises:
        StoreError: the database cannot be opened or read.
    """
    async with open_store(source.target, read_only=True) as store:
        left, after, printed = limit, None, 0
        while left is None or left > 0:
            page = await store.list_conversations(
                source.owner, channel=channel, after=after, limit=min(PAGE, left or PAGE)
            )
            for conversation in page.conversations:
                if as_json:
                    say(json.dumps(_conversation_facts(conversation)))
                else:
                    _say_line(_list_line(conversation))
            printed += len(page.conversations)
            if not page.has_older:
                break
            after = page.conversations[-1].cursor
            left = None if left is None else left - len(page.conversations)
        if not printed:
            await _say_who_is_there(store, source.owner, channel)
        return None


async def print_search(source: Source, typed: str, as_json: bool) -> int | None:
    """Print the conversations that match, those with the newest hits first; return the exit status.

    Raises:
        NotUnderstood: what was typed is no query.
    """
    zone = SystemZone()
    query = parse_query(typed, datetime.now(UTC), zone, date_order())
    findings, searched, way = Findings(), 0, ""
    async with open_store(source.target, read_only=True, index_folder=index_folder()) as store:
        async with store.search(query, source.owner) as running:
            async for batch in running:
                findings.add(batch)
                searched, way = batch.searched, batch.way.value
        for finding in findings.conversations():
            row = await store.get_conversation(finding.conversation_id, source.owner)
            if as_json:
                say(json.dumps(_finding_facts(finding, row)))
            else:
                shown = excerpt(without_pictures(finding.excerpt, is_whole=False), query, EXCERPT).text
                _say_line(_list_line(row))
                _say_line(f"    {finding.hits:,} hits: {one_line(shown)}")
    if hint := hint_of(query):
        click.echo(one_line(f"clawback: {hint}."), err=True)
    found = len(findings.conversations())
    if sys.stderr.isatty() or not found:
        click.echo(f"clawback: {found:,} conversations in {searched:,} messages; {way}.", err=True)
    return None if found else NOTHING_FOUND


async def _say_who_is_there(store: ConversationStore, user: str, channel: str | None) -> None:
    on = f" on {channel}" if channel is not None else ""
    channels = await store.list_channels(user) if channel is not None else []
    users = [each for each in await store.list_users() if each.id != user]
    hint = ""
    if channels:
        named = ", ".join(f"{each.name} ({each.conversations:,})" for each in channels[:10])
        near = nearest(channel or "", [each.name for each in channels])
        hint = f"{near}; --channel takes one of: {named}"
    elif users:
        others = ", ".join(f"{each.id} ({each.conversations:,})" for each in users[:10])
        hint = f"; --user takes one of: {others}"
    click.echo(one_line(f"clawback: {user} has no conversations{on}{hint}."), err=True)


async def print_conversation(source: Source, typed: str, as_json: bool) -> int | None:
    """Print the conversation that what was typed names, oldest message first."""
    zone = SystemZone() if as_json else about.zone()
    async with open_store(source.target, read_only=True) as store:
        conversation = await named(store, typed, source.owner)
        timeline = await store.timeline(conversation.id, source.owner)
        position = 0
        while True:
            part = await timeline.slice(position, position + PAGE)
            for message in part.messages:
                whole = message if message.is_whole else await store.read_message(message)
                say(json.dumps(_message_facts(whole, conversation)) if as_json else _message_text(whole, zone))
            position = part.stop
            if not part.messages:
                return None


def _say_line(text: str) -> None:
    """Print a line: no wider than the terminal where it goes to one, else whole."""
    say(fit(text, get_terminal_size().columns) if is_terminal() else text)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _list_line(row: Conversation) -> str:
    when = _iso(row.last_activity) or "no date"
    channel, title = one_line(row.channel), one_line(row.full_title)
    return f"{one_line(row.shown_id)}  {when:<24}  {channel:<10}  {row.total!s:>6}  {title}"


def _conversation_facts(row: Conversation) -> dict[str, object]:
    return {
        "id": row.shown_id,
        "channel": row.channel,
        "user_id": row.user_id,
        "title": row.title,
        "scope": row.scope,
        "kind": row.kind.value,
        "messages": row.total.value,
        "messages_capped": row.total.capped,
        "started_at": _iso(row.started_at),
        "last_activity": _iso(row.last_activity),
        "flaws": sorted(flaw.value for flaw in row.flaws),
    }


def _message_facts(message: Message, conversation: Conversation) -> dict[str, object]:
    return {
        "id": message.id,
        "conversation_id": conversation.shown_id,
        "role": message.role,
        "content": message.content,
        "created_at": _iso(message.created_at),
        "flaws": sorted(flaw.value for flaw in message.flaws),
    }


def _message_text(message: Message, zone: SystemZone) -> str:
    flaws = "".join(f" ⚠ {flaw}" for flaw in sorted(message.flaws))
    head = f"── {one_line(message.role)} · {times.full(message.created_at, zone)}{flaws}"
    return f"{head}\n{visible(without_pictures(message.content))}\n"


def _finding_facts(finding: Finding, row: Conversation) -> dict[str, object]:
    return _conversation_facts(row) | {
        "hits": finding.hits,
        "newest_hit": None if finding.newest is None else _iso(moment_of(finding.newest.instant)),
        "is_title": finding.is_title,
        "excerpt": finding.excerpt,
    }
