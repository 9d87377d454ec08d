"""What a conversation took, as labels and values for the panel of facts: messages, cost, runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len

from store.contract.usage import ModelUse
from store.domain.sizes import people_size
from tui.model.statistics_words import week_words
from tui.text import times
from tui.text.money import dollars, share, total
from tui.text.routine.run_reports import SIGNS
from tui.text.visible import one_line
from tui.text.wrap import pad

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from store.contract.usage import RunUse, Usage
    from tui.modals.facts import Fact, Group

WEEKS = 8
"""Weeks that are shown, the newest."""
_HEADINGS = ("model", "calls", "tokens in", "tokens out", "cost")
_GAP = 2
_LEAST = 16
"""Columns that the name of a model needs at least."""
NO_CALLS = "This file keeps no record of model calls."
NO_CALLS_HERE = "No model call of this conversation is on record."
NO_RUNS = "This file keeps no record of this routine's runs."


def usage_groups(usage: Usage, tz: tzinfo, *, is_routine: bool) -> list[Group]:
    """Return the groups of facts about what a conversation took.

    Args:
        usage: What was counted.
        tz: The reader's zone.
        is_routine: Whether a routine writes the conversation.
    """
    groups: list[Group] = [
        ("Messages", message_facts(usage, tz)),
        ("Cost", partial(cost_facts, usage.models)),
    ]
    if is_routine:
        groups.append(("Runs", [("", NO_RUNS)] if usage.runs is None else run_facts(usage.runs, tz)))
    return groups


def message_facts(usage: Usage, tz: tzinfo) -> list[Fact]:
    """Return how many messages there are of each role, from when to when, and what they weigh."""
    facts = [("in all", f"{usage.messages:,}")]
    facts += [(each.role or "(no role)", f"{each.messages:,}") for each in usage.roles]
    facts = _aligned(facts)
    facts.append(("size", people_size(usage.size)))
    if usage.first_at is not None:
        facts += [("first", times.full(usage.first_at, tz)), ("last", times.full(usage.last_at, tz))]
    return facts


def cost_facts(models: Sequence[ModelUse] | None, width: int) -> list[Fact]:
    """Return what calls to each model took, the dearest first: a row a model, or two lines where columns are few.

    Args:
        models: The calls; ``None`` if there is no record of them.
        width: Columns there are.
    """
    if models is None:
        return [("", NO_CALLS)]
    if not models:
        return [("", NO_CALLS_HERE)]
    rows = [(f"{each.model or '?'} · {each.provider or '?'}", *_amounts(each)) for each in models]
    if len(models) > 1:
        rows.append(("in all", *_amounts(_sum_of(models))))
    return [("", line) for line in (*_table(rows, width), *_without_cost(models))]


def _amounts(use: ModelUse) -> tuple[str, str, str, str]:
    return f"{use.calls:,}", f"{use.input_tokens:,}", f"{use.output_tokens:,}", dollars(use.cost)


def _sum_of(models: Sequence[ModelUse]) -> ModelUse:
    return ModelUse(
        "",
        "",
        sum(each.calls for each in models),
        sum(each.input_tokens for each in models),
        sum(each.output_tokens for each in models),
        total(each.cost for each in models),
    )


def _table(rows: Sequence[tuple[str, ...]], width: int) -> list[str]:
    """Return rows as lines below their headings, or each as two lines where they are too wide."""
    cells = [_HEADINGS, *rows]
    widths = [max(cell_len(one_line(row[place])) for row in cells) for place in range(len(_HEADINGS))]
    left = width - sum(widths[1:]) - _GAP * (len(widths) - 1)
    if left < min(widths[0], _LEAST):
        labels = ("calls", "in", "out")
        return [
            line
            for name, *amounts, cost in rows
            for line in (
                one_line(name),
                "  " + " · ".join([*map(" ".join, zip(amounts, labels, strict=True)), cost]),
            )
        ]
    widths[0] = min(widths[0], left)
    return [
        (" " * _GAP).join(
            pad(one_line(cell), room, "right" if place else "left")
            for place, (cell, room) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]


def _without_cost(models: Sequence[ModelUse]) -> list[str]:
    return [
        f"The cost of {each.unreadable:,} of the calls to {each.model or '?'} cannot be read."
        for each in models
        if each.unreadable
    ]


def run_facts(runs: RunUse, tz: tzinfo) -> list[Fact]:
    """Return how runs ended and what they took, in all and in the newest weeks."""
    if not runs.runs:
        return [("", "No run is on record.")]
    facts: list[Fact] = [("in all", f"{runs.runs:,}")]
    facts += [(f"{SIGNS.get(each.status, '·')} {each.status}", f"{each.runs:,}") for each in runs.statuses]
    if runs.counted_tokens:
        facts += [("tokens", f"{runs.tokens:,}"), ("a run", f"{round(runs.tokens / runs.counted_tokens):,}")]
    if runs.jobs is not None and runs.jobs.calls:
        facts += [("jobs cost", dollars(runs.jobs.cost)), ("a run", dollars(share(runs.jobs.cost, runs.runs)))]
    facts = _aligned(facts)
    if runs.first_at is not None:
        facts += [("first", times.full(runs.first_at, tz)), ("last", times.full(runs.last_at, tz))]
    weeks = runs.weeks[:WEEKS]
    most = max((len(f"{each.runs:,}") for each in weeks), default=0)
    for each in weeks:
        parts = [f"{each.runs:>{most},} run{'s' if each.runs != 1 else ' '}"]
        parts += [f"{each.tokens:>9,} tokens"] if runs.counted_tokens else []
        parts += [dollars(each.cost)] if each.cost else []
        parts += [f"{SIGNS['failed']} {each.failed:,}"] if each.failed else []
        facts.append((week_words(each.year, each.week), " · ".join(parts)))
    if len(runs.weeks) > WEEKS:
        facts.append(("", f"and {len(runs.weeks) - WEEKS:,} weeks before that"))
    return facts


def _aligned(facts: Sequence[Fact]) -> list[Fact]:
    """Return facts with their values aligned to the right."""
    width = max(len(value) for _, value in facts)
    return [(label, value.rjust(width)) for label, value in facts]
