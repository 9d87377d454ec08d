"""Write files that only their owner may read, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from store.files.folders import make_private_folder

if TYPE_CHECKING:
    from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, beside and then renamed into place.

    Raises:
        OSError: it cannot be written; what was there is left as it was.
    """
    make_private_folder(path.parent)
    # mkstemp makes the file 0600.
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
