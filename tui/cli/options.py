"""What was said of the history that a command is about, on the command line or in the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import click


@dataclass(frozen=True, slots=True)
class Options:
    """What was said of the history, and of what may be done to it."""

    db: str | None = None
    source: str | None = None
    user: str | None = None
    channel: str | None = None
    read_only: bool | None = None
    """``None`` where nobody said so."""
    db_from: str = "--db"
    """What named ``db``: the option, or the environment variable."""
    user_from: str = "--user"


class Said(NamedTuple):
    """A value, and what gave it."""

    value: Any
    origin: str
    is_typed: bool
    """Whether the command line gave it, not the environment."""


def options_of(context: click.Context) -> Options:
    """Return what was said so far.

    Raises:
        click.UsageError: two things name the history.
    """
    said: dict[str, Said] = dict(context.obj or {})
    if "db" in said and "source" in said:
        db, source = said["db"], said["source"]
        if db.is_typed == source.is_typed:
            raise click.UsageError(f"{db.origin} names a history already; leave {source.origin} away.")
        del said["source" if db.is_typed else "db"]
    values: dict[str, Any] = {name: each.value for name, each in said.items()}
    values |= {f"{name}_from": said[name].origin for name in ("db", "user") if name in said}
    return Options(**values)
