"""Regular expressions that are compiled when they are used first: most are for what few histories have."""

from __future__ import annotations

import re
from typing import Any, cast


class _LazyPattern:
    """Stands for a pattern; an attribute that was asked for once is its own from then on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._source), name)
        setattr(self, name, found)
        return found


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what has the methods of a compiled pattern, and compiles it at the first call of one.

    Args:
        pattern: The expression; one that is wrong raises ``re.error`` only then.
        flags: As of ``re.compile``.
    """
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))
