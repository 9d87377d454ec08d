"""Which history a command is about: the one that is named, the one used last, or the one with the newest message."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import click

from store import open_store
from store.environment.locate import locate
from store.errors import StoreError
from store.opening import holds_threads
from tui.config.state import State, state_file

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from store.environment.locate import Found
    from store.environment.source import Source
    from tui.cli.options import Options

LAST_USED = "source"
"""The name under which the state has the key of the history that was used last."""
PASSWORD_SEEN = (
    "the password in --db stands in the list of processes and in the shell's history; keep it in the file that"
    " PGPASSFILE names (~/.pgpass), or in a service of pg_service.conf."
)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Choice(NamedTuple):
    """The history that is opened, and why that one."""

    source: Source
    why: str
    is_first_start: bool = False
    """Whether there are several, and none was ever chosen before."""


def found(options: Options) -> Found:
    """Return the histories that the options of the command line leave to choose from."""
    located = locate(db=options.db, user=options.user, holds_threads=holds_threads)
    sources: Sequence[Source] = located.sources
    if options.db is not None:
        sources = [replace(each, why=options.db_from) for each in sources]
    if options.user is not None:
        sources = [replace(each, owner_source=options.user_from) for each in sources]
    return replace(located, sources=tuple(sources))


def has_open_password(found: Found) -> bool:
    """Tell whether the command line itself held a password, which others may read there."""
    server = found.sources[0].server
    return found.sources[0].why == "--db" and server is not None and server.has_password


def run(options: Options, work: Callable[[Source], Coroutine[object, object, int | None]]) -> int | None:
    """Do some work on the history that the options name, or the one used last; return its exit status."""
    return run_on_choice(options, lambda choice, _: work(choice.source))


def run_on_choice(
    options: Options, work: Callable[[Choice, Sequence[Source]], Coroutine[object, object, int | None]]
) -> int | None:
    """Do some work on the history that is chosen, knowing of all there are; return its exit status."""
    located = found(options)
    if has_open_password(located):
        click.echo(f"clawback: {PASSWORD_SEEN}", err=True)

    async def choose_and_work() -> int | None:
        return await work(await choose(located, State(state_file()), options.source), located.sources)

    return asyncio.run(choose_and_work())


async def choose(found: Found, state: State, name: str | None = None) -> Choice:
    """Choose one of the histories.

    Args:
        found: The histories.
        state: What was remembered.
        name: The name of one of them.

    Raises:
        click.UsageError: none has that name.
    """
    sources = found.sources
    if name is not None:
        source = found.named(name)
        if source is None:
            names = ", ".join(each.name for each in sources)
            raise click.UsageError(f"there is no history of that name; --source takes one of: {names}.")
        return Choice(source, "--source")
    if len(sources) == 1:
        return Choice(sources[0], "the only one")
    last = state.get(LAST_USED)
    for source in sources:
        if source.key == last:
            return Choice(source, "used last")
    times = [(await _newest(each), each) for each in sources]
    newest, source = max(times, key=lambda each: each[0])
    return Choice(source, "has the newest message" if newest > _NEVER else "the first", is_first_start=True)


async def _newest(source: Source) -> datetime:
    """Return when anything was last said in a history; the beginning of time where it cannot be opened."""
    try:
        async with open_store(source.target, read_only=True) as store:
            return max((each.last_activity or _NEVER for each in await store.list_users()), default=_NEVER)
    except StoreError:
        return _NEVER
