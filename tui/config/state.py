"""What clawback remembers between sessions, in a private file of the user's own: the theme, the user per database."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import platformdirs

APP = "clawback"


def state_file() -> Path:
    """Return where the state is kept."""
    return Path(platformdirs.user_state_dir(APP)) / "state.json"


def demo_file() -> Path:
    """Return where the sample history is kept."""
    return Path(platformdirs.user_data_dir(APP)) / "demo.db"


def index_folder() -> Path:
    """Return where search indexes are kept."""
    return Path(platformdirs.user_cache_dir(APP)) / "index"


def make_private_folder(folder: Path) -> None:
    """Create a folder, and its parents, that only its owner may enter (0700)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, beside and then renamed into place."""
    make_private_folder(path.parent)
    # mkstemp makes the file 0600.
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(beside).replace(path)


class State:
    """Small facts by name. Losing them costs nothing, so neither reading nor writing ever raises.

    Args:
        path: The file; ``None`` remembers nothing beyond this process.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._facts: dict[str, Any] = {}
        if path is not None:
            with contextlib.suppress(OSError, ValueError):
                facts = json.loads(path.read_text(encoding="utf-8"))
                if isinstance(facts, dict):
                    self._facts = facts

    @property
    def journal(self) -> Path:
        """Return where past edits are kept: beside the state; where nothing is remembered, nothing can be edited."""
        return self._path.with_name("edits.jsonl") if self._path is not None else Path(os.devnull)

    @property
    def seen(self) -> Path | None:
        """Return where what was seen is kept: beside the state."""
        return self._path.with_name("seen.json") if self._path is not None else None

    def get(self, name: str) -> str | None:
        """Return a remembered text, or ``None``."""
        value = self._facts.get(name)
        return value if isinstance(value, str) else None

    def take(self, name: str) -> str | None:
        """Return a remembered text, and remember it no more; ``None`` if there is none."""
        text = self.get(name)
        if text is not None:
            del self._facts[name]
            self._write()
        return text

    def report(self, text: str) -> str:
        """Keep the report of a fault beside the state; return where it lies, empty if it cannot be kept."""
        if self._path is None:
            return ""
        path = self._path.with_name("fault.txt")
        with contextlib.suppress(OSError):
            write_private(path, text)
            return str(path)
        return ""

    def names(self, prefix: str) -> list[str]:
        """Return the names of facts that begin so, in order."""
        return sorted(name for name in self._facts if name.startswith(prefix))

    def set(self, name: str, value: str) -> None:
        """Remember a text."""
        if self._facts.get(name) == value:
            return
        self._facts[name] = value
        self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        with contextlib.suppress(OSError):
            write_private(self._path, json.dumps(self._facts, indent=1, sort_keys=True))
