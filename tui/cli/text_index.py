"""Build the private search index before somebody's eyes: how far it is, and a way to stop. Used by ``cli``."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import click

from store.ironclaw0.sqlite.text_index import TextIndex
from tui.cli.index import STOPPED
from tui.config.state import index_folder
from tui.text.units import people_path, people_size
from tui.text.visible import visible

if TYPE_CHECKING:
    from store.environment.locate import Location
    from store.ironclaw0.sqlite.text_index import IndexFacts

SECONDS_A_MILLION = 60
"""How long a million messages take on a slow machine."""


async def run(location: Location, *, drop: bool) -> int | None:
    """Build the index, or take it away; return the exit status."""
    async with TextIndex(location.path, index_folder()) as text:
        file = visible(people_path(location.path))
        facts = await text.facts()
        if drop and not facts.is_there:
            click.echo(f"{file} has no search index.")
        elif drop:
            await text.drop()
            click.echo(f"{file} has no search index any more; {people_size(facts.size)} are free again.")
        else:
            click.echo(explain(file, visible(people_path(text.path)), facts))
            return await _build(text)
        return None


def explain(file: str, path: str, facts: IndexFacts) -> str:
    """Return what is about to be done."""
    if facts.is_complete:
        return f"Checking the search index of {file}, and adding what is new."
    if facts.indexed:
        return f"Going on with the search index of {file}: it has {facts.indexed:,} of {facts.total:,} messages."
    return (
        f"{file} holds {facts.total:,} messages. Their index goes into a private file, not into the database:\n"
        f"{path}\nctrl+c stops; the next call goes on. 'clawback index --drop' takes it away."
    )


async def _build(text: TextIndex) -> int | None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    with click.progressbar(length=1000, label="Building the search index", show_pos=False) as bar:

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
