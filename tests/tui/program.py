"""The program as a process: begun as everybody begins it, or forked from a process that has loaded it already."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
MAIN = "from tui.__main__ import main; main()"
CAN_FORK = hasattr(os, "pidfd_open")
AT_START = ("PYTHON", "TEXTUAL_", "LANG", "LC_", "ESCDELAY")
"""How the names of variables begin that are read while Python, or Textual, is loaded."""
CLOSED = -1
"""In place of the handle of a stream that is closed."""


class Process(Protocol):
    """What may be asked of a running program."""

    pid: int

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def kill(self) -> None: ...


class Forked:
    """A program that a process which had loaded it became.

    Args:
        arguments: What follows the program's name.
        folder: The working directory.
        environment: All variables.
        streams: The handles of stdin, stdout and stderr, or ``CLOSED``.
        code: The program, in Python.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        streams: Sequence[int],
        code: str = MAIN,
    ) -> None:
        self.returncode: int | None = None
        self._answers, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {
            "arguments": [*arguments],
            "folder": str(folder),
            "environment": {**environment},
            "code": code,
            "streams": [number for number in range(3) if streams[number] != CLOSED],
        }
        handles = [handle for handle in streams if handle != CLOSED]
        with theirs:
            socket.send_fds(_server()[1], [json.dumps(request).encode()], [theirs.fileno(), *handles])
        self.pid = int(self._answers.recv(64))

    def poll(self) -> int | None:
        """Return how it ended, ``None`` while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return how it ended."""
        status = self._look(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("clawback", timeout or 0)
        return status

    def send_signal(self, sig: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._answers], [], [], timeout)[0]:
            self.returncode = int(self._answers.recv(64))
            self._answers.close()
        return self.returncode


def is_forked_alike(more: Mapping[str, str], code: str = MAIN) -> bool:
    """Tell whether a program that was loaded before does the same as one that is begun now."""
    read_at_start = [name for name in more if name.startswith(AT_START) and name != "PYTHONIOENCODING"]
    return CAN_FORK and code.endswith(MAIN) and not read_at_start


@cache
def _server() -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Begin the process that forks, and return it with the socket to ask it by."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    variables = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "TZ": "UTC"}
    with theirs:
        command = [sys.executable, str(ROOT / "tests/tui/program_server.py"), str(theirs.fileno())]
        process = subprocess.Popen(
            command, env={**variables, "TEXTUAL_ANIMATIONS": "none"}, pass_fds=[theirs.fileno()]
        )
    return process, ours


def end_server() -> None:
    """End the process that has the program loaded, if it was begun."""
    if _server.cache_info().currsize:
        process, ours = _server()
        ours.close()
        process.wait()
