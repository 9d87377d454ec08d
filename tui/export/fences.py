"""Code blocks of Markdown that nothing in them can close."""

from __future__ import annotations

import re

_TICKS = re.compile("`{3,}")


def fenced(text: str, info: str = "text") -> str:
    """Return a text as a code block whose fence nothing in it can close.

    Args:
        text: What is in the block.
        info: What stands behind its fence, such as a language.
    """
    longest = max(map(len, _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{'' if '`' in info else info}\n{text}\n{fence}\n"
