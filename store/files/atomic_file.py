"""Put a finished file in its place: whole or not at all, and over another one only when told to.

Whoever makes a file that somebody may wait for (the sample history, an import, an export) writes it beside its place
and ends here.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS})


def require_free(path: Path) -> None:
    """Refuse a path at which something lies, if only a dangling link.

    Raises:
        FileExistsError: something lies there.
    """
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def reserve(path: Path) -> int:
    """Create an empty file that only its owner can read, and return its descriptor, open for reading and writing.

    Raises:
        FileExistsError: something lies there, if only a link.
        OSError: it cannot be made there.
    """
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_RDWR, 0o600)


def put_in_place(draft: Path, path: Path, *, replaces: bool = False) -> None:
    """Give a finished file its name, and see that the disk keeps it.

    Args:
        draft: The file, on the same disk.
        path: Its place.
        replaces: Whether it may take the place of another file.

    Raises:
        FileExistsError: something lies at the path, and must not be replaced.
        OSError: the file cannot be put there.
    """
    if replaces:
        draft.replace(path)
    else:
        _link(draft, path)
    with suppress(OSError):
        _sync(path.absolute().parent)


def _link(draft: Path, path: Path) -> None:
    """Give the file a second name, which fails where one exists; then take the first one away."""
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        os.close(reserve(path))
        try:
            draft.replace(path)
        except BaseException:
            path.unlink()
            raise
    else:
        draft.unlink()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
