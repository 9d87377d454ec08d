"""A pooler in transaction mode: behind one connection, every transaction may be on another one to the server.

It does what PgBouncer does there, as far as it can break a client: what was set for a session, prepared by name or
locked for a session is gone with the next transaction, and a start-up with options is refused.
"""

from __future__ import annotations

import asyncio
import struct
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from psycopg.conninfo import conninfo_to_dict, make_conninfo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_CANCEL, _TLS, _GSS = 80877102, 80877103, 80877104
_BACKENDS = 3
PORT = 6432


class Link(NamedTuple):
    """A connection to the server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self, to: asyncio.StreamWriter | None) -> bytes:
        """Hand on what the server says until it waits for more; return what state its transaction is in."""
        while True:
            kind, body = await _message(self.reader)
            if to is not None:
                to.write(kind + body)
                await to.drain()
            if kind == b"Z":
                return body[4:]


@asynccontextmanager
async def pooled(address: str, folder: Path) -> AsyncIterator[str]:
    """Yield the address of a database behind a pooler.

    Args:
        address: That of the database, on a server of our own that asks for no password.
        folder: Where the pooler's socket lies.
    """
    links: list[Link] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await _serve(reader, writer, address, links)
        writer.close()

    async with await asyncio.start_unix_server(serve, folder / f".s.PGSQL.{PORT}"):
        yield make_conninfo(address, host=str(folder), port=PORT)
    for link in links:
        link.writer.close()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str, links: list[Link]) -> None:
    start = await _start(reader, writer)
    if start is None:
        return
    own = [await _connect(address, start) for _ in range(_BACKENDS)]
    links += own
    await own[0].answer(writer)
    for link in own[1:]:
        await link.answer(None)
    turns = cycle(own)
    link = next(turns)
    while True:
        kind, body = await _message(reader)
        if kind == b"X":
            return
        link.writer.write(kind + body)
        if kind in (b"Q", b"S"):
            await link.writer.drain()
            if await link.answer(writer) == b"I":
                link = next(turns)


async def _start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes | None:
    """Return how a client begins; ``None`` where it wants something else, or is refused."""
    while True:
        size = await reader.readexactly(4)
        body = await reader.readexactly(struct.unpack(">i", size)[0] - 4)
        (code,) = struct.unpack(">i", body[:4])
        if code == _CANCEL:
            return None
        if code not in (_TLS, _GSS):
            break
        writer.write(b"N")
    if b"options\0" in body:
        said = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
        writer.write(b"E" + struct.pack(">i", len(said) + 4) + said)
        return None
    return size + body


async def _connect(address: str, start: bytes) -> Link:
    place = conninfo_to_dict(address)
    link = Link(*await asyncio.open_unix_connection(Path(str(place["host"])) / f".s.PGSQL.{place['port']}"))
    link.writer.write(start)
    return link


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    kind = await reader.readexactly(1)
    size = await reader.readexactly(4)
    return kind, size + await reader.readexactly(struct.unpack(">i", size)[0] - 4)
