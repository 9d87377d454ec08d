"""Sizes in words that people use."""

from __future__ import annotations


def people_size(count: int) -> str:
    """Return a number of bytes such as ``812 bytes``, ``120 KB`` or ``1.5 MB``."""
    if count < 1024:
        return f"{count} byte{'' if count == 1 else 's'}"
    return f"{count / 1024:,.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:,.1f} MB"
