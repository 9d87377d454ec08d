"""TLS before a server that has none: what comes encrypted is handed on in plain."""

from __future__ import annotations

import asyncio
import ssl
import struct
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_TLS = struct.pack(">ii", 8, 80877103)


@asynccontextmanager
async def guarded(address: str, certificate: Path, key: Path) -> AsyncIterator[int]:
    """Yield the port on this machine at which a database is reached through TLS.

    Args:
        address: That of the database, on a server of our own.
        certificate: What the guard shows.
        key: The key of the certificate.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    place = conninfo_to_dict(address)
    socket = Path(str(place["host"])) / f".s.PGSQL.{place['port']}"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(len(_TLS)) == _TLS:
                writer.write(b"S")
                await writer.start_tls(context)
                back_reader, back_writer = await asyncio.open_unix_connection(socket)
                await asyncio.gather(_hand_on(reader, back_writer), _hand_on(back_reader, writer))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
