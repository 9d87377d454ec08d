"""Which conversations a list is about, and which of them, or of the runs of a routine, are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.records import Kind, Machines

if TYPE_CHECKING:
    from datetime import datetime

    from store.records import ConversationCursor


class Filter(NamedTuple):
    """Which conversations a list is about."""

    user_id: str
    channel: str | None = None
    kind: Kind | None = None
    machines: Machines = Machines.SHOWN


class PageRequest(NamedTuple):
    """A page of a list: its newest conversations, unless one of the edges is given."""

    chosen: Filter
    limit: int
    """Conversations at most."""
    after: ConversationCursor | None = None
    """Only conversations after this place (older ones)."""
    before: ConversationCursor | None = None
    """Only those right before this place (newer ones)."""
    oldest: bool = False
    """Start from the end of the list."""


class RunsRequest(NamedTuple):
    """Runs of a routine that began between two times, the newest of them."""

    routine_id: str
    user_id: str
    """Whose the routine must be."""
    start: datetime
    stop: datetime
    limit: int
    """Runs at most."""
