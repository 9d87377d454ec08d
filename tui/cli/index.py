"""Build the order index before somebody's eyes: what it means, how far it is, and a way to stop. Used by ``cli``."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

import click

from store.errors import ReadOnlyStore
from store.ironclaw0.sqlite.order_index import BYTES_A_ROW, ROWS_A_SECOND, OrderIndex
from tui.text.units import people_path, people_size
from tui.text.visible import visible

if TYPE_CHECKING:
    from store.environment.locate import Location

STOPPED = 130
"""Exit status of work that ctrl+c ended."""
AGENT_WAITS_S = 5
"""How long IronClaw tries to write to a locked file."""


def explain(file: str, messages: int) -> str:
    """Return what an index would do to a file, for its owner to decide."""
    seconds = messages // ROWS_A_SECOND + 1
    harm = (
        f"it waits up to {AGENT_WAITS_S} seconds, so that nothing is lost"
        if seconds < AGENT_WAITS_S
        else "stop it first, or it loses what it could not store"
    )
    return (
        f"{file} holds {messages:,} messages and no index on their order.\n"
        "With one, long conversations open in their exact order at once; IronClaw does not need it, nor mind it.\n"
        f"It takes about {people_size(messages * BYTES_A_ROW)} in that file. Building it takes up to {seconds:,} "
        f"second{'s' if seconds > 1 else ''}, in which IronClaw cannot store messages: {harm}.\n"
        "ctrl+c stops it and leaves the file as it was; 'clawback index --database --drop' takes it away again."
    )


async def build(order: OrderIndex) -> int | None:
    """Build the index with a progress bar; return the exit status."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    with click.progressbar(length=100, label="Building the index", show_pos=False) as bar:

        def report(share: float) -> bool:
            bar.update(round(share * 100) - bar.pos)
            return not stop.is_set()

        is_done = await order.create(report)
        if is_done:
            bar.update(100 - bar.pos)
    click.echo("The index is there." if is_done else "Stopped; the file is as it was.")
    return None if is_done else STOPPED


async def run(location: Location, *, drop: bool, is_sure: bool, read_only: bool) -> int | None:
    """Add the index after a question, or take it away; return the exit status."""
    async with OrderIndex(location.path, read_only=read_only) as order:
        facts = await order.facts()
        file = visible(people_path(location.path))
        if drop and not facts.is_ours:
            click.echo(f"{file} has no such index of clawback's.")
        elif drop:
            await order.drop()
            click.echo(f"{file} has the index no more.")
        elif facts.name is not None:
            click.echo(f"{file} has such an index already.")
        elif facts.read_only_reason is not None:
            raise ReadOnlyStore(facts.read_only_reason)
        else:
            if not is_sure and not sys.stdin.isatty():
                raise click.ClickException(f"nobody is there to be asked; with --yes, {file} gets the index.")
            click.echo(explain(file, facts.messages))
            if is_sure or click.confirm("Add it?"):
                return await build(order)
        return None
