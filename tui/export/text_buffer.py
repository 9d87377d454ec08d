"""Gather small texts until they are worth writing."""

from __future__ import annotations

_SIZE = 1 << 19
"""Characters that are much."""


class TextBuffer:
    """Texts that come one after the other."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Tell whether what came together is much."""
        return self._size >= _SIZE

    def add(self, text: str) -> None:
        """Take a text."""
        self._held.append(text)
        self._size += len(text)

    def taken(self) -> str:
        """Return what came together, and begin anew."""
        text = "".join(self._held)
        self._held.clear()
        self._size = 0
        return text
