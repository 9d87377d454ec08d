"""What clawback remembers between sessions, in a private file of the user's own: the theme, the user per database."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from threading import Thread
from typing import Any

import platformdirs

from store.files.private_file import write_private
from tui.config.private_file import alone, read_object

APP = "clawback"


def state_file() -> Path:
    """Return where the state is kept."""
    return Path(platformdirs.user_state_dir(APP)) / "state.json"


def demo_file() -> Path:
    """Return where the sample history is kept."""
    return Path(platformdirs.user_data_dir(APP)) / "demo.db"


def demo_file_of_1() -> Path:
    """Return where the sample history of IronClaw 1.x is kept."""
    return demo_file().with_name("demo-1.x.db")


def index_folder() -> Path:
    """Return where search indexes and counts are kept."""
    return Path(platformdirs.user_cache_dir(APP)) / "index"


class State:
    """Small facts by name. Losing them costs nothing, so neither reading nor writing ever raises.

    Several processes may keep their state in one file: each writes what it changed, never what it read, and sees what
    the others wrote.

    Args:
        path: The file; ``None`` remembers nothing beyond this process.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read_as: tuple[int, ...] | None = None
        """What the file was when it was read: its inode, time and size."""
        self._stored: dict[str, str] = {}
        self._unwritten: dict[str, str | None] = {}
        """What was changed and is not in the file yet; ``None`` for what is taken out."""

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
        return self._facts().get(name)

    def take(self, name: str) -> str | None:
        """Return a remembered text, and remember it no more; ``None`` if there is none."""
        text = self.get(name)
        if text is not None:
            self._change(name, None)
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

    def beside(self, name: str) -> State:
        """Return a file of facts of its own beside this one, for those that grow in number."""
        return State(self._path.with_name(name) if self._path is not None else None)

    def facts(self, prefix: str) -> dict[str, str]:
        """Return the facts whose names begin so, in the order of their names."""
        return {name: text for name, text in sorted(self._facts().items()) if name.startswith(prefix)}

    def names(self, prefix: str) -> list[str]:
        """Return the names of facts that begin so, in order."""
        return list(self.facts(prefix))

    def set(self, name: str, value: str) -> None:
        """Remember a text."""
        if self.get(name) != value:
            self._change(name, value)

    def _facts(self) -> dict[str, str]:
        """Return what holds: the file as it is by now, and what could not be written to it."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                found = os.stat(self._path)
                if self._read_as != (read_as := (found.st_ino, found.st_mtime_ns, found.st_size)):
                    self._stored, self._read_as = _texts(read_object(self._path)), read_as
        return _changed(self._stored, self._unwritten)

    def _change(self, name: str, value: str | None) -> None:
        self._unwritten[name] = value
        if self._path is None:
            return
        try:
            self._write(self._path)
        except BlockingIOError:
            # Another process is writing. An event loop must not wait for it.
            Thread(target=self._write_patiently, args=(self._path,)).start()
        except OSError:
            pass

    def _write_patiently(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            self._write(path)

    def _write(self, path: Path) -> None:
        """Write what was changed, on any thread; what is changed meanwhile stays to be written.

        Raises:
            OSError: it cannot be written; ``BlockingIOError`` if another process is writing.
        """
        with alone(path.parent):
            changes = dict(self._unwritten)
            facts = _changed(read_object(path), changes)
            write_private(path, json.dumps(facts, indent=1, sort_keys=True))
            self._stored, self._read_as = _texts(facts), None
            for name, value in changes.items():
                if self._unwritten.get(name, "") is value:
                    del self._unwritten[name]


def _changed(facts: dict[str, Any], changes: dict[str, str | None]) -> dict[str, Any]:
    """Return facts with some of them changed, and those without a text taken out."""
    found = {**facts, **changes}
    return {name: value for name, value in found.items() if value is not None or name not in changes}


def _texts(facts: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if isinstance(value, str)}
