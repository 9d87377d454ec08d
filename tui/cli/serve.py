"""``clawback serve``: the browser on a page of a web browser, for whoever knows the address it prints."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from typing import TYPE_CHECKING

import click

from store import open_store
from tui.cli.output import say
from tui.cli.stopping import stopping
from tui.text.visible import one_line

if TYPE_CHECKING:
    from store.environment.source import Source
    from tui.cli.options import Options

COMMAND = shlex.join(["exec", sys.executable, "-P", "-m", "tui"])
"""What starts a browser; -P keeps what lies in the working directory from being run."""


async def serve(source: Source, options: Options, *, port: int, writes: bool) -> int | None:
    """Serve until a signal ends it.

    Args:
        source: The history, which must open for anything to be served.
        options: What was said of it, handed on to the browsers.
        port: Where; 0 for any that is free.
        writes: Whether the browsers may edit.

    Raises:
        click.ClickException: the port cannot be had, or a package is missing.
        StoreError: the history cannot be opened.
    """
    try:
        from tui.cli.page_server import RunningServer
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("aiohttp", "textual_serve"):
            raise
        raise click.ClickException(
            "a web page needs one more package: python -m pip install 'clawback[web]'."
        ) from None
    async with open_store(source.target, read_only=True):
        pass
    _hand_on(options, writes=writes)
    with stopping() as stop:
        try:
            async with RunningServer(COMMAND, port) as server:
                _tell(server.address, server.port, writes=writes)
                await stop.wait()
        except OSError as error:
            raise click.ClickException(
                f"port {port} cannot be had ({error.strerror}); choose another one with --port."
            ) from None
    return None


def _hand_on(options: Options, *, writes: bool) -> None:
    """Put what was said into the environment of the browsers, where no list of processes shows it."""
    values = {"DB": options.db, "SOURCE": options.source, "USER": options.user, "CHANNEL": options.channel}
    values["READ_ONLY"] = "0" if writes else "1"
    for name, value in values.items():
        os.environ.pop(f"CLAWBACK_{name}", None)
        if value is not None:
            os.environ[f"CLAWBACK_{name}"] = value


def _tell(address: str, port: int, *, writes: bool) -> None:
    may = "edits allowed" if writes else "read-only"
    host = one_line(socket.gethostname())
    say(f"clawback is at {address} ({may}); ctrl+c ends it.")
    say("Whoever knows this address reads your history: keep it to yourself.")
    say(f"From another machine: ssh -L {port}:127.0.0.1:{port} {host}, then open the same address there.")
