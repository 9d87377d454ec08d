"""What the store hands out: frozen records, free of any screen and of any SQL.

Text in a record is as stored, hostile or not; only bytes that are no UTF-8 were replaced. What was wrong with a row
is in its ``flaws``. An ``id`` is opaque text exactly as stored; where the stored id is no clean text, it is a handle
such as ``#17`` that every call of the store understands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import total_ordering
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from datetime import datetime

HEAD_BYTES = 65_536
"""A message longer than this, in bytes of UTF-8, is handed out by its head."""


class Flaw(StrEnum):
    """What is wrong with a stored row; the value says it in words."""

    ID = "the id is not a UUID"
    TIME = "the time cannot be read"
    BLOB = "stored as bytes, not as text"
    UTF8 = "bytes that are not UTF-8 were replaced"
    NUL = "contains NUL; IronClaw reads only what comes before it"
    NULL = "a value that must be there is missing"
    METADATA = "the metadata is not a JSON object"
    RECORD = "the record is damaged"


SOUND: frozenset[Flaw] = frozenset()
"""What is wrong with a row that has no flaw."""


class Kind(StrEnum):
    """What a conversation is for; in 0.x by ``metadata.thread_type`` and, failing that, by its channel."""

    CHAT = "chat"
    ASSISTANT = "assistant"
    ROUTINE = "routine"
    HEARTBEAT = "heartbeat"
    BACKGROUND = "background"
    """What IronClaw 1.x keeps for itself: the threads of child agents, and prepared ones."""

    @property
    def is_machine(self) -> bool:
        """Tell whether the assistant writes such a thread by itself."""
        return self in (Kind.ROUTINE, Kind.HEARTBEAT, Kind.BACKGROUND)


class Machines(StrEnum):
    """How a list treats the threads that the assistant writes by itself."""

    FOLDED = "folded"
    """Left out, except routines that are failing."""
    SHOWN = "shown"
    ONLY = "only"


Tie = int | str | None
"""What orders rows of one instant within one store: its dialect makes and reads it, it stays as long as the row."""

UNREADABLE = 2**63 - 1
"""The instant of a text that is no date: it orders after every real one."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an order: by instant, then by tie; compared within one store only."""

    instant: int
    """Microseconds since 1970, ``UNREADABLE`` if the time is no date."""
    tie: Tie = None
    """``None`` for the place before everything of that instant."""

    def __lt__(self, other: Cursor) -> bool:
        """Tell whether this place comes earlier."""
        return self._key < other._key

    @property
    def _key(self) -> tuple[int, int, Any]:
        """Return what orders; ties of two types, which no store has, keep apart."""
        return self.instant, isinstance(self.tie, int) + 2 * isinstance(self.tie, str), self.tie

    @classmethod
    def at(cls, instant: int) -> Self:
        """Return the place before everything of an instant in microseconds."""
        return cls(instant)

    @classmethod
    def end(cls) -> Self:
        """Return the place after everything whose time can be read."""
        return cls(UNREADABLE)


class ConversationCursor(Cursor):
    """The place of a conversation by its last activity; a list shows the latest first, unreadable times last."""

    __slots__ = ()


