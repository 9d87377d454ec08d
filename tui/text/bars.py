"""Draw shares as bars. Pure."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, cells: int) -> str:
    """Return a bar in eighths of a cell; what is not nothing is seen.

    Args:
        share: What it shows, 0 to 1.
        cells: How many cells the whole would fill.
    """
    if share <= 0:
        return ""
    eighths = max(1, round(min(share, 1) * cells * 8))
    return _EIGHTHS[8] * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
