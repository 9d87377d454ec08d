"""``clawback serve`` shows the browser on a page, to whoever knows its address and comes from the page itself."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

import aiohttp
import pyte
import pytest

from tests.tui.cli.test_cli import COMMAND, printed, refused, run
from tests.tui.terminal import environment
from tests.tui.waiting import BOUND, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

SIZE = (100, 30)
HELP = "Read the selected conversation."


class Server:
    """A running ``clawback serve``."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=environment(folder, PYTHONUNBUFFERED="1"),
        )
        assert self.process.stdout is not None
        self.said = [self.process.stdout.readline() for _ in range(3)]
        found = re.search(r"http://127\.0\.0\.1:(\d+)/([\w-]{32})/", self.said[0])
        assert found is not None, self.said
        self.address, self.port, self.token = found[0], int(found[1]), found[2]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        errors = self.process.communicate(timeout=BOUND)[1]
        assert (self.process.returncode, errors) == (0, "")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("served"), "--db", str(sample), "--user", "default") as running:
        yield running


class Page:
    """What is drawn on a page, and its keys."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self._connection = connection
        self._screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    @property
    def is_closed(self) -> bool:
        return self._connection.closed

    async def read(self) -> None:
        """Draw what arrives until the connection ends; take the focus once something is drawn, as the page does."""
        has_focus = False
        async for message in self._connection:
            if message.type is not aiohttp.WSMsgType.BINARY:
                continue
            self._stream.feed(message.data)
            if not has_focus and self.text.strip():
                has_focus = True
                await self._connection.send_str(json.dumps(["focus"]))

    async def press(self, keys: str) -> None:
        await self._connection.send_str(json.dumps(["stdin", keys]))


@asynccontextmanager
async def page(address: str, **headers: str) -> AsyncIterator[Page]:
    """Open a page as a web browser does."""
    size = f"?width={SIZE[0]}&height={SIZE[1]}"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{address}ws{size}", headers=headers) as connection,
    ):
        opened = Page(connection)
        reading = asyncio.create_task(opened.read())
        yield opened
        await connection.close()
        await reading


async def status(url: str, **headers: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        return response.status


async def test_the_browser_is_drawn_on_the_page_and_takes_keys(server: Server) -> None:
    async with page(server.address) as opened:
        await until(lambda: "? help" in opened.text, "the browser")
        assert "read-only" in opened.text
        await opened.press("?")
        await until(lambda: HELP in opened.text, "the help")
        await opened.press("\x1b")
        await until(lambda: HELP not in opened.text, "no help")
        await opened.press("q")
        await until(lambda: opened.is_closed, "the end")


async def test_the_page_loads_nothing_from_elsewhere_and_tells_nobody_its_address(server: Server) -> None:
    async with aiohttp.ClientSession() as session, session.get(server.address) as response:
        text, headers = await response.text(), response.headers
        loaded = re.findall(r'(?:src|href)="(?!data:)([^"]+)"|url\("([^"]+)"\)', text)
        assert len(loaded) == 5
        for file, font in loaded:
            assert await status(urljoin(server.address, file or font)) == 200
    assert f'"ws://127.0.0.1:{server.port}/{server.token}/ws"' in text
    assert "https:" not in text
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


async def test_who_does_not_know_the_address_sees_nothing(server: Server) -> None:
    base = f"http://127.0.0.1:{server.port}/"
    for path in ("", "ws", "x/", "x/ws", f"{server.token[:-1]}/", f"{server.token}x/ws", "download/x"):
        assert await status(base + path) == 404


async def test_other_pages_and_other_names_are_refused(server: Server) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": f"evil.example:{server.port}"},
        {"Host": "127.0.0.1.evil.example"},
    ):
        assert await status(server.address, **headers) == 403
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            async with page(server.address, **headers):
                pass


async def test_at_the_other_end_of_a_tunnel_it_has_another_name(server: Server) -> None:
    host = {"Host": "localhost:9000", "Origin": "http://localhost:9000"}
    async with aiohttp.ClientSession() as session, session.get(server.address, headers=host) as response:
        assert "ws://localhost:9000/" in await response.text()
    async with page(server.address, **host) as opened:
        await until(lambda: "? help" in opened.text, "the browser")


def test_it_says_how_it_is_reached_and_from_afar(server: Server) -> None:
    assert "(read-only); ctrl+c ends it." in server.said[0]
    assert f"ssh -L {server.port}:127.0.0.1:{server.port} " in server.said[2]


def browsers(server: Server) -> set[int]:
    """Return the processes of the open pages."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(server.process.pid)], capture_output=True, text=True, check=False
    )
    return {int(number) for number in found.stdout.split()}


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_browser_ends_with_its_page_and_with_its_server(tmp_path: Path, sample: Path) -> None:
    server = Server(tmp_path, "--db", str(sample), "--user", "default")
    async with page(server.address) as opened:
        await until(lambda: "? help" in opened.text, "the browser")
        closed = browsers(server)
        assert len(closed) == 1
    await until(lambda: not browsers(server), "the end of the closed one")
    async with page(server.address) as opened:
        await until(lambda: "? help" in opened.text, "the browser")
        left = browsers(server)
        server.process.kill()
        server.process.communicate()
        await until(lambda: not any(map(is_there, left)), "the end of the one that was left alone")


async def test_the_page_edits_only_when_told(tmp_path: Path, sample_copy: Path) -> None:
    with Server(tmp_path, "--db", str(sample_copy), "--user", "default", "--write") as server:
        assert "(edits allowed)" in server.said[0]
        async with page(server.address) as opened:
            await until(lambda: "? help" in opened.text, "the browser")
            assert "read-only" not in opened.text
    assert "contradict each other" in refused(run(tmp_path, "serve", "--write", "--read-only"))


def test_what_cannot_be_served_is_refused_at_once(tmp_path: Path, sample: Path, server: Server) -> None:
    assert "no-such.db" in refused(run(tmp_path, "serve", "--db", "no-such.db"))
    said = refused(run(tmp_path, "serve", "--db", str(sample), "--port", str(server.port)))
    assert f"port {server.port} cannot be had" in said
    without = "import sys; sys.modules['textual_serve'] = None; from tui.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", without, "serve", "--db", str(sample)],
        capture_output=True,
        env=environment(tmp_path),
        timeout=BOUND,
        check=False,
    )
    assert "'clawback[web]'" in refused(done)


def test_under_textual_serve_a_refusal_is_shown_on_the_page(tmp_path: Path) -> None:
    done = run(tmp_path, "--db", "no-such.db", TEXTUAL_DRIVER="textual.drivers.web_driver:WebDriver")
    assert done.returncode == 2
    ready, _, packet = done.stdout.partition(b"\n")
    assert ready == b"__GANGLION__"
    assert packet[:1] == b"D"
    assert int.from_bytes(packet[1:5], "big") == len(packet) - 5
    assert b"no-such.db" in packet


def test_under_textual_serve_the_browser_is_drawn_and_read_only(tmp_path: Path, sample: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--db", str(sample), "--user", "default"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(tmp_path, TEXTUAL_DRIVER="textual.drivers.web_driver:WebDriver", COLUMNS="100", ROWS="30"),
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == b"__GANGLION__\n"
        drawn = b""
        while b"read-only" not in drawn:
            drawn += os.read(program.stdout.fileno(), 65536)
        # Nobody is there any more.
        program.stdin.close()
        while os.read(program.stdout.fileno(), 65536):
            pass
    assert program.returncode == 0
    assert printed(run(tmp_path, "paths"))
