"""The standard streams: closed ones cost nothing, a failure to print is one sentence, a sated reader is none."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STDIN, _STDOUT, _STDERR = range(3)


def prepare() -> None:
    """Make the streams safe to use: for the whole process, before anything is opened or printed.

    A file that took the number of a closed stream would be read or written as that stream. What the encoding of
    stdout does not have becomes a stand-in.
    """
    for number in (_STDIN, _STDOUT, _STDERR):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number: this one.
            os.open(os.devnull, os.O_RDONLY if number == _STDIN else os.O_WRONLY)
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # for the whole process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # for the whole process
    if sys.stdout is not None:
        sys.stdout.flush()
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(_Stdout(_STDOUT, "w", closefd=False)),
            encoding=sys.stdout.encoding,
            errors="replace",
            line_buffering=sys.stdout.isatty(),
        )


def is_terminal() -> bool:
    """Tell whether stdout goes to a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def require() -> None:
    """Refuse a stdout that was closed before we began.

    Raises:
        click.ClickException: it is closed.
    """
    if sys.stdout is None:
        raise click.ClickException("stdout is closed; nothing was written.")


def begin() -> None:
    """Refuse a closed stdout; let a reader that has seen enough end the process without a word.

    Raises:
        click.ClickException: it is closed.
    """
    require()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def say(text: str) -> None:
    """Print a text and end the line.

    Raises:
        click.ClickException: it cannot be written.
    """
    click.echo(text)


def put(text: str) -> None:
    """Print a text as UTF-8, whatever the locale, when enough of it came together or at a ``flush``.

    Raises:
        click.ClickException: it cannot be written.
    """
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def flush() -> None:
    """Print what came together.

    Raises:
        click.ClickException: it cannot be written.
    """
    sys.stdout.buffer.flush()


class _Stdout(io.FileIO):
    """The file behind stdout: the first failure to write to it is told, whoever prints."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            # Python tries again when it ends, and would say so in its own way.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if isinstance(error, BrokenPipeError):
                # Whoever read has had enough, as ``head`` has.
                raise SystemExit(0) from None
            raise click.ClickException(
                f"stdout cannot be written ({error.strerror}); what is there is not whole."
            ) from None
