"""Say in a line what the statistics of a history come to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model.day_grid import SIGNS
from tui.text.times import MONTHS
from tui.text.units import counted

if TYPE_CHECKING:
    from datetime import date

    from store.contract.statistics import Statistics


def date_words(day: date) -> str:
    """Return a day such as ``3 Jan 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def week_words(year: int, week: int) -> str:
    """Return a week such as ``2026-W03``; its year is 0 for what has no date."""
    return f"{year}-W{week:02}" if year else "no date"


def legend(bounds: tuple[int, ...]) -> str:
    """Return what the signs of the calendar say."""
    if not bounds:
        return f"{SIGNS[0]} no message"
    lows = [1, *(bound + 1 for bound in bounds)]
    highs = [f"–{bound:,}" for bound in bounds]
    levels = [
        f"{sign} {low:,}{high if f'–{low:,}' != high else ''}"
        for sign, low, high in zip(SIGNS[1:], lows, [*highs, " and more"], strict=True)
        if high == " and more" or low <= int(high[1:].replace(",", ""))
    ]
    return "  ".join([f"{SIGNS[0]} none", *levels])


def summary(statistics: Statistics) -> str:
    """Return how much there is, and from when to when."""
    days = list(statistics.days)
    parts = [counted(statistics.messages, "message"), counted(statistics.conversations, "conversation")]
    if days:
        parts.append(f"{date_words(days[0])} to {date_words(days[-1])}" if len(days) > 1 else date_words(days[0]))
    if statistics.undated:
        parts.append(f"{statistics.undated:,} without a date")
    return " · ".join(parts)
