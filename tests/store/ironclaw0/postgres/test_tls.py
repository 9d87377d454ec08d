"""A server with a certificate: who it is, is asked as the address says."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from store import OpenError, open_store
from tests.store.engines.postgres import server
from tests.store.engines.postgres.tls_server import guarded
from tests.store.ironclaw0.postgres.inside import inside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class Guard(NamedTuple):
    """A server that speaks TLS alone."""

    port: int
    database: str
    certificate: Path
    stranger: Path
    """A certificate of somebody else."""

    def address(self, **how: str) -> str:
        asked = {"host": "localhost", "sslmode": "verify-full", "sslrootcert": str(self.certificate)} | how
        return make_conninfo("", port=self.port, user="postgres", dbname=self.database, **asked)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make two keys and certificates for this machine, each signed by itself."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    for name in ("own", "strange"):
        subprocess.run(
            [
                *(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "30",
                    "-subj",
                    "/CN=localhost",
                ),
                *("-addext", "subjectAltName=DNS:localhost", "-keyout", folder / f"{name}.key"),
                *("-out", folder / f"{name}.crt"),
            ],
            check=True,
            capture_output=True,
        )
    return folder / "own.crt", folder / "strange.crt"


@pytest.fixture
async def guard(address: str, certificates: tuple[Path, Path]) -> AsyncIterator[Guard]:
    if server.URL:
        pytest.skip("TLS is put before a server of our own")
    own, stranger = certificates
    async with guarded(address, own, own.with_suffix(".key")) as port:
        yield Guard(port, str(conninfo_to_dict(address)["dbname"]), own, stranger)


async def test_a_server_whose_certificate_is_known_is_read_and_written_encrypted(guard: Guard) -> None:
    async with open_store(guard.address()) as store:
        made = await store.create_conversation("web", "default")
        assert [each.id for each in (await store.list_conversations("default")).conversations] == [made]
        for connection in (inside(store)._server.reader, inside(store)._server.writer):
            assert connection is not None
            assert connection._known.driver.pgconn.ssl_in_use


@pytest.mark.parametrize("how", ["a certificate of somebody else", "another name"])
async def test_a_server_that_is_not_who_it_should_be_is_refused_in_one_sentence(guard: Guard, how: str) -> None:
    asked = {"host": "127.0.0.1"} if how == "another name" else {"sslrootcert": str(guard.stranger)}
    with pytest.raises(OpenError, match=r"do not agree on TLS; check sslmode and the certificates\.$"):
        await open_store(guard.address(**asked))
