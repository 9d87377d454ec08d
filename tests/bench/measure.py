"""Time works turn by turn in one process, and print what came out as one table.

Pure but for the clock. A ratio is always between two things measured in the same run.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table; times in milliseconds unless ``unit`` says otherwise."""

    work: str
    ours: float
    target: str
    is_met: bool | None
    reference: float | None = None
    floor: float | None = None
    note: str = ""
    unit: str = "ms"

    def as_json(self) -> dict[str, Any]:
        """Return the line for ``--json``."""
        return asdict(self)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which so many percent of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


async def turns(rounds: int, *works: Callable[[], Awaitable[object] | object]) -> list[list[float]]:
    """Run works in turn, ``rounds`` times after a first round that does not count; return the times of each in ms."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        for work, taken in zip(works, times, strict=True):
            before = time.perf_counter()
            done = work()
            if hasattr(done, "__await__"):
                await done
            if number:
                taken.append((time.perf_counter() - before) * 1000)
    return times


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def table(results: Sequence[Result]) -> str:
    """Return the results as a Markdown table."""
    rows = [("work", "reference", "ours", "floor", "ref ÷ ours", "ours ÷ floor", "target", "")]
    for each in results:
        rows.append(
            (
                each.work + (f" ({each.note})" if each.note else ""),
                _number(each.reference),
                f"{_number(each.ours)} {each.unit}",
                _number(each.floor),
                _number(each.reference and each.reference / each.ours, "×"),
                _number(each.floor and each.ours / each.floor, "×"),
                each.target,
                {True: "met", False: "short", None: ""}[each.is_met],
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _number(value: float | None, unit: str = "") -> str:
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}{unit}"
