"""Keep what was counted in a private file, to be taken again where it still holds. Losing it costs only time."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from store.files.private_file import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LARGEST = 8_000_000
"""Bytes of such a file at most; what is larger is not kept."""
LARGEST_FOLDER = 32_000_000
"""Bytes of all such files of a folder at most; the oldest go first."""
TRUSTED_US = 7 * 86_400_000_000
"""How long, in microseconds, counts are taken: a time that another program rewrites in place changes no proof."""
BROKEN = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading facts raises that are not what we wrote."""
_VERSION = 1
_SUFFIX = ".counts"


class KeptCounts:
    """The file about one history of one user. Neither reading nor writing it ever raises.

    Args:
        folder: Where such files lie, private to their owner; ``None`` to keep nothing.
        source: What tells the history from others.
        user_id: Whose history.
        anew: Read nothing of what was kept.
    """

    def __init__(self, folder: Path | None, source: str, user_id: str, *, anew: bool = False) -> None:
        self._stamp = [_VERSION, source, user_id]
        name = blake2b(json.dumps(self._stamp).encode(), digest_size=12).hexdigest()
        self._path = None if folder is None else folder / f"{name}{_SUFFIX}"
        self._anew = anew

    @property
    def is_kept(self) -> bool:
        """Tell whether anything is kept."""
        return self._path is not None

    def read(self) -> dict[str, Any]:
        """Return the facts that were kept, none if there are none, or the file is of something else."""
        if self._path is None or self._anew:
            return {}
        with suppress(OSError, ValueError, RecursionError):
            handle = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
            with os.fdopen(handle, "rb") as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
                    return {}
                facts = json.loads(file.read(LARGEST))
            if isinstance(facts, dict) and facts.pop("stamp", None) == self._stamp:
                return facts
        return {}

    def write(self, facts: Mapping[str, Any]) -> None:
        """Keep facts, which must be what JSON can hold, in place of those that were kept before."""
        if self._path is None:
            return
        text = json.dumps({"stamp": self._stamp, **facts}, separators=(",", ":"))
        with suppress(OSError):
            if len(text) > LARGEST:
                self._path.unlink(missing_ok=True)
                return
            write_private(self._path, text)
            _make_room(self._path.parent)


def _make_room(folder: Path) -> None:
    """Delete the oldest files where all of them together are too large."""
    found = [(each, each.stat()) for each in folder.glob(f"*{_SUFFIX}")]
    size = 0
    for path, facts in sorted(found, key=lambda each: each[1].st_mtime_ns, reverse=True):
        size += facts.st_size
        if size > LARGEST_FOLDER:
            path.unlink(missing_ok=True)
