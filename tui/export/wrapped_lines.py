"""Read a key that goes on in the next line, as mails and terminals wrap it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.export.secret_patterns import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_LINES = 40
_STARTS = (*PREFIXES, "eyJ")
"""What begins another key."""
_LEAST = 16
"""Characters of a value that is long enough to be wrapped."""
_RUN = re.compile(r"(?:[A-Za-z0-9_.+/%-]|\\[_-]){1,120}+")
_BREAK = r"(?:=|\\)?[ \t]{0,3}\r?\n[ \t>]{0,20}"
_PART = r"(?:[A-Za-z0-9_+/-]|\.(?=[A-Za-z0-9_-]))"
# A short part is the rest of a key only where its line ends with it.
_NEXT = re.compile(
    rf"{_BREAK}({_PART}{{4,4000}}+)={{0,2}}+(?=[\"'`).,;\]}}]{{0,3}}[ \t]{{0,3}}(?:\r?\n|\Z))"
    rf"|{_BREAK}({_PART}{{8,4000}}+)={{0,2}}+(?![\w:=@(])"
)
_MIXED = re.compile(r"(?=\D{0,80}\d)(?=[^A-Za-z]{0,80}[A-Za-z])|(?:[A-Za-z]{0,20}?[a-z][A-Z]){2}")
_UUID, _DATE, _WORDS = r"[0-9a-f]{8}-[0-9a-f]{4}-", r"\d{1,4}[-./]\d", r"[a-z]+(?:[-_./][a-z]+)*\Z"
_NO_PART = re.compile(rf"{_UUID}|{_DATE}|{_WORDS}|/")


def end_of(pattern: re.Pattern[str], text: str, at: int) -> int | None:
    """Return where what begins at a place and is of a pattern ends, over line breaks too; ``None`` if it is not.

    Args:
        pattern: Of one line.
        text: All of it.
        at: Where it begins.
    """
    match = pattern.match(text, at)
    run = _RUN.match(text, at)
    if match is None and run is None:
        return None
    end = match.end() if match else run.end() if run else at
    parts = [(at, end), *_parts(text, end)]
    joined = pattern.match("".join(text[start:stop] for start, stop in parts)) if len(parts) > 1 else match
    if joined is None:
        return match and match.end()
    left = joined.end() - joined.start()
    for start, stop in parts:
        if left <= stop - start:
            return start + left
        left -= stop - start
    return parts[-1][1]


def continued(text: str, start: int, end: int) -> int:
    """Return where a value ends, over line breaks too if it is long and no words."""
    if end - start >= _LEAST and _is_mixed(text[start:end]):
        return max((stop for _, stop in _parts(text, end)), default=end)
    return end


def _parts(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts in the lines that follow a place, as long as they look like the rest of a key."""
    for _ in range(_MOST_LINES):
        match = _NEXT.match(text, end)
        if match is None:
            return
        start, end = match.span(match.lastindex or 0)
        if text.startswith(_STARTS, start) or not _is_mixed(text[start:end]):
            return
        yield start, end


def _is_mixed(part: str) -> bool:
    return _MIXED.match(part) is not None and _NO_PART.match(part) is None
