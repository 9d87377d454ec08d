"""Run the steps that count a history, and hand out what they come to together."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Self

from store.contract.statistics import StatisticsBatch
from store.core.statistics_sums import StatisticsPart, StatisticsSums
from store.core.step_search import Connection, StepSearch

if TYPE_CHECKING:
    from types import TracebackType


class StatisticsSteps(StepSearch[StatisticsPart, Connection]):
    """Counts a history in steps; the part of the last one says that it is."""

    @abstractmethod
    async def keep(self) -> None:
        """Keep what was counted for the next time, now that it is complete."""


class StatisticsRun:
    """Implements ``store.contract.searching.Running``.

    Args:
        steps: What counts.
    """

    def __init__(self, steps: StatisticsSteps[Any]) -> None:
        self._steps = steps
        self._sums = StatisticsSums()

    async def __aenter__(self) -> Self:
        """Connect."""
        await self._steps.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self._steps.stop()

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> StatisticsBatch:
        """Return what was counted so far, with what the next step counted."""
        part = await self._steps.__anext__()
        self._sums.add(part)
        if part.is_last:
            await self._steps.keep()
        return StatisticsBatch(self._sums.statistics(), part.share, part.is_last)

    async def stop(self) -> None:
        """Interrupt what is running; the iteration ends. May be called twice."""
        await self._steps.stop()
