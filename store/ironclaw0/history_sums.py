"""Add up calls to language models by week, and runs by routine, whatever the engine. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from store.contract.statistics import ModelWeek, RoutineUse
from store.core.local_days import week_of
from store.core.stored_values import text_of
from store.ironclaw0.accounting import Bill

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.core.local_days import LocalDays

CALL_COLUMNS = ("created_at", "provider", "model", "input_tokens", "output_tokens", "cost")


def model_weeks(calls: Iterable[Sequence[object]], days: LocalDays) -> list[ModelWeek]:
    """Return what calls come to.

    Args:
        calls: The values of ``CALL_COLUMNS``, as stored.
        days: Tells on which local day a call was.
    """
    bills: dict[tuple[int, int, str, str], Bill] = {}
    for created_at, provider, model, input_tokens, output_tokens, cost in calls:
        year, week = week_of(days.day_of(created_at))
        key = year, week, text_of(provider, set()), text_of(model, set())
        bill = bills.get(key)
        if bill is None:
            bill = bills[key] = Bill()
        bill.add(input_tokens, output_tokens, cost)
    return [
        ModelWeek(*key, bill.calls, bill.input, bill.output, bill.cost, bill.unreadable)
        for key, bill in bills.items()
    ]


def routine_uses(rows: Iterable[tuple[object, object, object, int]]) -> list[RoutineUse]:
    """Return routines by name, of their id, their name, a status and how many runs have it, as stored."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for routine_id, name, status, many in rows:
        runs = found.setdefault((text_of(routine_id, set()), text_of(name, set())), Counter())
        if many:
            runs[text_of(status, set())] += many
    uses = [RoutineUse(routine_id, name, runs) for (routine_id, name), runs in found.items()]
    return sorted(uses, key=lambda each: (each.name, each.id))
