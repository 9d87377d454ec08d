"""Find out what a server can do by trying it; servers that only speak the protocol lack some of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable

_TID_RANGES = 140_000
"""The first version whose planner goes through a range of ctids without reading the rest."""
_SETTINGS = ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout")
_LARGE_READ = {"work_mem": "'64MB'", "parallel_setup_cost": "0", "parallel_tuple_cost": "0"}
_PACKED = (
    "SELECT octet_length(string_agg(uuid_send('00000000-0000-0000-0000-000000000000'::uuid), ''::bytea))"
    " + octet_length(string_agg(timestamptz_send(now()), ''::bytea))"
)
_PACKED_BYTES = 24
_IDLE_MS = 10_000
"""How long, in milliseconds, a transaction may be left alone before the server ends it."""


@dataclass(frozen=True, slots=True)
class Features:
    """What one server can do."""

    encoding: str
    """How text is kept: ``UTF8``, ``SQL_ASCII`` for bytes of whatever kind, or another."""
    is_standby: bool
    """It follows another server and takes no writes."""
    has_block_ranges: bool
    """Rows can be read by the blocks they lie in."""
    has_snapshots: bool
    """A snapshot tells whether anything was written, and rows which transaction wrote them."""
    has_locks: bool
    """A transaction can take a lock by name."""
    has_packing: bool
    """Ids and times of many rows can be had as they are kept, in one value."""
    block_size: int
    settings: tuple[str, ...]
    """Which of the settings of ``transaction`` and ``large_read`` it knows."""

    def transaction(self, kind: str, *, statement_s: float, lock_s: float | None) -> str:
        """Return the statements that begin a transaction with its time-outs, which end with it.

        Args:
            kind: Isolation level and access.
            statement_s: How long, in seconds, a statement may take.
            lock_s: How long, in seconds, to wait for a lock; ``None`` for as long as the statement.
        """
        values = {
            "statement_timeout": round(statement_s * 1000),
            "idle_in_transaction_session_timeout": _IDLE_MS,
            "lock_timeout": None if lock_s is None else round(lock_s * 1000),
        }
        sets = [f"SET LOCAL {name} = {value}" for name in self.settings if (value := values.get(name)) is not None]
        return "; ".join([f"BEGIN ISOLATION LEVEL {kind}", *sets])

    @property
    def large_read(self) -> str:
        """Return the statements, maybe none, that let a transaction read much at once, by several processes."""
        return "; ".join(f"SET LOCAL {name} = {_LARGE_READ[name]}" for name in self.settings if name in _LARGE_READ)


def probe(driver: psycopg.Connection[Any]) -> Features:
    """Return what a server can do, each found out by one statement of its own."""
    ask = _asking(driver)
    version = str(ask("SELECT version()", ""))
    is_theirs = not any(name in version for name in ("CockroachDB", "-YB-"))
    number = int(ask("SELECT current_setting('server_version_num')", "0"))
    settings = ask("SELECT string_agg(lower(name), ',') FROM pg_settings", "")
    return Features(
        encoding=str(ask("SELECT current_setting('server_encoding')", "UTF8")),
        is_standby=bool(ask("SELECT pg_is_in_recovery()", False)),
        has_block_ranges=is_theirs
        and number >= _TID_RANGES
        and ask("SELECT count(*) FROM pg_class WHERE ctid < '(0,1)'", None) is not None,
        has_snapshots=is_theirs
        and ask("SELECT pg_current_snapshot()::text", None) is not None
        and ask("SELECT count(*) FROM (SELECT xmin FROM pg_class LIMIT 1) AS x", None) is not None,
        has_locks=is_theirs
        and ask("SELECT pg_try_advisory_xact_lock(hashtextextended('clawback', 0))", None) is not None,
        has_packing=ask(_PACKED, 0) == _PACKED_BYTES,
        block_size=int(ask("SELECT current_setting('block_size')", "8192")),
        settings=tuple(name for name in (*_SETTINGS, *_LARGE_READ) if name in str(settings).split(",")),
    )


def _asking(driver: psycopg.Connection[Any]) -> Callable[[str, Any], Any]:
    """Return a function that asks for one value, or returns another if the server does not know the question."""

    def ask(sql: str, otherwise: Any) -> Any:
        try:
            found = driver.execute(sql.encode()).fetchone()
        except (psycopg.DataError, psycopg.InternalError, psycopg.NotSupportedError, psycopg.ProgrammingError):
            return otherwise
        return otherwise if found is None or found[0] is None else found[0]

    return ask
