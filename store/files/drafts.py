"""Drafts beside the place of a file: named by the process that writes them, and taken away when that has died.

A draft is locked as long as it is written, and its name has the number of its process: only one that no lock holds
and no process of this machine may be writing is taken for abandoned.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def draft_name(kind: str, suffix: str = "") -> str:
    """Return the name of a new draft of a kind, such as ``.clawback-export-4711-….part``."""
    return f".clawback-{kind}-{os.getpid()}-{os.urandom(8).hex()}{suffix}"


def hold(descriptor: int) -> None:
    """Mark an open draft as being written, until it is closed; without effect where files cannot be locked."""
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def draft_folder(parent: Path, kind: str) -> Iterator[Path]:
    """Hand out a new private folder for drafts, which is gone afterwards; those that were abandoned go first.

    Args:
        parent: Where to make it.
        kind: What is drafted.

    Raises:
        OSError: it cannot be made there.
    """
    take_away_abandoned(parent, kind)
    folder = parent / draft_name(kind)
    folder.mkdir(mode=0o700)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            hold(descriptor)
            yield folder
        finally:
            os.close(descriptor)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def take_away_abandoned(parent: Path, kind: str) -> None:
    """Take away the drafts of a kind that their processes left behind; never raises."""
    name = re.compile(rf"\.clawback-{re.escape(kind)}-(\d{{1,10}})-[0-9a-f]{{16}}(\.part)?")
    with suppress(OSError), os.scandir(parent) as entries:
        for entry in entries:
            found = name.fullmatch(entry.name)
            if found is not None and not _is_running(int(found[1])):
                with suppress(OSError):
                    _take_away(Path(entry.path))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        # Another user's.
        return True
    return True


def _take_away(draft: Path) -> None:
    """Take away a draft of our own that nobody has locked.

    Raises:
        OSError: it is another user's, or somebody writes it.
    """
    descriptor = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            return
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink()
    finally:
        os.close(descriptor)
