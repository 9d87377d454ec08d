"""Hands the terminal to another program, waits for its end, and takes the terminal back as it was.

While it runs nothing is drawn and nothing is read.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from textual.app import App

_LEAVE_SCREEN = "\x1b[?1049l"
"""What a program that was killed may have left undone: its screen."""
_SAVE_TITLE = "\x1b[22;0t"
_RESET = (
    "\x1b(B\x1b)B\x0f"  # characters: letters, not lines to draw with
    "\x1b[4l\x1b[20l\x1b[?1l\x1b>\x1b[?5l\x1b[?7h\x1b[?25h\x1b[0m"  # modes: overwrite, wrap, cursor, colours
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l"  # what it reports: mouse, focus, pastes
    "\x1b[?69l\x1b[?6l\x1b[r\x1b[999;1H"  # margins; the cursor goes to the last line
    "\x1b[23;0t"  # the title as it was saved
)
"""Whatever a program, or the text that it printed, may have set on the terminal, set back."""
GRACE_S = 2.0
"""Seconds that a program has to end when clawback is told to."""


def run(
    app: App[Any], command: Sequence[str], *, stdin: IO[bytes] | None = None, asks_below_s: float = 0.0
) -> str | None:
    """Run a program on the terminal; return what is to be said of its end, ``None`` if it went well.

    Args:
        app: The application that has the terminal.
        command: The program and its arguments; no shell reads them.
        stdin: What it reads; by default the terminal.
        asks_below_s: If it ended sooner, in seconds, to wait for enter, so that what it printed can be read.
    """
    said: str | None = None
    try:
        with app.suspend(), _leaving_keys_to_it():
            said = _run(command, stdin, asks_below_s)
    except SuspendNotSupported:
        return "Programs can be started only from a terminal."
    return said


def _run(command: Sequence[str], stdin: IO[bytes] | None, asks_below_s: float) -> str | None:
    """Run a program and say how it ended; never raises, since nobody would take the terminal back."""
    name = one_line(Path(command[0]).name)
    begun = time.monotonic()
    try:
        with (
            _keeping_terminal(),
            subprocess.Popen(command, stdin=stdin) as program,
            _on_leaving(partial(_stop, program)),
        ):
            status = program.wait()
    except FileNotFoundError:
        return f"There is no program {name}; check its name."
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "it cannot be run"
        return f"{name} could not be started: {reason}."
    if status < 0:
        _write(_LEAVE_SCREEN)
    said = _end(name, status)
    if time.monotonic() - begun < asks_below_s:
        _write(f"\n[{said or f'{name} ended with status 0.'} Press enter to go back.] ")
        _wait_for_enter()
    return said


def _end(name: str, status: int) -> str | None:
    """Return how a program ended, ``None`` if it ended well."""
    if not status:
        return None
    if status > 0:
        return f"{name} ended with status {status}."
    try:
        return f"{name} was ended by {signal.Signals(-status).name}."
    except ValueError:
        return f"{name} was ended by signal {-status}."


def _write(text: str) -> None:
    if sys.__stdout__ is not None:
        with suppress(OSError):
            sys.__stdout__.write(text)
            sys.__stdout__.flush()


def _stop(program: subprocess.Popen[bytes]) -> None:
    """End a program, by force if it does not listen."""
    program.terminate()
    last = threading.Timer(GRACE_S, program.kill)
    last.daemon = True
    last.start()


def _wait_for_enter() -> None:
    def interrupt() -> None:
        raise InterruptedError

    with suppress(OSError), _on_leaving(interrupt):
        while (read := os.read(sys.__stdin__.fileno() if sys.__stdin__ else 0, 1024)) and b"\n" not in read:
            pass


@contextmanager
def _on_leaving(call: Callable[[], None]) -> Iterator[None]:
    """Call something when a signal tells us to leave, beside what is done then anyway."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def leave(number: int, frame: FrameType | None) -> None:
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)
        call()

    for number in before:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _keeping_terminal() -> Iterator[None]:
    """Give the terminal its modes and its title back, should the program have left others."""
    handle = sys.__stdin__.fileno() if sys.__stdin__ else 0
    modes = None
    with suppress(termios.error):
        modes = termios.tcgetattr(handle)
    _write(_SAVE_TITLE)
    try:
        yield
    finally:
        if modes is not None:
            with suppress(termios.error):
                termios.tcsetattr(handle, termios.TCSADRAIN, modes)
        _write(_RESET)


@contextmanager
def _leaving_keys_to_it() -> Iterator[None]:
    """Let the keys that interrupt mean the program alone; it inherits no handler, as it would a signal ignored."""

    def overhear(_number: int, _frame: FrameType | None) -> None:
        pass

    before = {number: signal.signal(number, overhear) for number in (signal.SIGINT, signal.SIGQUIT)}
    # ctrl+z stops both of us; Textual would leave the screen that it has left.
    before[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