class MessageCursor(Cursor):
    """The place of a message in its conversation by its creation, unreadable times last."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows that says when counting stopped early."""

    value: int
    capped: bool = False

    def __str__(self) -> str:
        return f"{self.value:,}{'+' if self.capped else ''}"


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation as IronClaw 0.24 lists it."""

    id: str
    channel: str
    user_id: str
    title: str | None
    """First 100 characters of the first user message, else ``metadata.routine_name``."""
    thread_type: str | None
    message_count: int
    """Number of rows with the role ``user``, exact."""
    started_at: datetime | None
    last_activity: datetime | None
    flaws: frozenset[Flaw] = frozenset()


@dataclass(frozen=True, slots=True)
class Message:
    """One stored row of a conversation."""

    id: str
    conversation_id: str
    role: str
    content: str
    """The whole text, or its head where ``is_whole`` is false."""
    created_at: datetime | None
    cursor: MessageCursor
    size: int = 0
    """Bytes that the whole content takes in the file."""
    is_whole: bool = True
    flaws: frozenset[Flaw] = frozenset()
    state: str = ""
    """What became of it, in words; empty for the usual."""
    leads_to: str | None = None
    """The conversation that it stands for, where it is one run of a routine."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page of the contract: oldest first, and whether older messages exist."""

    messages: tuple[Message, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class MessageSlice:
    """Messages by position: ``messages[i]`` is number ``start + i`` of ``total``, counted from 0 at the oldest."""

    conversation_id: str
    start: int
    total: int
    revision: int
    """Positions of two slices belong together only if their revisions are equal."""
    messages: tuple[Message, ...]

    @property
    def stop(self) -> int:
        """Return the position after the last message."""
        return self.start + len(self.messages)


@dataclass(frozen=True, slots=True)
class Preview:
    """The newest message of a conversation, by its head."""

    role: str
    text: str
    created_at: datetime | None
    is_exact: bool = True
    """Whether it surely is the newest, not only a recent one."""


@dataclass(frozen=True, slots=True)
class RoutineState:
    """What the list shows of the routine behind a thread."""

    id: str
    name: str
    """The routine's name as it is now, or as the thread remembers it if the routine is gone."""
    enabled: bool
    consecutive_failures: int
    is_orphan: bool = False
    """No routine of that id exists any more (or the file has no such table)."""


@dataclass(frozen=True, slots=True)
class LiveState:
    """What ``metadata.live_state`` says: that the agent began to work on a turn, and did not take it back."""

    state: str
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as the browser shows it."""

    id: str
    """An opaque key that the store made and takes back."""
    channel: str
    user_id: str
    title: str
    """What to call it; see ``store.domain.titles``."""
    kind: Kind
    total: Count
    """Messages of every role."""
    preview: Preview | None
    started_at: datetime | None
    last_activity: datetime | None
    cursor: ConversationCursor
    routine: RoutineState | None = None
    source_channel: str | None = None
    thread_id: str | None = None
    flaws: frozenset[Flaw] = frozenset()
    live: LiveState | None = None
    name_of_id: str | None = None
    """What people see and type in place of the key, where that is another text."""
    is_single_run: bool = False
    """One run of a routine wrote it, so that it is read like a chat."""
    whole_title: str = ""
    """The title before it was cut to fit a line."""
    scope: str = ""
    """The agent and the mission that it belongs to, where the list has several; empty where there is one."""
    is_title_exact: bool = True
    """Whether the message that it is called by surely is its user's first, not only an early one."""

    @property
    def full_title(self) -> str:
        """Return its title, behind what tells it apart from those of other agents."""
        return f"[{self.scope}] {self.title}" if self.scope else self.title

    @property
    def has_ledger(self) -> bool:
        """Tell whether its messages are runs, each a line of a ledger."""
        return self.kind in (Kind.ROUTINE, Kind.HEARTBEAT) and not self.is_single_run

    @property
    def shown_id(self) -> str:
        """Return what people see and type to name the conversation."""
        return self.id if self.name_of_id is None else self.name_of_id


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Neighbouring conversations, newest first, and what lies beyond each end."""

    conversations: tuple[Conversation, ...]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True)
class User:
    """Somebody whose conversations the file holds."""

    id: str
    conversations: int
    last_activity: datetime | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of one user with its exact counts."""

    name: str
    conversations: int
    machines: int = 0
    """How many of them are routine or heartbeat threads."""
    folded: int = 0
    """How many of those a folded list leaves out."""


@dataclass(frozen=True, slots=True)
class Routine:
    """A row of the table ``routines``, with the thread that it writes to."""

    id: str
    name: str
    description: str
    enabled: bool
    trigger_type: str
    trigger_config: str
    """JSON as stored."""
    last_run_at: datetime | None
    next_fire_at: datetime | None
    run_count: int
    consecutive_failures: int
    conversation_id: str | None
    """The id of its thread, of several the one last used; ``None`` if it never had one."""
    flaws: frozenset[Flaw] = field(default=frozenset())
    is_orphan: bool = False
    """The routine is gone, its thread remains: only id, thread and remembered name are known."""
    duplicates: tuple[str, ...] = ()
    """The ids of further threads of this routine, which IronClaw will never write to again."""


@dataclass(frozen=True, slots=True)
class SpecialThread:
    """A conversation that is its user's routine, heartbeat or assistant thread, or a duplicate of one."""

    id: str
    kind: Kind
    channel: str
    routine_id: str | None
    """Which routine writes to it, if its kind is a routine's."""
    last_activity: datetime | None
    is_duplicate: bool
    """Another thread was used later and is the one that IronClaw's name stands for."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of a conversation, for an editor."""

    text: str
    """JSON exactly as stored."""
    refusal: str | None = None
    """Why it must not be edited, in one sentence; ``None`` if it may be."""
