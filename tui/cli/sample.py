"""The sample histories of ``clawback demo``: both lives of an assistant, each in a file of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.environment.locate import locate
from store.files.folders import make_private_folder
from store.opening import holds_threads
from tui.cli.history import Choice
from tui.config.state import demo_file, demo_file_of_1

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.environment.source import Source


def samples(*, fresh: bool) -> tuple[Choice, list[Source]]:
    """Return the sample histories, written now if they are not there, and the one to begin with.

    Args:
        fresh: Whether to write them anew.

    Raises:
        click.ClickException: there is no room for them.
    """
    from store.demo import OWNER, write_demo, write_ironclaw1
    from store.demo.thread_writer import USER

    now = datetime.now(UTC).replace(second=0, microsecond=0)
    is_new = _write(demo_file(), lambda path: write_demo(path, end=now), fresh=fresh)
    _write(demo_file_of_1(), lambda path: write_ironclaw1(path, now), fresh=fresh)
    sources = [
        _source("0.x", demo_file(), OWNER, "sample history"),
        _source("1.x", demo_file_of_1(), USER, "sample history of 1.x"),
    ]
    return Choice(sources[0], "the sample", is_first_start=is_new), sources


def _write(path: Path, write: Callable[[Path], None], *, fresh: bool) -> bool:
    """Write a sample where there is none; return whether that was done."""
    make_private_folder(path.parent)
    if fresh:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
    if path.exists():
        return False
    click.echo(f"Writing {path.name} …", err=True)
    try:
        write(path)
    except FileExistsError:
        # Another one was quicker.
        return False
    except OSError as error:
        raise click.ClickException(f"{path} cannot be made ({error.strerror}); make room for it.") from None
    return True


def _source(name: str, path: Path, user: str, shown: str) -> Source:
    (found,) = locate(db=str(path), user=user, holds_threads=holds_threads).sources
    return replace(found, name=name, shown=shown)
