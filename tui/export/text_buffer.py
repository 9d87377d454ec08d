"""Hand on small texts as large ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SIZE = 1 << 19
"""Characters from which on they are handed on."""


class TextBuffer:
    """Gathers texts.

    Args:
        put: Takes what came together.
    """

    def __init__(self, put: Callable[[str], object]) -> None:
        self._put = put
        self._held: list[str] = []
        self._size = 0

    def add(self, text: str) -> None:
        """Take a text, and hand on what came together if that is much."""
        self._held.append(text)
        self._size += len(text)
        if self._size >= _SIZE:
            self.flush()

    def flush(self) -> None:
        """Hand on what came together."""
        if self._held:
            text = "".join(self._held)
            self._held.clear()
            self._size = 0
            self._put(text)
