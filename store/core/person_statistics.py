"""The statistics of several users as of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contract.statistics import StatisticsBatch
from store.core.statistics_sums import together

if TYPE_CHECKING:
    from collections.abc import Sequence


def statistics_told(ended: Sequence[StatisticsBatch], batch: StatisticsBatch, runs: int) -> StatisticsBatch:
    """Return what was counted of several users so far.

    Args:
        ended: What was counted of those that are done with.
        batch: What was counted of the one that is under way.
        runs: How many there are.
    """
    counted = together([each.statistics for each in (*ended, batch)])
    is_last = len(ended) == runs - 1
    return StatisticsBatch(counted, (len(ended) + batch.share) / runs, batch.is_complete and is_last)
