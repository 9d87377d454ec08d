"""Amounts in words that people use."""

from __future__ import annotations

from pathlib import Path


def people_path(path: Path) -> str:
    """Return a path as people write it, with ``~`` for their home."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
