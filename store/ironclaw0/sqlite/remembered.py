"""What searches of a file of IronClaw 0.x remember of one state of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.search_memory import Searched
from store.ironclaw0.known_titles import Titles
from store.ironclaw0.sqlite.search_sql import Total

if TYPE_CHECKING:
    from array import array

    from store.ironclaw0.sqlite.search_common import Layout
    from store.ironclaw0.sqlite.search_sql import Range, Scope

MOST_LAID_OUT = 8_000_000
"""Bytes of layouts that are remembered: two million rows, less what their tool calls hide."""
_ROW_BYTES = 4


class FileState(NamedTuple):
    """What tells later what has changed for a user."""

    newest: tuple[int, Any]
    """The number and the id of the newest message."""
    rows: array[int]
    """The conversations of the user."""
    prints: array[int]
    """What tells whether each was changed."""
    routines: int
    """What tells whether a routine was."""


class Layouts:
    """The layouts of ranges, as many as there is room for."""

    def __init__(self) -> None:
        self._layouts: dict[Range, Layout | None] = {}
        self._room = MOST_LAID_OUT

    def may_have(self, span: Range) -> bool:
        """Tell whether the layout of a range is known, or worth reading."""
        return self._layouts[span] is not None if span in self._layouts else span.rows * _ROW_BYTES <= self._room

    def of(self, span: Range) -> Layout | None:
        """Return the layout of a range, ``None`` if that is not known."""
        return self._layouts.get(span)

    def note(self, span: Range, layout: Layout | None) -> None:
        """Remember the layout of a range; ``None`` says that it has none, so that it is not looked for again."""
        if span not in self._layouts:
            self._room -= span.rows * _ROW_BYTES + (len(layout.hidden) if layout else 0)
            self._layouts[span] = layout


class Remembered(Searched[Total]):
    """Titles, conversations, and what is known of messages."""

    def __init__(self) -> None:
        super().__init__()
        self.layouts = Layouts()
        self.conversations: dict[Scope, dict[int, None]] = {}
        """Where a search looks, newest row first."""
        self.states: dict[str, FileState | None] = {}
        """What tells later what has changed, by user."""
        self.titles = Titles[int]()
        self.titled: set[Scope] = set()
        """Where every title is known."""
