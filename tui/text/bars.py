"""Draw amounts as bars, and counts in words. Pure."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(value: float, most: float, cells: int) -> str:
    """Return a bar as long as a value is to the most of all, in eighths of a cell; what is not nothing is seen.

    Args:
        value: What it shows.
        most: What fills all cells.
        cells: How many there are.
    """
    if value <= 0 or most <= 0:
        return ""
    eighths = max(1, round(min(value / most, 1) * cells * 8))
    return _EIGHTHS[8] * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def counted(number: int, what: str) -> str:
    """Return a number of things, such as ``1 message`` or ``1,204 messages``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
