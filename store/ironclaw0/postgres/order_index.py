"""Offer a server the index on (conversation_id, created_at, id); never on the side, only when asked.

With it every page of a conversation is exact at once, and so is every preview. It is built concurrently, so that
IronClaw goes on storing messages; a build that ends early leaves an invalid index behind, which is taken away.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from store.contract.indexes import OrderIndexFacts
from store.core.uninterrupted import to_completion
from store.engines.postgres.maintenance import Maintenance
from store.errors import DatabaseBusy, ReadOnlyStore
from store.ironclaw0.postgres.connections import server_database
from store.ironclaw0.postgres.schema import HAS_ORDER_INDEX, ORDER_INDEX

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from store.engines.postgres.address import Address
    from store.ironclaw0.postgres.schema import Database

_ROWS_A_SECOND = 100_000
"""How fast an index is built on a slow server."""
_BYTES_A_ROW = 60
"""What a message takes in the index: two ids and a time."""
_DROP_S = 30.0
"""How long to wait for the transactions of others before an index can be dropped."""
_LOOK_S = 0.2
"""How often to look how far a build is."""
_CREATE = f"CREATE INDEX CONCURRENTLY {ORDER_INDEX} ON conversation_messages (conversation_id, created_at, id)"
_DROP = f"DROP INDEX CONCURRENTLY IF EXISTS {ORDER_INDEX}"
_OWNS = """
    SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('conversation_messages')"""
_DONE = """
    SELECT coalesce(blocks_done::float8 / nullif(blocks_total, 0), 0) * CASE WHEN phase LIKE 'building%' THEN 0.5
    WHEN phase LIKE 'index validation%' THEN 0.9 ELSE 0 END
    FROM pg_stat_progress_create_index WHERE relid = to_regclass('conversation_messages')"""


class PostgresOrderIndex:
    """Implements ``store.contract.indexes.OrderIndex``.

    Args:
        address: Where the database lies.
        read_only: Refuse to change it.
    """

    def __init__(self, address: Address, *, read_only: bool = False) -> None:
        self._address = address
        self._is_read_only = read_only
        self._server = server_database(address)

    async def __aenter__(self) -> Self:
        await self._server.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.close()

    async def facts(self) -> OrderIndexFacts:
        """Return what there is to know."""
        return await self._server.reader.run(_facts, self._server.reader.shown, asked=self._is_read_only)

    async def create(self, report: Callable[[float], bool]) -> bool:
        """Build the index beside the running agent; return whether it was finished."""
        await self._require_writable()
        async with Maintenance(self._address) as alone:
            await _take_away(alone, self._address.shown)
            building = asyncio.ensure_future(alone.run(_CREATE))
            try:
                while not building.done():
                    await asyncio.wait([building], timeout=_LOOK_S)
                    done = await self._server.reader.run(_done)
                    if not building.done() and not report(done):
                        await asyncio.to_thread(alone.stop)
                is_done = await building
            except BaseException:
                await asyncio.to_thread(alone.stop)
                await to_completion(_ended(building))
                await to_completion(_take_away(alone, self._address.shown))
                raise
            if not is_done:
                await to_completion(_take_away(alone, self._address.shown))
            return is_done

    async def drop(self) -> None:
        """Take the index away."""
        await self._require_writable()
        async with Maintenance(self._address) as alone:
            await _take_away(alone, self._address.shown)

    async def _require_writable(self) -> None:
        if (reason := (await self.facts()).read_only_reason) is not None:
            raise ReadOnlyStore(reason)


async def _take_away(alone: Maintenance, shown: str) -> None:
    """Drop the index as soon as no transaction needs it.

    Raises:
        DatabaseBusy: one still does after some time.
    """
    dropping = asyncio.ensure_future(alone.run(_DROP))
    await asyncio.wait([dropping], timeout=_DROP_S)
    if not dropping.done():
        await asyncio.to_thread(alone.stop)
    if not await dropping:
        raise DatabaseBusy(
            f"A long transaction on {shown} keeps the index from being taken away; try again when it is done."
        )


async def _ended(work: asyncio.Future[bool]) -> None:
    await asyncio.wait([work])
    if not work.cancelled():
        work.exception()


def _done(db: Database) -> float:
    """Return how much of a build is done, 0 to 1."""
    found = db.value(_DONE)
    return 0.95 if found is None else float(found)


def _facts(db: Database, shown: str, *, asked: bool) -> OrderIndexFacts:
    messages = int(db.value("SELECT count(*) FROM conversation_messages"))
    if asked:
        reason = "The store was opened for reading only."
    elif db.can.is_standby:
        reason = f"{shown} is a standby, which follows another server and takes no writes."
    elif not db.value(_OWNS):
        reason = f"Only the owner of the tables of {shown} can add an index; connect as that user."
    else:
        reason = None
    return OrderIndexFacts(
        is_there=bool(db.value(HAS_ORDER_INDEX)),
        is_ours=db.value("SELECT to_regclass(%s)", ORDER_INDEX) is not None,
        messages=messages,
        size=messages * _BYTES_A_ROW,
        seconds=messages // _ROWS_A_SECOND + 1,
        read_only_reason=reason,
        is_blocking=False,
    )
