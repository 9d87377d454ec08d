"""Make folders that only their owner may enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Create a folder, and its parents, that only its owner may enter (0700), whatever the umask.

    Raises:
        OSError: it cannot be made, or something else lies there.
    """
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
