"""Tell beforehand whether a text is cheap enough to be read as Markdown.

A few kilobytes can keep a Markdown parser busy for seconds. The estimate adds up what was measured for each kind of
mark, generously, and never parses. Fenced code costs little and is left out where its ends are beyond doubt.
"""

from __future__ import annotations

import re

LIMIT = 80_000
"""Microseconds that one message may take by the estimate, which is twice what it takes on an ordinary machine."""
MAX_LENGTH = 64_000
"""Characters of a text that is read as Markdown at all."""

_LINE, _CODE_LINE, _CONTAINER, _CONTAINER_CHARACTER, _CELL = 30, 4, 80, 8, 40
_MARKS = {
    "*": 25,
    "_": 25,
    "~": 12,
    "`": 12,
    "[": 25,
    "]": 10,
    "!": 10,
    "<": 170,
    "&": 7,
    "\\": 10,
    "#": 10,
    "://": 25,
}

_containers = re.compile(r"(?m)^[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])[ \t])[ \t>*+\-\d.)]*").finditer
has_doubtful_fence = re.compile(r"(?m)^[ \t>*+\-\d.)]+(?:```|~~~)").search
"""Finds a fence that begins or ends where only the parser can tell, told by its place in a line."""
opening_fence = re.compile(r"(`{3,}(?=[^`]*\Z)|~{3,})").match
"""Finds the fence that a line begins with; what stands behind it names the language."""


def is_affordable(text: str) -> bool:
    """Tell whether reading a text as Markdown stays within the limit.

    Args:
        text: Sanitised text.
    """
    return len(text) <= MAX_LENGTH and estimate(text) <= LIMIT


def estimate(text: str) -> int:
    """Return a generous guess in microseconds of what it takes to read a text as Markdown."""
    cost = 0
    if "```" in text or "~~~" in text:
        text, code_lines = _without_code(text)
        cost += code_lines * _CODE_LINE
    cost += text.count("\n") * _LINE
    for mark, price in _MARKS.items():
        cost += text.count(mark) * price
    if cost > LIMIT:
        return cost
    for match in _containers(text):
        cost += _CONTAINER + _CONTAINER_CHARACTER * len(match[0])
    return cost + _cells(text) * _CELL


def _without_code(text: str) -> tuple[str, int]:
    """Return a text without its fenced code, and how many lines that had."""
    if has_doubtful_fence(text):
        return text, 0
    outside: list[str] = []
    inside = 0
    fence = ""
    for line in text.split("\n"):
        if fence:
            inside += 1
            if line.startswith(fence) and not line.strip(fence[0] + " "):
                fence = ""
        elif found := opening_fence(line):
            fence = found[1]
            outside.append("")
        else:
            outside.append(line)
    return "\n".join(outside), inside


def _cells(text: str) -> int:
    """Return how many table cells there can be: a row has as many as the widest line since the last blank one."""
    if "|" not in text:
        return 0
    cells = columns = 0
    for line in text.split("\n"):
        pipes = line.count("|")
        if not line.strip():
            columns = 0
        elif pipes or columns:
            columns = max(columns, pipes + 1)
            cells += columns
    return cells
