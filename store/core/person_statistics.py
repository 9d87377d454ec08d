"""The statistics of several users as of one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from store.contract.statistics import ChannelUse, ModelWeek, Statistics, StatisticsBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date


def statistics_told(ended: Sequence[StatisticsBatch], batch: StatisticsBatch, runs: int) -> StatisticsBatch:
    """Return what was counted of several users so far.

    Args:
        ended: What was counted of those that are done with.
        batch: What was counted of the one that is under way.
        runs: How many there are.
    """
    parts = [each.statistics for each in (*ended, batch)]
    is_last = len(ended) == runs - 1
    return StatisticsBatch(merged(parts), (len(ended) + batch.share) / runs, batch.is_complete and is_last)


def merged(parts: Sequence[Statistics]) -> Statistics:
    """Return the sums of some statistics."""
    days: dict[date, Counter[str]] = {}
    conversations, messages = Counter[str](), Counter[str]()
    for part in parts:
        for day, channels in part.days.items():
            days.setdefault(day, Counter()).update(channels)
        for channel in part.channels:
            conversations[channel.name] += channel.conversations
            messages[channel.name] += channel.messages
    channels_used = [ChannelUse(name, count, messages[name]) for name, count in conversations.items()]
    routines = [part.routines for part in parts if part.routines is not None]
    weeks = [part.weeks for part in parts if part.weeks is not None]
    return Statistics(
        {day: dict(days[day]) for day in sorted(days)},
        sum(part.undated for part in parts),
        tuple(sorted(channels_used, key=lambda each: (-each.messages, -each.conversations, each.name))),
        _weeks(week for some in weeks for week in some) if weeks else None,
        tuple(sorted((each for some in routines for each in some), key=lambda each: each.name)) if routines else None,
    )


def _weeks(weeks: Iterable[ModelWeek]) -> tuple[ModelWeek, ...]:
    """Return the sums of the calls by week and model, the newest week first, in it the dearest model."""
    found: dict[tuple[int, int, str, str], ModelWeek] = {}
    for each in weeks:
        key = each.year, each.week, each.provider, each.model
        known = found.get(key)
        found[key] = each if known is None else _sum(known, each)
    return tuple(sorted(found.values(), key=lambda each: (-each.year, -each.week, -each.cost, each.model)))


def _sum(one: ModelWeek, other: ModelWeek) -> ModelWeek:
    return ModelWeek(
        one.year,
        one.week,
        one.provider,
        one.model,
        one.calls + other.calls,
        one.input_tokens + other.input_tokens,
        one.output_tokens + other.output_tokens,
        one.cost + other.cost,
        one.unreadable + other.unreadable,
    )
