"""What was read for the lists of one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.engines.sqlite.checks import data_version

if TYPE_CHECKING:
    import sqlite3

    from store.core.list_filter import Filter
    from store.ironclaw0.page_walk import Place
    from store.records import Conversation


@dataclass
class ListCache:
    """What was read for lists over one connection; true as long as the file stays as it is."""

    version: int | None = None
    knows_odd_rows: bool = False
    odd_rows: list[int] = field(default_factory=list)
    """The rows whose time does not order as text."""
    odd_places: dict[Filter, list[Place]] = field(default_factory=dict)
    described: dict[tuple[str, int], Conversation] = field(default_factory=dict)
    """Conversations by the user they were shown to and their row."""

    def renew(self, db: sqlite3.Connection) -> None:
        """Forget what no longer holds. Odd rows stay known to exist until they are looked for again."""
        version = data_version(db)
        if version != self.version:
            self.version, self.knows_odd_rows = version, False
            self.odd_places.clear()
            self.described.clear()
