"""What a conversation took: its messages, the calls to language models behind it, the runs of its routine.

Records, and the part of the contract that returns them; ``contract`` has the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime, tzinfo
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RoleUse:
    """The messages of one role."""

    role: str
    messages: int
    size: int
    """Bytes that their contents take in the file."""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """The calls to one model."""

    provider: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost: Decimal
    """Dollars, summed from what is stored as decimal text, without the costs that could not be read."""
    unreadable: int = 0
    """Calls whose cost could not be read."""


@dataclass(frozen=True, slots=True)
class StatusUse:
    """The runs of a routine that ended in one way."""

    status: str
    runs: int
    tokens: int


@dataclass(frozen=True, slots=True)
class WeekUse:
    """The runs of a routine in one ISO week of the reader's zone."""

    year: int
    week: int
    """1 to 53, as ISO 8601 counts them."""
    runs: int
    failed: int
    tokens: int
    cost: Decimal
    """Dollars that the jobs of these runs took, as far as their calls are on record."""


@dataclass(frozen=True, slots=True)
class RunUse:
    """The runs of a routine, as the table ``routine_runs`` has them."""

    statuses: tuple[StatusUse, ...]
    weeks: tuple[WeekUse, ...]
    """Those with a run, the newest first."""
    first_at: datetime | None
    last_at: datetime | None
    counted_tokens: int
    """Runs that have a number of tokens."""
    jobs: ModelUse | None
    """The calls of the jobs that runs started, all models together; ``None`` if the file does not link the two."""

    @property
    def runs(self) -> int:
        """Return the number of runs."""
        return sum(each.runs for each in self.statuses)

    @property
    def tokens(self) -> int:
        """Return the tokens of all runs."""
        return sum(each.tokens for each in self.statuses)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one conversation took, counted exactly."""

    roles: tuple[RoleUse, ...]
    """Most messages first."""
    first_at: datetime | None
    """When the first message was written, of those whose time can be read."""
    last_at: datetime | None
    models: tuple[ModelUse, ...] | None
    """Dearest first; ``None`` if the file keeps no record of calls to models."""
    runs: RunUse | None
    """``None`` if no routine writes the conversation, or the file keeps no record of runs."""

    @property
    def messages(self) -> int:
        """Return the number of messages."""
        return sum(each.messages for each in self.roles)

    @property
    def size(self) -> int:
        """Return how many bytes the messages take in the file."""
        return sum(each.size for each in self.roles)


@dataclass(frozen=True, slots=True)
class RoutineRun:
    """A row of ``routine_runs``."""

    trigger: str
    status: str
    started_at: datetime | None
    completed_at: datetime | None
    tokens: int | None


class UsageStore(Protocol):
    """What things took."""

    async def usage(self, conversation_id: str, user_id: str, *, tz: tzinfo = UTC) -> Usage:
        """Count what a conversation took, in short steps, so that pages are read meanwhile.

        Args:
            conversation_id: Which conversation.
            user_id: Whose it is.
            tz: The zone in which weeks begin.

        Raises:
            ConversationNotFound: it does not exist, or is another user's.
        """
        ...

    async def routine_runs(
        self, routine_id: str, user_id: str, start: datetime, stop: datetime, *, limit: int = 1000
    ) -> list[RoutineRun]:
        """Return the runs of a routine that began between two times, the newest ``limit``, oldest first.

        Nothing if the file keeps no record of runs, or the routine is another user's.

        Args:
            routine_id: Which routine.
            user_id: Whose it must be.
            start: The first moment.
            stop: The last moment.
            limit: Runs at most.
        """
        ...
