"""Add up the parts of a history's statistics as they are read. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from datetime import date
from decimal import Context, Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from store.contract.statistics import ChannelUse, ModelWeek, Statistics
from store.core.local_days import NO_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from store.contract.statistics import RoutineUse

DayCounts = Counter[tuple[str, int]]
"""Messages by channel and ordinal of the local day."""
_EXACT = Context(prec=200)


class StatisticsPart(NamedTuple):
    """What one step counted."""

    share: float
    """How much of the history is behind it, 0 to 1."""
    messages: Mapping[tuple[str, int], int] = {}
    """By channel and ordinal of the local day."""
    conversations: Mapping[str, int] = {}
    """By channel."""
    weeks: Sequence[ModelWeek] | None = None
    routines: Sequence[RoutineUse] | None = None
    is_last: bool = False


class StatisticsSums:
    """The sums of all parts so far."""

    def __init__(self) -> None:
        self._messages: DayCounts = Counter()
        self._conversations: Counter[str] = Counter()
        self._weeks: dict[tuple[int, int, str, str], ModelWeek] | None = None
        self._routines: Sequence[RoutineUse] | None = None

    def add(self, part: StatisticsPart) -> None:
        """Add what a step counted."""
        self._messages.update(part.messages)
        self._conversations.update(part.conversations)
        if part.routines is not None:
            self._routines = part.routines
        if part.weeks is not None:
            self._weeks = self._weeks or {}
            for week in part.weeks:
                key = week.year, week.week, week.provider, week.model
                known = self._weeks.get(key)
                self._weeks[key] = week if known is None else _sum(known, week)

    def facts(self) -> dict[str, Any]:
        """Return messages and calls as JSON can hold them; ``part_of`` reads them."""
        weeks = self._weeks.values() if self._weeks is not None else ()
        return {
            "messages": [[channel, day, many] for (channel, day), many in self._messages.items()],
            "weeks": [[*astuple(each)[:-2], str(each.cost), each.unreadable] for each in weeks],
        }

    def statistics(self) -> Statistics:
        """Return the sums."""
        days: dict[date, dict[str, int]] = {}
        of_channels: Counter[str] = Counter()
        undated = 0
        for (channel, day), many in sorted(self._messages.items(), key=lambda each: each[0][1]):
            of_channels[channel] += many
            if NO_DAY < day <= date.max.toordinal():
                days.setdefault(date.fromordinal(day), {})[channel] = many
            else:
                undated += many
        names = self._conversations.keys() | of_channels.keys()
        channels = [ChannelUse(name, self._conversations[name], of_channels[name]) for name in names]
        weeks = self._weeks and self._weeks.values()
        return Statistics(
            days,
            undated,
            _channels(channels),
            None if self._weeks is None else tuple(sorted(weeks or (), key=_dearest_of_the_newest)),
            None if self._routines is None else tuple(self._routines),
        )


def together(all_of: Sequence[Statistics]) -> Statistics:
    """Return the statistics of several users as of one."""
    sums = StatisticsSums()
    routines = [each.routines for each in all_of if each.routines is not None]
    for each in all_of:
        days = {
            (channel, day.toordinal()): many
            for day, channels in each.days.items()
            for channel, many in channels.items()
        }
        sums.add(StatisticsPart(0, days, weeks=each.weeks))
    found = sums.statistics()
    return replace(
        found,
        undated=sum(each.undated for each in all_of),
        channels=_channels(use for each in all_of for use in each.channels),
        routines=tuple(sorted(chain(*routines), key=lambda use: use.name)) if routines else None,
    )


def part_of(facts: Mapping[str, Any]) -> StatisticsPart:
    """Return what ``StatisticsSums.facts`` made facts of.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError: it did not make these.
    """
    return StatisticsPart(
        0,
        messages={(str(channel), int(day)): int(many) for channel, day, many in facts["messages"]},
        weeks=[_week_of(*each) for each in facts["weeks"]],
    )


def _channels(uses: Iterable[ChannelUse]) -> tuple[ChannelUse, ...]:
    """Return one use for each channel, most messages first."""
    found: dict[str, ChannelUse] = {}
    for use in uses:
        known = found.get(use.name, ChannelUse(use.name, 0, 0))
        found[use.name] = ChannelUse(use.name, known.conversations + use.conversations, known.messages + use.messages)
    return tuple(sorted(found.values(), key=lambda each: (-each.messages, -each.conversations, each.name)))


def _week_of(*facts: Any) -> ModelWeek:
    year, week, provider, model, calls, given, made, cost, unreadable = facts
    return ModelWeek(
        int(year),
        int(week),
        str(provider),
        str(model),
        int(calls),
        int(given),
        int(made),
        Decimal(cost),
        int(unreadable),
    )


def _sum(one: ModelWeek, other: ModelWeek) -> ModelWeek:
    return replace(
        one,
        calls=one.calls + other.calls,
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cost=_EXACT.add(one.cost, other.cost),
        unreadable=one.unreadable + other.unreadable,
    )


def _dearest_of_the_newest(week: ModelWeek) -> tuple[object, ...]:
    return -week.year, -week.week, -week.cost, -week.calls, week.provider, week.model
