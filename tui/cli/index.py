"""``clawback index``: build the index of texts or that on the order of messages, or take it away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from store import open_store
from store.contract.capability import Capability
from store.domain.sizes import people_size
from store.environment.source import SourceKind
from store.errors import ReadOnlyStore
from store.opening import order_index, text_index
from tui.cli.stopping import STOPPED, stopping
from tui.config.state import index_folder
from tui.text.units import people_path
from tui.text.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.indexes import OrderIndex, OrderIndexFacts, TextIndex, TextIndexFacts
    from store.environment.source import Source

AGENT_WAITS_S = 5
"""How long IronClaw tries to write to a locked file."""


async def run(source: Source, *, drop: bool) -> int | None:
    """Build the index of texts, or take it away; return the exit status."""
    path = await _file_to_index(source)
    async with text_index(path, index_folder()) as text:
        file = visible(people_path(path))
        facts = await text.facts()
        if drop and not facts.is_there:
            click.echo(f"{file} has no search index.")
        elif drop:
            await text.drop()
            click.echo(f"{file} has no search index any more; {people_size(facts.size)} are free again.")
        else:
            click.echo(_plan(file, visible(people_path(text.path)), facts))
            return await _build(text)
        return None


async def _file_to_index(source: Source) -> Path:
    """Return the file of a history whose store can be searched by an index.

    Raises:
        click.ClickException: it cannot; its store says why.
    """
    async with open_store(source.target, read_only=True, index_folder=index_folder()) as store:
        reason = store.capabilities[Capability.TEXT_INDEX]
    if reason is not None or source.path is None:
        raise click.ClickException(reason or f"{source.shown} is no file.")
    return source.path


def _plan(file: str, path: str, facts: TextIndexFacts) -> str:
    """Return what is about to be done to the index of texts."""
    if facts.is_complete:
        return f"Checking the search index of {file}, and adding what is new."
    if facts.is_of_other_version:
        return f"The search index of {file} is of another version of clawback; building it anew."
    if facts.indexed:
        return f"Going on with the search index of {file}: it has {facts.indexed:,} of {facts.total:,} messages."
    return (
        f"{file} holds {facts.total:,} messages. Their index goes into a private file, not into the database:\n"
        f"{path}\nctrl+c stops; the next call goes on. 'clawback index --drop' takes it away."
    )


async def _build(text: TextIndex) -> int | None:
    with stopping() as stop, click.progressbar(length=1000, label="Building the search index", show_pos=False) as bar:

        def report(done: int, total: int) -> bool:
            bar.update((1000 * done // total if total else 1000) - bar.pos)
            return not stop.is_set()

        is_done = await text.build(report)
        if is_done:
            bar.update(1000 - bar.pos)
    facts = await text.facts()
    if is_done:
        click.echo(f"The search index is there: {facts.indexed:,} messages, {people_size(facts.size)}.")
        return None
    click.echo(f"Stopped; {facts.indexed:,} of {facts.total:,} messages are kept. The next call goes on from there.")
    return STOPPED


async def run_order(source: Source, *, drop: bool, is_sure: bool, read_only: bool) -> int | None:
    """Build the index on the order of messages after a question, or take it away; return the exit status.

    Args:
        source: The history.
        drop: Whether to take it away.
        is_sure: Whether to ask nothing.
        read_only: Whether the file must not be written.
    """
    if source.kind is SourceKind.IRONCLAW1:
        raise click.ClickException("files of IronClaw 1.x keep their own order; nothing is added to them.")
    async with order_index(source.target, read_only=read_only) as order:
        facts = await order.facts()
        file = visible(source.shown)
        if drop and not facts.is_ours:
            click.echo(f"{file} has no such index of clawback's.")
        elif drop:
            await order.drop()
            click.echo(f"{file} has the index no more.")
        elif facts.is_there:
            click.echo(f"{file} has such an index already.")
        elif facts.read_only_reason is not None:
            raise ReadOnlyStore(facts.read_only_reason)
        else:
            if not is_sure and not sys.stdin.isatty():
                raise click.ClickException(f"nobody is there to be asked; with --yes, {file} gets the index.")
            click.echo(_consequences(file, facts))
            if is_sure or click.confirm("Add it?"):
                return await _build_order(order)
        return None


def _consequences(file: str, facts: OrderIndexFacts) -> str:
    """Return what an index on the order would do to a database, for its owner to decide."""
    seconds = f"{facts.seconds:,} second{'s' if facts.seconds > 1 else ''}"
    if not facts.is_blocking:
        harm = f"{seconds}, while IronClaw goes on storing messages."
    elif facts.seconds < AGENT_WAITS_S:
        harm = (
            f"{seconds}, in which IronClaw cannot store messages: it waits up to {AGENT_WAITS_S} seconds, so that"
            " nothing is lost."
        )
    else:
        harm = (
            f"{seconds}, in which IronClaw cannot store messages: stop it first, or it loses what it could not store."
        )
    return (
        f"{file} holds {facts.messages:,} messages and no index on their order.\n"
        "With one, long conversations open in their exact order at once; IronClaw does not need it, nor mind it.\n"
        f"It takes about {people_size(facts.size)} there. Building it takes up to {harm}\n"
        "ctrl+c stops it and leaves all as it was; 'clawback index --database --drop' takes it away again."
    )


async def _build_order(order: OrderIndex) -> int | None:
    with stopping() as stop, click.progressbar(length=100, label="Building the index", show_pos=False) as bar:

        def report(share: float) -> bool:
            bar.update(round(share * 100) - bar.pos)
            return not stop.is_set()

        is_done = await order.create(report)
        if is_done:
            bar.update(100 - bar.pos)
    click.echo("The index is there." if is_done else "Stopped; all is as it was.")
    return None if is_done else STOPPED
