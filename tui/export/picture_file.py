"""A picture of a message as a file: named by what is known of it, private, and never over another one."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING

from store.files.atomic_file import reserve
from tui.export.file_names import file_name

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from store.domain.pictures import Picture


def save_picture(picture: Picture, folder: Path, identity: str, at: datetime) -> Path:
    """Write a picture to a file of its own and return where that is.

    Args:
        picture: The picture.
        folder: Where the file shall lie.
        identity: The id of its message.
        at: The time of its message.

    Raises:
        OSError: it cannot be written there; nothing of it stays.
        ValueError: it is no base64.
    """
    content = picture.decoded()
    name = file_name(picture.label or "picture", identity, at, picture.suffix)
    for number in count(1):
        path = folder / (name if number == 1 else f"{name.removesuffix(picture.suffix)}-{number}{picture.suffix}")
        try:
            handle = reserve(path)
        except FileExistsError:
            continue
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        break
    return path
