"""Amounts in words that people use."""

from __future__ import annotations

from pathlib import Path


def people_path(path: Path) -> str:
    """Return a path as people write it, with ``~`` for their home."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def counted(number: int, what: str, more: str = "") -> str:
    """Return a number of things, such as ``1 message``, ``1,204 messages`` or ``1,204+ messages``.

    Args:
        number: How many there are.
        what: What one of them is called.
        more: What stands behind the number.
    """
    return f"{number:,}{more} {what}{'' if number == 1 else 's'}"
