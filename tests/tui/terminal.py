"""The real program in a pseudo-terminal of 120 × 40: every byte it writes is kept, and drawn by pyte to look at."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, Self

import pyte
import pytest

from tests.tui.program import MAIN, ROOT, Forked, is_forked_alike
from tests.tui.waiting import BOUND

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.program import Process

COLUMNS, ROWS = 120, 40
QUIET = 0.3
"""Seconds without a byte after which a program is taken to be at rest."""
_STYLE = re.compile(rb"\x1b\[[0-9;]*m")
_CUT = re.compile(rb"\x1b(?:\[[0-9;]*)?\Z")
# The pseudo-terminal becomes the session's own, so that closing it hangs up.
_CONTROL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment in which nothing outside a folder is read or written."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "TEXTUAL_ANIMATIONS": "none",
        **more,
    }


class Terminal:
    """A program on a terminal of its own.

    Args:
        folder: Its home and working directory.
        arguments: What follows the program's name.
        code: The program, in Python.
        piped: Which of its standard streams (0, 1, 2) are no terminal.
        from_start: Whether Python itself is begun: for what happens before the first frame.
        more: Further environment variables.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        code: str = MAIN,
        piped: tuple[int, ...] = (),
        from_start: bool = False,
        **more: str,
    ) -> None:
        self.written = b""
        self._undrawn = b""
        self._text: str | None = None
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.modes = termios.tcgetattr(self._slave)
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        streams = [subprocess.PIPE if number in piped else self._slave for number in range(3)]
        code, variables = ("" if 0 in piped else _CONTROL) + code, environment(folder, **more)
        self.process: Process
        if not (piped or from_start) and is_forked_alike(more, code):
            self.process = Forked(arguments, folder=folder, environment=variables, streams=streams, code=code)
            return
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            cwd=folder,
            env=variables,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if isinstance(self.process, subprocess.Popen):
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                if stream is not None:
                    stream.close()
        self.close()

    def close(self) -> None:
        """Take the terminal away."""
        for handle in (self._master, self._slave):
            if handle >= 0:
                os.close(handle)
        self._master = self._slave = -1

    def text(self) -> str:
        """Return what the terminal shows."""
        if self._text is None:
            self._text = "\n".join(line.rstrip() for line in self._screen.display)
        return self._text

    def until(self, condition: str | Callable[[str], bool]) -> None:
        """Read until a text is on the screen, or a condition on the screen's text holds."""
        holds = (lambda text: condition in text) if isinstance(condition, str) else condition
        end = time.monotonic() + BOUND
        while not holds(self.text()):
            if not self._read(0.2) and (self.process.poll() is not None or time.monotonic() > end):
                pytest.fail(f"never came true: {condition}; status {self.process.poll()}, screen:\n{self.text()}")

    def settle(self, quiet: float = QUIET) -> None:
        """Read until the program has nothing more to draw for a while, as when a screen above has gone."""
        end = time.monotonic() + BOUND
        while self._read(quiet) and time.monotonic() < end:
            pass

    def type(self, keys: str) -> None:
        """Type, without waiting for anything."""
        os.write(self._master, keys.encode())

    def press(self, keys: str, condition: str | Callable[[str], bool]) -> None:
        """Type, then read until the condition holds."""
        os.write(self._master, keys.encode())
        self.until(condition)

    def finish(self, keys: str = "") -> int:
        """Read until the program ended, and everything that it wrote; return its status, as a shell shows it."""
        if keys:
            os.write(self._master, keys.encode())
        end = time.monotonic() + BOUND
        while (status := self.process.poll()) is None:
            self._read(0.05)
            if time.monotonic() > end:
                pytest.fail(f"still running, screen:\n{self.text()}")
        while self._read(0):
            pass
        return status

    def is_restored(self) -> bool:
        """Tell whether the terminal is as the program found it."""
        return termios.tcgetattr(self._slave) == self.modes

    def _read(self, seconds: float) -> bool:
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        data = b""
        while select.select([self._master], [], [], 0)[0]:
            data += os.read(self._master, 65536)
        self.written += data
        self._draw(data)
        return bool(data)

    def _draw(self, data: bytes) -> None:
        """Draw what was written, without styles: they are most of the bytes, and nothing of the text."""
        data = self._undrawn + data
        cut = _CUT.search(data)
        self._undrawn = data[cut.start() :] if cut else b""
        self._stream.feed(_STYLE.sub(b"", data[: len(data) - len(self._undrawn)]))
        self._text = None
