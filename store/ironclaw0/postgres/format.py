"""IronClaw 0.x on a PostgreSQL server, as a format of ``store.opening``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.engines.postgres.address import Address
from store.ironclaw0.postgres.connections import server_database
from store.ironclaw0.postgres.store import PostgresStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


async def open_server(
    target: str,
    *,
    read_only: bool,
    clock: Callable[[], datetime] | None,
    deadline_s: float,
    index_folder: Path | None = None,
) -> PostgresStore:
    """Return the store over a database on a server.

    Args:
        target: A ``postgresql://`` URL or libpq's ``key=value`` form.
        read_only: Refuse every write.
        clock: What tells the time that a write stores; ``None`` for the server's clock.
        deadline_s: How long, in seconds, to try again what others are in the way of.
        index_folder: Where counts are kept; without it none are.

    Raises:
        OpenError: the server cannot be reached, refuses, or has not what IronClaw 0.x has.
    """
    server = server_database(Address(target), deadline_s)
    await server.open()
    return PostgresStore(server, read_only=read_only, clock=clock, index_folder=index_folder)
