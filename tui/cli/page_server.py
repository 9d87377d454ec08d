"""A web server on this machine alone, whose page shows the browser to whoever knows its secret address."""

from __future__ import annotations

import html
import logging
import re
import secrets
import socket
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from aiohttp import web
from textual_serve.server import Server

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

HOST = "127.0.0.1"
FONT_SIZE = 14
LONGEST_END_S = 5.0
"""Seconds that the browsers of open pages have to end."""
_LOCAL = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?")
"""What a web browser on this machine, or at the other end of an ssh tunnel, calls the server."""


class PageServer(Server):
    """Serves the page, and a browser to each that is open.

    Textual's own server asks nobody who they are and lets every web page connect. Here the address holds a secret,
    the name of the server must be a local one, and a connection must come from the page itself.

    Args:
        command: What starts a browser, in words of a shell.
        token: The secret of the address.
    """

    def __init__(self, command: str, token: str) -> None:
        super().__init__(command, host=HOST, title="clawback")
        self._token = token
        self._page = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
        self._script = Path(__file__).with_name("page.js").read_text(encoding="utf-8")

    def application(self) -> web.Application:
        """Return what answers requests."""
        application = web.Application(middlewares=[self._guard])
        application.on_response_prepare.append(_restrict)
        application.add_routes(
            [
                web.get("/{token}/", self.show_page),
                web.get("/{token}/page.js", self.show_script),
                web.get("/{token}/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),  # the key is a secret of its own
                web.static("/static", self.statics_path),
            ]
        )
        return application

    async def show_page(self, request: web.Request) -> web.Response:
        """Return the page; it connects back under the name by which it was reached."""
        socket_url = html.escape(f"ws://{request.host}/{self._token}/ws")
        text = self._page.substitute(websocket=socket_url, font_size=FONT_SIZE)
        return web.Response(text=text, content_type="text/html")

    async def show_script(self, _request: web.Request) -> web.Response:
        """Return the script of the page."""
        return web.Response(text=self._script, content_type="text/javascript")

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what does not come from the page of somebody who was told the address."""
        if not _LOCAL.fullmatch(request.host):
            raise web.HTTPForbidden(text="clawback is served under local names only.")
        if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
            raise web.HTTPForbidden(text="Another page may not connect.")
        token = request.match_info.get("token")
        if token is not None and not secrets.compare_digest(token.encode(), self._token.encode()):
            raise web.HTTPNotFound(text="The address is not whole; copy all of what clawback serve printed.")
        return await handler(request)


async def _restrict(request: web.Request, response: web.StreamResponse) -> None:
    """Let the page load from here alone, tell nobody its address, and stand in no other page."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self';"
        f" img-src 'self' data:; connect-src 'self' ws://{request.host};"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"


class RunningServer:
    """A server that answers as long as it is entered.

    Args:
        command: What starts a browser, in words of a shell.
        port: Where; 0 for any that is free.

    Raises:
        OSError: when it is entered, the port cannot be had.
    """

    def __init__(self, command: str, port: int) -> None:
        # What it reports of a browser may hold what was typed there.
        logging.getLogger("textual-serve").addHandler(logging.NullHandler())
        self._port = port
        self._token = secrets.token_urlsafe(24)
        self._runner = web.AppRunner(
            PageServer(command, self._token).application(), access_log=None, shutdown_timeout=LONGEST_END_S
        )

    @property
    def port(self) -> int:
        """Return the port at which it answers."""
        return self._port

    @property
    def address(self) -> str:
        """Return the secret address of the page."""
        return f"http://{HOST}:{self._port}/{self._token}/"

    async def __aenter__(self) -> RunningServer:
        """Begin to answer."""
        listening = socket.create_server((HOST, self._port))
        self._port = listening.getsockname()[1]
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the browsers, then the server."""
        await self._runner.cleanup()
