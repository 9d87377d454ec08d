"""Find keys by what they begin with. Pure; linear time whatever the text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tui.export.secret_patterns import PATTERNS, WALLET_PATTERNS
from tui.export.wrapped_lines import end_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.export.secret_patterns import KeyPattern

_NOT_BEFORE = re.compile(r"[A-Za-z0-9-]")


def api_keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield where API keys are."""
    return _found(text, PATTERNS)


def wallet_keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield where private keys of wallets are."""
    return _found(text, WALLET_PATTERNS)


def _found(text: str, patterns: Sequence[KeyPattern]) -> Iterator[tuple[int, int]]:
    rests = _by_prefix(patterns, has_escapes=r"\_" in text or r"\-" in text)
    # Looking for a few letters is a hundred times as fast as a pattern.
    for prefix in [prefix for prefix in rests if prefix in text]:
        at = text.find(prefix)
        while at >= 0:
            end = None
            if not (at and _NOT_BEFORE.match(text, at - 1)):
                end = end_of(_pattern(prefix, rests[prefix]), text, at)
            if end is not None:
                yield at, end
            at = text.find(prefix, end or at + 1)


@cache
def _by_prefix(patterns: Sequence[KeyPattern], *, has_escapes: bool) -> dict[str, tuple[str, ...]]:
    """Return what may follow each prefix; with escapes, the prefix as Markdown writes it too."""
    rests: dict[str, tuple[str, ...]] = {}
    for pattern in patterns:
        forms = {pattern.prefix}
        if has_escapes:
            forms |= {pattern.prefix.replace("_", r"\_"), pattern.prefix.replace("-", r"\-")}
        for form in forms:
            rests[form] = (*rests.get(form, ()), pattern.rest)
    return rests


@cache
def _pattern(prefix: str, rests: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(re.escape(prefix) + f"(?:{'|'.join(rests)})")
