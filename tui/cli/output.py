"""What is printed for people and pipes: a failure to write is one sentence, a reader who has had enough none."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


def require() -> None:
    """Refuse a stdout that was closed before we began.

    Raises:
        click.ClickException: it is closed.
    """
    if sys.stdout is None:
        raise click.ClickException("stdout is closed; nothing was written.")


def say(text: str) -> None:
    """Print a text and end the line.

    Raises:
        click.ClickException: it cannot be written.
    """
    with _told():
        click.echo(text)


def put(text: str) -> None:
    """Print a text as UTF-8, whatever the locale, when enough of it came together or at a ``flush``.

    Raises:
        click.ClickException: it cannot be written.
    """
    with _told():
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def flush() -> None:
    """Print what came together.

    Raises:
        click.ClickException: it cannot be written.
    """
    with _told():
        sys.stdout.buffer.flush()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Python tries again when it ends, and would say so in its own way.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        if isinstance(error, BrokenPipeError):
            # Whoever read has had enough, as ``head`` has.
            raise SystemExit(0) from None
        raise click.ClickException(
            f"stdout cannot be written ({error.strerror}); what is there is not whole."
        ) from None
