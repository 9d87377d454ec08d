"""A place where a history lies, as the promises of the contract see it: described in records, without its SQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from tests.store.conftest import USER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    import pytest

    from store.contract.capability import Capability
    from store.contract.store import ConversationStore
    from store.records import Message
    from tests.store.conftest import Clock

START = datetime(2026, 1, 1, tzinfo=UTC)
_NUMBERS = count(1)


def new_id() -> str:
    """Return a UUID4 that sorts after every one made before."""
    return f"{next(_NUMBERS):08x}-0000-4000-8000-000000000000"


def at(**after: float) -> datetime:
    """Return a moment so long after the start: ``at(seconds=5)``."""
    return START + timedelta(**after)


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """A message that is there."""

    content: str = "hello"
    role: str = "user"
    created_at: datetime = START
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class ConversationSpec:
    """A conversation that is there, with its messages."""

    messages: Sequence[MessageSpec] = ()
    channel: str = "telegram"
    user_id: str = USER
    thread_id: str | None = None
    metadata: Any = field(default_factory=dict)
    """A JSON value."""
    started_at: datetime = START
    last_activity: datetime = START
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class RoutineSpec:
    """A routine that is there; its trigger is a cron expression."""

    id: str
    name: str
    user_id: str = USER
    enabled: bool = True
    trigger_config: str = "{}"
    last_run_at: datetime | None = None
    next_fire_at: datetime | None = None
    run_count: int = 0
    consecutive_failures: int = 0


@dataclass(frozen=True, slots=True)
class RunSpec:
    """A run of a routine that is on record."""

    routine_id: str
    started_at: datetime
    status: str = "ok"
    completed_at: datetime | None = None
    tokens: int | None = 100
    job_id: str | None = None
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class CallSpec:
    """A call to a language model that is on record."""

    cost: str
    """Dollars as decimal text."""
    conversation_id: str | None = None
    job_id: str | None = None
    provider: str = "nearai"
    model: str = "glm"
    input_tokens: int = 10
    output_tokens: int = 3
    created_at: datetime = START
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class History:
    """What lies in one place; of rows with one time, the later in a sequence comes later."""

    conversations: Sequence[ConversationSpec] = ()
    routines: Sequence[RoutineSpec] = ()
    runs: Sequence[RunSpec] = ()
    calls: Sequence[CallSpec] = ()


class Backend(ABC):
    """One such place, empty at first. What its methods write is written as by the assistant, beside any store."""

    lacks: ClassVar[Mapping[Capability | str, str]] = {}
    """What its stores cannot do, or its history does not have, and why; promises that need it are skipped."""

    keeps_nul: ClassVar[bool] = True
    """Its stores can store NUL in a text."""

    clock: Clock
    """What tells its stores the time that they write."""

    @abstractmethod
    def open(
        self, *, read_only: bool = False, index_folder: Path | None = None
    ) -> AbstractAsyncContextManager[ConversationStore]:
        """Return a store over the place, to be entered; several may be open at once."""

    @abstractmethod
    def close(self) -> None:
        """Take the place away."""

    @abstractmethod
    def seed(self, history: History) -> list[str]:
        """Add a history to what is there; return the keys by which a store knows its conversations."""

    @abstractmethod
    def add_messages(self, conversation_id: str, *messages: MessageSpec) -> None:
        """Add messages, all at once and without a touch of their conversation."""

    @abstractmethod
    def delete_messages(self, *messages: Message) -> None:
        """Delete messages, all at once."""

    @abstractmethod
    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation with its messages."""

    @abstractmethod
    def set_metadata(self, conversation_id: str, text: str) -> None:
        """Store other metadata, a JSON text."""

    @abstractmethod
    def set_last_activity(self, conversation_id: str, moment: datetime) -> None:
        """Touch a conversation."""

    @abstractmethod
    def set_created_at(self, message: Message, moment: datetime) -> None:
        """Give a message another time."""

    @abstractmethod
    def take_small_steps(self, patch: pytest.MonkeyPatch) -> None:
        """Let stores read a few rows a step, so that short histories take several."""

    def kept(self, document: str) -> str:
        """Return a JSON text as the place spells it."""
        return document

    def add_conversation(self, *messages: MessageSpec | str, **values: Any) -> str:
        """Add one conversation; return its key.

        Args:
            messages: Its messages, or their contents.
            values: Other fields of a ``ConversationSpec``.
        """
        specs = [MessageSpec(each) if isinstance(each, str) else each for each in messages]
        (key,) = self.seed(History([replace(ConversationSpec(**values), messages=specs)]))
        return key
