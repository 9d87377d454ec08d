"""Private files of the user's own: read without waiting, and changed by one process at a time."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from store.files.folders import make_private_folder
from store.files.locks import lock_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCK = ".lock"
_PATIENCE_S = 0.5
_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; an empty one if there is no file, or something else is in it.

    Raises:
        OSError: it cannot be read, or is no regular file: a FIFO would be waited for without an end.
    """
    try:
        handle = os.open(path, os.O_RDONLY | _FLAGS)
    except FileNotFoundError:
        return {}
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is not a regular file")
        text = file.read()
    with suppress(ValueError, RecursionError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    return {}


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes from changing the files of a folder, which is made if it is not there.

    On a thread that runs an event loop nobody is waited for.

    Raises:
        OSError: the lock cannot be had; ``BlockingIOError`` if another process does not let go of it.
    """
    make_private_folder(folder)
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | _FLAGS, 0o600)
    try:
        lock_until(handle, time.monotonic() + (0 if _has_loop() else _PATIENCE_S))
        yield
    finally:
        os.close(handle)


def _has_loop() -> bool:
    """Tell whether this thread runs an event loop."""
    with suppress(RuntimeError):
        asyncio.get_running_loop()
        return True
    return False
