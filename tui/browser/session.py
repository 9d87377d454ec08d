"""What a browser works with from its start to its end: handed by the command line, through the application."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from store.contract.capability import Capability

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Callable
    from datetime import datetime, tzinfo
    from pathlib import Path

    from store.contract.store import ConversationStore
    from store.records import ConversationPage
    from tui.config.settings import Settings
    from tui.config.state import State
    from tui.model.history_place import HistoryPlace


class Origin(NamedTuple):
    """Where a history comes from."""

    shown: str
    """What people call it: a path as they write it, never with a password."""
    key: str = ""
    """What edits and seen marks are kept under."""
    path: Path | None = None
    """The file, which no export may replace; ``None`` where it is none."""

    @property
    def journal_key(self) -> str:
        """Return what the journal keeps edits under: the same for every name of a file."""
        return self.key if self.path is None else os.path.realpath(self.key)


class Start(NamedTuple):
    """What the browser shows first."""

    user: str
    channel: str | None = None
    is_user_explicit: bool = True
    """Whether another user must not be offered at the start."""
    checks_file: bool = False
    """Whether to look for damage in the background."""
    tells_news: bool = False
    """Whether to begin with a board of what happened since the last time."""
    page: Task[ConversationPage] | None = None
    """The first page of the list, if it was asked for before the screen was laid out."""
    notice: str = ""
    """What to say first; empty for nothing."""
    place: HistoryPlace | None = None
    """Where the reader left this history before, to come back to."""

    @property
    def selected(self) -> str | None:
        """Return the id of the conversation that is selected first; ``None`` for the newest."""
        return self.place.selected if self.place is not None else None


class Offered(NamedTuple):
    """A history that can be shown."""

    name: str
    kind: str
    """What keeps it, in words."""
    shown: str
    """Where it lies, as people write it."""


class Histories(Protocol):
    """The histories of this machine."""

    @property
    def offered(self) -> tuple[Offered, ...]:
        """Return those that there are."""
        ...

    async def open(self, name: str, place: HistoryPlace | None = None) -> Session:
        """Open a history beside the one that is open; whoever asked leaves that one.

        Args:
            name: Which.
            place: Where the reader left it.

        Raises:
            StoreError: it cannot be opened.
        """
        ...

    async def leave(self, session: Session) -> None:
        """Close a history that is shown no more."""
        ...


@dataclass(frozen=True, slots=True)
class Session:
    """What a browser works with.

    Args:
        store: An open store; whoever opened it closes it.
        state: What was remembered.
        settings: What the owner set.
        origin: Where the history comes from.
        start: What to show first.
        now: The clock.
        tz: The reader's time zone.
        refresh_seconds: How often ages are drawn anew; 0 never does.
        watch_seconds: How often to look for what other programs wrote; 0 never does.
        idle_seconds: After how long without a key the connection is closed until somebody comes; 0 never does.
        name: What this history is called.
        histories: All that there are; without them no other can be shown.
        people: The ids of those who have several, by their names; the store looks here, too.
        reconnect_seconds: How long to wait before a server that hung up is tried first; each pause is twice the last.
    """

    store: ConversationStore
    state: State
    settings: Settings
    origin: Origin
    start: Start
    now: Callable[[], datetime]
    tz: tzinfo
    refresh_seconds: float = 30.0
    watch_seconds: float = 0.0
    reconnect_seconds: float = 0.5
    idle_seconds: float = 0.0
    name: str = ""
    histories: Histories | None = None
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ids_of(self, user: str) -> tuple[str, ...]:
        """Return the ids of a user: several for a person, else their own."""
        return self.people.get(user, (user,))

    @property
    def title(self) -> str:
        """Return what the browser is about: where the history lies, and which it is if there are several."""
        is_one_of_several = self.histories is not None and len(self.histories.offered) > 1
        return f"{self.name} · {self.origin.shown}" if is_one_of_several else self.origin.shown

    @property
    def is_read_only(self) -> bool:
        """Tell whether nothing may be written."""
        return Capability.WRITE in self.lacking

    @property
    def lacking(self) -> frozenset[Capability]:
        """Return what the store cannot do."""
        return frozenset(each for each, reason in self.store.capabilities.items() if reason is not None)
