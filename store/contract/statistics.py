"""What a whole history of a user holds: messages a day, what models took a week, routines by how their runs ended.

Records, and the part of the contract that returns them; ``contract`` has the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, tzinfo
    from decimal import Decimal

    from store.contract.searching import Running


@dataclass(frozen=True, slots=True)
class ChannelUse:
    """What lies on one channel."""

    name: str
    conversations: int
    messages: int


@dataclass(frozen=True, slots=True)
class ModelWeek:
    """The calls to one model in one ISO week of the reader's zone."""

    year: int
    """0 where the time of the calls cannot be read."""
    week: int
    """1 to 53, as ISO 8601 counts them."""
    provider: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost: Decimal
    """Dollars, without the costs that could not be read."""
    unreadable: int = 0
    """Calls whose cost could not be read."""


@dataclass(frozen=True, slots=True)
class RoutineUse:
    """The runs of one routine."""

    id: str
    name: str
    runs: Mapping[str, int]
    """How many ended in which way: ``ok``, ``attention``, ``failed``, ``running``."""

    @property
    def total(self) -> int:
        """Return the number of runs."""
        return sum(self.runs.values())


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was counted of a history."""

    days: Mapping[date, Mapping[str, int]]
    """Messages of each channel on each local day that has any, the first day first."""
    undated: int
    """Messages whose time cannot be read."""
    channels: tuple[ChannelUse, ...]
    """Most messages first, then most conversations."""
    weeks: tuple[ModelWeek, ...] | None
    """The newest week first, in it the dearest model; ``None`` if there is no record of calls to models."""
    routines: tuple[RoutineUse, ...] | None
    """By name; ``None`` if there is no record of runs."""

    @property
    def messages(self) -> int:
        """Return the number of messages."""
        return sum(each.messages for each in self.channels)

    @property
    def conversations(self) -> int:
        """Return the number of conversations."""
        return sum(each.conversations for each in self.channels)


class StatisticsBatch(NamedTuple):
    """What was counted so far."""

    statistics: Statistics
    share: float
    """How much of the history was read, 0 to 1."""
    is_complete: bool
    """It is all; nothing comes after it."""


class StatisticsStore(Protocol):
    """Count a whole history."""

    def statistics(self, user_id: str, *, tz: tzinfo = UTC, anew: bool = False) -> Running[StatisticsBatch]:
        """Count the whole history of a user, in short steps, the newest messages first.

        What was counted before is kept in the folder for indexes, if one was named when the store was opened, and is
        taken only where nothing was deleted or moved since. A time that another program rewrites in place is noticed
        when that was kept for a week, or if all is read anew.

        Args:
            user_id: Whose history.
            tz: The zone in which days and weeks begin.
            anew: Take nothing that was kept.

        Raises:
            StoreError: while it is iterated, as from any call.
        """
        ...
