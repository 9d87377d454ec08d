"""What searches of a file of IronClaw 0.x remember of one state of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.core.search_memory import Searched
from store.ironclaw0.known_titles import Titles
from store.ironclaw0.sqlite.search_sql import Total

if TYPE_CHECKING:
    from store.ironclaw0.sqlite.search_sql import Scope


class Remembered(Searched[Total]):
    """Titles, conversations, and what is known of messages."""

    def __init__(self) -> None:
        super().__init__()
        self.conversations: dict[Scope, dict[int, None]] = {}
        """Where a search looks, newest row first."""
        self.titles = Titles[int]()
        self.titled: set[Scope] = set()
        """Where every title is known."""
