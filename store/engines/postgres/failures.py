"""Give every failure of a server a name and one plain sentence.

The server's own messages are never shown: they may carry stored text, or what an address holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from store.errors import (
    CorruptDatabase,
    DatabaseBusy,
    DatabaseFailed,
    DatabaseFull,
    NoServer,
    OpenError,
    PermissionRefused,
    ReadOnlyStore,
    StoreError,
    StoreLost,
    UnsupportedSchema,
)

if TYPE_CHECKING:
    from collections.abc import Callable

AGAIN = frozenset({"40001", "40P01", "55P03"})
"""Serialization failure, deadlock, lock not available: trying again may help."""
CANCELLED = "57014"
UNIQUE = "23505"

_LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "25P04"})
"""Shut down, crashed, starting up, session or transaction idle for too long."""
_REFUSALS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("password authentication failed", "no password supplied", "authentication failed"),
        "{} refused the password, or got none; put it into PGPASSFILE or a service file and try again.",
    ),
    (
        ("no pg_hba.conf entry", "pg_hba.conf rejects"),
        "{} does not let this user in from here; ask its administrator.",
    ),
    (('database "',), "{} has no such database; check its name."),
    (('role "',), "{} knows no such user; check the name."),
    (
        ("too many clients", "remaining connection slots", "too many connections"),
        "{} has no connection left; try later.",
    ),
    (("certificate", "SSL", "TLS"), "{} and this machine do not agree on TLS; check sslmode and the certificates."),
    (("starting up", "shutting down", "recovery mode"), "{} is starting up or shutting down; try again in a moment."),
    (("timeout expired", "timed out"), "{} did not answer in time; check host and port, and the network."),
    (
        ("could not translate host name", "Name or service not known", "No address associated"),
        "No machine goes by the name in {}; check the host.",
    ),
    (("read-only", "read-write", "session is not"), "None of {} is of the wanted kind; check target_session_attrs."),
    (("service file", "definition of service"), "The service of {} is not defined; check PGSERVICE and its file."),
)
"""Words of a failed attempt to connect, for which libpq has no code, and what they mean."""


def state(error: BaseException) -> str:
    """Return the SQLSTATE of a failure, empty if it has none."""
    return getattr(error, "sqlstate", None) or ""


def is_lost(error: BaseException) -> bool:
    """Tell whether a failure means that the connection is gone."""
    code = state(error)
    if code in _LOST or code.startswith("08"):
        return True
    return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)) and not code


def named_at_opening(error: BaseException, shown: str) -> StoreError:
    """Return the failure to connect under its name.

    Args:
        error: What the driver raised.
        shown: The address without its secret.
    """
    said = str(error)
    for words, sentence in _REFUSALS:
        if any(word in said for word in words):
            return (PermissionRefused if "refused the password" in sentence else OpenError)(sentence.format(shown))
    if "refused" in said or "No such file" in said or "is the server running" in said.lower():
        return NoServer(f"No PostgreSQL server answers at {shown}; check host and port, or start it.")
    return OpenError(f"{shown} cannot be reached; check the address, then try again.")


def named(error: BaseException, shown: str, duplicate: Callable[[str], StoreError] | None = None) -> StoreError:
    """Return the failure under the name that ``store.errors`` has for it.

    Args:
        error: What the driver raised.
        shown: The address without its secret.
        duplicate: Returns the failure to store what must be unique; called with what to call the database.
    """
    if isinstance(error, StoreError):
        return error
    if is_lost(error):
        return lost(shown)
    code = state(error)
    if code == UNIQUE and duplicate is not None:
        return duplicate(shown)
    match code:
        case "25006":
            return ReadOnlyStore(f"{shown} takes no writes on this connection; it may be a standby.")
        case "42501":
            return ReadOnlyStore(f"This user of {shown} has no right to do that; ask for the rights, or only read.")
        case "57014":
            return DatabaseBusy(f"{shown} took too long to answer; try again when it has less to do.")
        case "40001" | "40P01" | "55P03":
            return DatabaseBusy(f"Another program keeps {shown} locked; try again when it is done.")
        case "53100" | "53200":
            return DatabaseFull(f"{shown} has no room left; ask its administrator.")
        case "53300":
            return DatabaseBusy(f"{shown} has no connection left; try later.")
        case "42P01" | "42703" | "42883":
            return UnsupportedSchema(f"The tables of {shown} have changed; open it again.")
        case "XX001" | "XX002":
            return CorruptDatabase(f"{shown} has damaged pages; restore a backup, or ask its administrator.")
    return DatabaseFailed(f"{shown} failed with the code {code or 'unknown'}; try again, or open it anew.")


def lost(shown: str) -> StoreLost:
    """Return the one way to say that the connection is gone."""
    return StoreLost(f"The connection to {shown} is lost; it is tried again.")


def is_server_failure(error: BaseException) -> bool:
    """Tell whether a failure is one that ``named`` can name."""
    return isinstance(error, psycopg.Error)
