"""What answers the reading calls over a file of IronClaw 1.x; what is seldom asked is loaded when it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.ironclaw1 import automations, thread_metadata

if TYPE_CHECKING:
    from store.core.reading_topics import RawRows
    from store.ironclaw1.conversation_records import Lists
    from store.ironclaw1.schema import Database


class ThreadTopics:
    """Implements ``store.core.reading_topics.ReadingTopics``.

    Args:
        lists: What was read for lists.
    """

    metadata = thread_metadata
    routines = automations
    routine_runs = automations

    def __init__(self, lists: Lists) -> None:
        self.conversations = self.list_pages = self.summaries = self.messages = lists

    @property
    def raw_rows(self) -> RawRows[Database]:
        """Return what reads rows as they are stored."""
        from store.ironclaw1 import raw_rows

        return raw_rows
