"""``clawback search``: the conversations that match, those with the newest hits first."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from store import open_store
from store.domain.pictures import without_pictures
from store.domain.query import excerpt, parse_query
from store.domain.search_results import Findings
from store.domain.timestamps import moment_of
from tui.cli.conversation_line import conversation_facts, conversation_line, iso, say_line
from tui.cli.output import say
from tui.config.date_order import date_order
from tui.config.state import index_folder
from tui.text.query_hint import hint_of
from tui.text.visible import one_line
from tui.text.zone import SystemZone

if TYPE_CHECKING:
    from store.domain.search_results import Finding
    from store.environment.source import Source
    from store.records import Conversation

EXCERPT = 100
"""Characters of a hit that are shown to people."""
NOTHING_FOUND = 1
"""Exit status of a search without a hit."""


async def print_search(source: Source, typed: str, channel: str | None, as_json: bool) -> int | None:
    """Print what matches; return the exit status.

    Args:
        source: Where the history lies, and whose conversations are searched.
        typed: The query.
        channel: Only conversations of this channel, unless the query names one; ``None`` for all.
        as_json: Whether each is a JSON object on a line.

    Raises:
        NotUnderstood: what was typed is no query.
        StoreError: the database cannot be opened or read.
    """
    query = parse_query(typed, datetime.now(UTC), SystemZone(), date_order())
    if query.channel is None:
        query = replace(query, channel=channel)
    findings, searched, way = Findings(), 0, ""
    async with open_store(source.target, read_only=True, index_folder=index_folder()) as store:
        async with store.search(query, source.owner) as running:
            async for batch in running:
                findings.add(batch)
                searched, way = batch.searched, batch.way.value
        for finding in findings.conversations():
            row = await store.get_conversation(finding.conversation_id, source.owner)
            if as_json:
                say(json.dumps(_facts(finding, row)))
            else:
                shown = excerpt(without_pictures(finding.excerpt, is_whole=False), query, EXCERPT).text
                say_line(conversation_line(row))
                say_line(f"    {finding.hits:,} hit{'s' if finding.hits != 1 else ''}: {one_line(shown)}")
    if hint := hint_of(query):
        click.echo(one_line(f"clawback: {hint}."), err=True)
    found = len(findings.conversations())
    if sys.stderr.isatty() or not found:
        click.echo(f"clawback: {found:,} conversations in {searched:,} messages; {way}.", err=True)
    return None if found else NOTHING_FOUND


def _facts(finding: Finding, row: Conversation) -> dict[str, object]:
    return conversation_facts(row) | {
        "hits": finding.hits,
        "newest_hit": None if finding.newest is None else iso(moment_of(finding.newest.instant)),
        "is_title": finding.is_title,
        "excerpt": finding.excerpt,
    }
