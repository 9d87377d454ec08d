"""The right name that is most like a wrong one, for sentences that refuse. Pure."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the words that follow a wrong name: the right one that is most like it, nothing if none is."""
    near = difflib.get_close_matches(name, list(names), 1)
    return f"; the nearest is {near[0]}" if near else ""
