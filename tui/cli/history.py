"""Which history a command is about: the one that is named, the one used last, or the one with the newest message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from store import open_store
from store.environment.locate import locate
from store.errors import StoreError
from store.opening import holds_threads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.environment.locate import Found
    from store.environment.source import Source
    from tui.config.state import State

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


def found(options: Mapping[str, Any]) -> Found:
    """Return the histories that the options of the command line leave to choose from.

    Args:
        options: The options of the group: ``db``, ``user``.
    """
    return locate(db=options.get("db"), user=options.get("user"), holds_threads=holds_threads)


def has_open_password(found: Found) -> bool:
    """Tell whether the command line itself held a password, which others may read there."""
    server = found.sources[0].server
    return found.sources[0].why == "--db" and server is not None and server.has_password


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
