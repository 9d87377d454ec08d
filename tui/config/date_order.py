"""In which order the reader's locale writes the numbers of a date, by the environment's names of it (POSIX 8.2)."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from store.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.domain.typed_days import DateOrder

_NAME = lazy_pattern(r"([a-z]{2,3})(?:[_-]([A-Z]{2}))?(?:[.@].*)?", re.ASCII)
_MONTH_FIRST = frozenset({"US", "AS", "GU", "MH", "MP", "PA", "PH", "PR", "UM", "VI"})
"""Territories whose short dates begin with the month (CLDR)."""
_YEAR_FIRST_LANGUAGES = frozenset({"ja", "zh", "ko", "hu", "lt", "sv", "mn", "eu", "fa"})
"""Languages that write the year first, where two numbers before a year say nothing (CLDR)."""
_YEAR_FIRST = frozenset({"CA", "ZA"})


def date_order(environ: Mapping[str, str] | None = None) -> DateOrder | None:
    """Return the order of the locale for times, ``None`` if there is none or it does not tell."""
    from store.domain.typed_days import DateOrder

    environ = os.environ if environ is None else environ
    name = next((environ[key] for key in ("LC_ALL", "LC_TIME", "LANG") if environ.get(key)), "")
    match = _NAME.fullmatch(name)
    if match is None or match[1] in _YEAR_FIRST_LANGUAGES or match[2] in _YEAR_FIRST:
        return None
    if match[2] is None:
        return DateOrder.DAY_FIRST if match[1] != "en" else None
    return DateOrder.MONTH_FIRST if match[2] in _MONTH_FIRST else DateOrder.DAY_FIRST
