"""Connect to a database of IronClaw 0.x, and tell whether it may be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.engines.postgres.connection import DEADLINE_S
from store.engines.postgres.server_database import ServerDatabase
from store.engines.postgres.transaction import Dialect
from store.errors import DuplicateThread
from store.ironclaw0.postgres.schema import Schema, probe

if TYPE_CHECKING:
    from store.engines.postgres.address import Address
    from store.engines.postgres.connection import Reader


def _duplicate(shown: str) -> DuplicateThread:
    return DuplicateThread(f"{shown} has this user's thread of that kind already; open that one.")


DIALECT = Dialect(probe, _duplicate)


def server_database(address: Address, deadline_s: float = DEADLINE_S) -> ServerDatabase[Schema]:
    """Return the connections, not yet open, to a database of IronClaw 0.x."""
    return ServerDatabase(address, DIALECT, deadline_s)


def reason_not_to_write(reader: Reader[Schema], *, asked: bool, is_standby: bool) -> str | None:
    """Return one sentence that says why a database must not be written; ``None`` if it may be.

    Args:
        reader: An open connection to it.
        asked: The caller wants to read only.
        is_standby: The server follows another one now.
    """
    if asked:
        return "The store was opened for reading only."
    if is_standby:
        return f"{reader.shown} is a standby, which follows another server and takes no writes."
    if not reader.schema.may_update:
        return f"This user may only read {reader.shown}; edits need UPDATE and INSERT on its conversation tables."
    return None
