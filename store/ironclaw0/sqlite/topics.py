"""The topic modules of this dialect; those that are seldom asked are loaded when they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.ironclaw0.sqlite import (
    conversations,
    list_pages,
    messages,
    metadata,
    routines,
    row_handles,
    summaries,
    threads,
)

if TYPE_CHECKING:
    from store.core.reading_topics import RawRows, RoutineRuns
    from store.ironclaw0.sqlite.schema import Database
    from store.ironclaw0.topics import Usage


class SqliteTopics:
    """Implements ``store.ironclaw0.topics.Topics``."""

    conversations = conversations
    list_pages = list_pages
    messages = messages
    metadata = metadata
    routines = routines
    row_handles = row_handles
    summaries = summaries
    threads = threads

    @property
    def raw_rows(self) -> RawRows[Database]:
        """Return what reads rows as they are stored."""
        from store.ironclaw0.sqlite import raw_rows

        return raw_rows

    @property
    def routine_runs(self) -> RoutineRuns[Database]:
        """Return what reads runs of routines."""
        from store.ironclaw0.sqlite import routine_runs

        return routine_runs

    @property
    def usage(self) -> Usage[Database]:
        """Return what counts usage."""
        from store.ironclaw0.sqlite import usage

        return usage
